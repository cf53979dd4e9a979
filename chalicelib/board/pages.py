"""Renders the public pages: Jinja2 templates that lie beside this file, escaped by default.

Pure, but for reading those files once. Jinja2 is imported on the first page only, so nothing else
pays for it. The content security policy forbids scripts, fonts and anything from elsewhere.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from chalicelib.board import view
from chalicelib.board.data_quality import format_permille
from chalicelib.board.words import Language, page_words

if TYPE_CHECKING:
    from jinja2 import Environment

REFRESH_SECONDS = 30
_TEMPLATES = (
    "frame.html",
    "board.html",
    "cards.html",
    "departments.html",
    "log.html",
    "pieces.html",
)


def render_page(page: str, language: Language, values: Mapping[str, Any]) -> str:
    """Render *page* with the *values* of its template, in the *language* language.

    *values* has the `instrument` of the stage; where it is empty, no card is named by its colour.
    """
    w = page_words(language, is_formal=bool(values["instrument"]))
    return (
        _environment()
        .get_template(f"{page}.html")
        .render(
            page=page,
            w=w,
            lang=language,
            css=_file("board.css"),
            refresh=REFRESH_SECONDS,
            query="?lang=en" if language == "en" else "",
            here="./" if page == "board" else page,
            day=lambda at: view.local_day(at, w["weekdays"]),
            left=lambda minutes: view.time_left(minutes, w),
            provisional=lambda missing: view.provisional_text(missing, w),
            face=lambda row: view.face(row, page_words(language)),
            ground=lambda row: view.ground_text(row["ground"], row["rule"], language, w),
            **values,
        )
    )


@cache
def headers() -> dict[str, str]:
    """Return the headers of every page: it may use its own style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_file("board.css").encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'self'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "public, max-age=5",
    }


@cache
def _environment() -> "Environment":
    from jinja2 import DictLoader, Environment, StrictUndefined

    environment = Environment(
        loader=DictLoader({name: _file(name) for name in _TEMPLATES}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "short": view.short_case,
        "clock": view.local_time_of_day,
        "bar": view.lamp_bar,
    }
    environment.filters["percent"] = format_permille
    return environment


@cache
def _file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")
