"""A real browser without a window: Chromium of this machine, driven by Playwright.

Where there is no Chromium, or no axe-core was fetched, a test that needs it is skipped with the
reason. Nothing of a page's is switched off for the driver: its content policy holds.
"""

import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
WIDTHS = (390, 1280)  # a phone, an office screen
_ARGUMENTS = ("--no-sandbox", "--ignore-certificate-errors")  # a test signs its own
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Start the machine's Chromium, and end it."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("no Chromium: the pages are not tried in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(
    browser: "Browser", width: int, *, scripts: bool = False, language: str = "zh-CN"
) -> Iterator["Page"]:
    """Open a window of this *width* with cookies of its own; by default no script runs in it."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=scripts, locale=language
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    try:
        yield page
    finally:
        context.close()


@cache
def _axe() -> str:
    packed = next((ROOT / "build").glob("axe-core-*.tgz"), None)
    if packed is None:
        pytest.skip("no npm: axe-core is not there (make test fetches it)")
    with tarfile.open(packed) as files:
        script = files.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


def barriers(page: "Page", *, is_dark: bool = False) -> list[str]:
    """Return what axe-core finds on the page that keeps people out, a line for each kind.

    *is_dark* asks for dark colours. It needs timers, which are off where scripts are: so the page
    is opened once more beside it.
    """
    browser, size = page.context.browser, page.viewport_size
    assert browser is not None
    assert size is not None
    opened = _beside(browser)
    opened.context.clear_cookies()
    opened.context.add_cookies(page.context.storage_state()["cookies"])  # type: ignore[arg-type]
    opened.set_viewport_size(size)
    opened.emulate_media(color_scheme="dark" if is_dark else "light")
    opened.goto(page.url)
    return barriers_in(opened)


@cache
def _beside(browser: "Browser") -> "Page":
    """Return the one window in which pages are looked at; it remembers no page of before."""
    opened = browser.new_context().new_page()
    session = opened.context.new_cdp_session(opened)
    session.send("Network.enable")  # without it the next does nothing
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return opened


def barriers_in(page: "Page") -> list[str]:
    """Return what axe-core finds on a *page* whose window runs scripts, a line for each kind."""
    page.evaluate(f"() => {{ {_axe()} }}")
    found: list[str] = page.evaluate(
        """async () => (await axe.run({resultTypes: ["violations"]})).violations.map(
            ({id, impact, nodes}) => `${id} (${impact}): ${nodes[0].html.slice(0, 200)}`
        )"""
    )
    return found


def overflows(page: "Page") -> bool:
    """Return whether the page is wider than its window, so that it has to be moved sideways."""
    wider: bool = page.evaluate(
        "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wider
