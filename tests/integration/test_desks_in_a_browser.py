"""The desks in a real browser, without scripts: on a phone and on an office screen."""

import pytest

from tests.support.browser import WIDTHS, barriers, chromium, overflows, window
from tests.support.memory_stage import memory_world
from tests.support.served_county import served_county
from tests.support.signing_in import Browser, appointment


def secure(site: str) -> str:
    """Return the address as one with TLS: only there a browser takes such a cookie by hand."""
    return site.replace("http://", "https://")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_desk_keeps_nobody_out(width):
    """It is as wide as the window, and axe finds nothing in it."""
    with memory_world("2026-11-02T09:00:00") as county, served_county("localhost") as site:
        clerk = Browser(county.services, "clerk", appointment("clerk", "Housing"))
        with chromium() as program, window(program, width) as page:
            page.context.add_cookies(
                [
                    {
                        "name": "__Host-duban",
                        "value": clerk.token,
                        "url": secure(site),
                        "secure": True,
                    }
                ]
            )
            page.goto(f"{site}/desk")
            assert page.title() == "今日 · 督办 · 工作台"
            assert barriers(page) == []
            assert not overflows(page)
