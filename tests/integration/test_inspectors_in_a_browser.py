"""The inspectors' desk in a real browser, without scripts: on a phone and on an office screen."""

import pytest

from tests.support.browser import WIDTHS, barriers, chromium, overflows, window
from tests.support.inspected import address, card_in, inspected_county, proposal_in
from tests.support.served_county import served_county
from tests.support.signing_in import Browser, appointment


def addresses(county):
    """Return the pages that have something of everything."""
    late = next(fact.n for fact in county.facts("4") if fact.kind == "case.suspended")
    return (
        *("", "/alerts", "/claims", "/samples", "/search?q=Housing", "/findings/new"),
        f"/proposals/{proposal_in(county, '1')}",
        f"/appeals/{card_in(county, '3')}",
        f"/answers/{card_in(county, '2')}",
        f"/claims/{address('4')}/{late}",
        f"/cases/{address('4')}/record",
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_an_inspector_keep_nobody_out(width):
    """Each is as wide as the window, axe finds nothing; a proposal is confirmed by keyboard."""
    with inspected_county() as county, served_county("localhost") as site:
        inspector = Browser(county.services, "inspector", appointment("inspector"))
        with chromium() as program, window(program, width) as page:
            name, url = "__Host-duban", site.replace("http://", "https://")
            page.context.add_cookies(
                [{"name": name, "value": inspector.token, "url": url, "secure": True}]
            )
            for path in addresses(county):
                page.goto(f"{site}/desk{path}")
                assert barriers(page) == [], path
                assert not overflows(page), path
            card = proposal_in(county, "1")
            page.goto(f"{site}/desk/proposals/{card}")
            page.locator("#f-text_confirm").focus()
            page.keyboard.type("核对无误")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.wait_for_url("**/desk/receipts?**")
            assert "核对无误" in page.content()
