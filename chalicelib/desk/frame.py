"""The frame of every desk page: its words, style sheet, templates and headers.

Pure, but for reading the files that lie beside it, once. A page may use its own style sheet and
send forms to this site, and nothing else; no cache keeps it.
"""

import base64
import hashlib
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.desk.moments import write_day, write_left, write_moment
from chalicelib.desk.naming import is_about_a_limit, name_finding
from chalicelib.errors import Language
from chalicelib.pages.frame import style, templates
from chalicelib.pages.words import page_words

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent
_FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": write_day,
    "moment": write_moment,
    "left": write_left,
    "finding": name_finding,
    "about_a_limit": is_about_a_limit,
}


@cache
def desk_style() -> str:
    """Return the style sheet of the desks: that of all pages, and their own."""
    return style() + (_FOLDER / "desk.css").read_text("utf-8")


@cache
def desk_words(language: Language, folder: Path = _FOLDER) -> dict[str, str]:
    """Return the words of all pages, of the desks, and of the part of them in *folder*."""
    words = dict(page_words(language))
    for place in dict.fromkeys((_FOLDER, folder)):
        words |= tomllib.loads((place / "words.toml").read_text("utf-8"))[language]
    return words


@cache
def desk_headers() -> dict[str, str]:
    """Return the headers of every desk page."""
    digest = base64.b64encode(hashlib.sha256(desk_style().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def scripted(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the *headers* of a desk page that may run our script, and nobody else's."""
    policy = headers["Content-Security-Policy"].replace(
        "default-src 'none';", "default-src 'none'; script-src 'self'; connect-src 'self';", 1
    )
    return {**headers, "Content-Security-Policy": policy}


@cache
def _environment(
    folder: Path, filters: tuple[tuple[str, Callable[..., Any]], ...]
) -> "Environment":
    environment = templates(folder, {**_FILTERS, **dict(filters)})
    environment.loader.searchpath.insert(1, str(_FOLDER))  # type: ignore[union-attr]
    return environment


def render_desk(
    folder: Path,
    page: str,
    language: Language,
    values: Mapping[str, Any],
    filters: tuple[tuple[str, Callable[..., Any]], ...] = (),
) -> str:
    """Render the template *page* of *folder* in the frame of the desks, in a *language*.

    *values* has what `answering.py` adds for the frame: `base`, `who`, `menu`, `form_token`, and so
    on. `pieces.html` has what pages are made of.
    """
    template = _environment(folder, filters).get_template(f"{page}.html")
    words, gap = desk_words(language, folder), "" if language == "zh" else " "  # between sentences
    return template.render(w=words, lang=language, gap=gap, css=desk_style(), page=page, **values)
