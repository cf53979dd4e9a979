"""The inspectors' desk in a real browser, without scripts: on a phone and on an office screen."""

import pytest

from tests.support.browser import WIDTHS, chromium, window
from tests.support.inspected import inspected_county, proposal_in
from tests.support.served_county import served_county
from tests.support.signing_in import Browser, appointment


@pytest.mark.parametrize("width", WIDTHS)
def test_a_proposal_is_confirmed_by_keyboard(width):
    """Without scripts; that its page keeps nobody out is seen in test_desks_in_a_browser.py."""
    with inspected_county() as county, served_county("localhost") as site:
        inspector = Browser(county.services, "inspector", appointment("inspector"))
        with chromium() as program, window(program, width) as page:
            name, url = "__Host-duban", site.replace("http://", "https://")
            page.context.add_cookies(
                [{"name": name, "value": inspector.token, "url": url, "secure": True}]
            )
            card = proposal_in(county, "1")
            page.goto(f"{site}/desk/proposals/{card}")
            page.locator("#f-text_confirm").focus()
            page.keyboard.type("核对无误")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.wait_for_url("**/desk/receipts?**")
            assert "核对无误" in page.content()
