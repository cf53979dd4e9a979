"""A department at its desk in a real browser, without scripts: it reads, answers and appeals."""

import pytest

from tests.support.browser import WIDTHS, barriers, chromium, overflows, window
from tests.support.memory_stage import memory_world
from tests.support.served_county import served_county
from tests.support.signing_in import Browser, appointment

START = "2026-11-02T09:00:00"


def keeps_nobody_out(page):
    """Say whether axe finds nothing on the page, and it is no wider than its window."""
    return barriers(page) == [] and not overflows(page)


def signed_in(page, site, person):
    """Give the browser's window the session of a person."""
    address = site.replace("http://", "https://")
    cookie = {"name": "__Host-duban", "value": person.token, "url": address, "secure": True}
    page.context.add_cookies([cookie])


@pytest.mark.parametrize("width", WIDTHS)
def test_a_card_is_answered_and_appealed_by_hand(width):
    """From today's page to the receipt, with links and buttons alone."""
    with memory_world(START) as county, served_county("localhost") as site:
        county.accept(START, "1")
        county.until("2026-11-10T09:00:00")
        head = Browser(county.services, "head", appointment("department", "Housing"))
        with chromium() as program, window(program, width) as page:
            signed_in(page, site, head)
            page.goto(f"{site}/desk")
            assert keeps_nobody_out(page)
            page.locator("#overdue a").first.click()
            assert page.locator("svg.calendar").is_visible()
            assert keeps_nobody_out(page)
            page.locator("table a", has_text="黄牌").first.click()
            assert keeps_nobody_out(page)
            page.get_by_role("link", name="答复", exact=True).click()
            page.locator("textarea").fill("已加派人手")
            assert keeps_nobody_out(page)
            page.get_by_role("button", name="提交答复").click()
            assert page.get_by_role("status").inner_text().startswith("已提交")
            assert keeps_nobody_out(page)
            county.pump.drain()
            page.get_by_role("link", name="查看此牌的全部内容").click()
            assert page.get_by_text("已加派人手").is_visible()
            page.get_by_role("link", name="申诉", exact=True).click()
            page.locator("textarea").fill("11月4日全市停电")
            page.get_by_label("期限计算有误").check()
            page.get_by_role("button", name="提交申诉").click()
            assert page.get_by_text("申诉中").is_visible()
