"""Renders the public pages of the board from the templates that lie beside this file. Pure."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.board import view
from chalicelib.board.rates import format_permille
from chalicelib.pages.frame import style, templates
from chalicelib.pages.words import Language, page_words

if TYPE_CHECKING:
    from jinja2 import Environment

REFRESH_SECONDS = 30


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
            css=style(),
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
def _environment() -> "Environment":
    filters: Mapping[str, Callable[..., Any]] = {
        "short": view.short_case,
        "clock": view.local_time_of_day,
        "bar": view.lamp_bar,
        "percent": format_permille,
    }
    return templates(Path(__file__).parent, filters)
