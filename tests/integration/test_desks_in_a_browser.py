"""Every page of the desks and of the way in, in a real browser: on a phone and on an office screen.

Here scripts run, for axe alone; the stories are lived without.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from msgspec import Struct

import app
from tests.support.browser import WIDTHS, barriers_in, chromium, overflows, window
from tests.support.desk_pages import DeskPage, desk_pages, people
from tests.support.desk_paths import is_for_people
from tests.support.inspected import inspected_county
from tests.support.served_county import served_county
from tests.support.signing_in import Browser, give

LARGE = "() => { document.documentElement.style.fontSize = '200%' }"


class Walk(Struct, frozen=True):
    """The *pages* of a county at *site*, the people who open them, and Chromium."""

    site: str
    program: Any
    who: dict[str, Browser]
    pages: list[DeskPage]

    def look(self, width: int, pages: list[DeskPage], language: str = "zh-CN") -> list[str]:
        """Open *pages* in windows of a *width*; return what keeps people out of each."""
        found = []
        for name in dict.fromkeys(page.who for page in pages):
            with window(self.program, width, scripts=True, language=language) as opened:
                if name:
                    give(opened, self.site, self.who[name])
                for page in pages:
                    if page.who == name:
                        found += [f"{page.path}: {line}" for line in self._of(opened, page)]
        return found

    def _of(self, opened, page: DeskPage) -> list[str]:
        answer = opened.goto(f"{self.site}{page.path}")
        found = [] if answer.status == page.status else [f"status {answer.status}"]
        found += barriers_in(opened)
        found += ["wider than its window"] if overflows(opened) else []
        opened.evaluate(LARGE)
        return [*found, "wider with large letters"] if overflows(opened) else found


@pytest.fixture(scope="module")
def walk() -> Iterator[Walk]:
    """Give a county with something of everything, served, and a browser."""
    with ExitStack() as stack:
        county = stack.enter_context(inspected_county())
        site = stack.enter_context(served_county("localhost", has_tls=True))
        program = stack.enter_context(chromium())
        who = people(county)
        yield Walk(site, program, who, desk_pages(county, who))


def test_every_page_for_people_is_walked(walk: Walk) -> None:
    """A new one is a row in tests/support/desk_pages.py."""
    routes = {path for path, methods in app.app.routes.items() if "GET" in methods}
    pages = {path for path in routes if is_for_people(path)} - {"/desk/passkey.js"}
    assert {page.route for page in walk.pages if page.route} == pages


def test_a_page_of_each_address_keeps_nobody_out(walk: Walk) -> None:
    """On a phone it is as wide as the window, with letters of twice the size too, for axe as well.

    The other widths are looked at in the night.
    """
    first = {page.route: page for page in reversed(walk.pages)}
    assert walk.look(WIDTHS[0], [*first.values()]) == []


@pytest.mark.night
@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_every_page_keeps_nobody_out(walk: Walk, width: int, language: str) -> None:
    """Also in English, and on the smallest phone."""
    assert walk.look(width, walk.pages, language) == []
