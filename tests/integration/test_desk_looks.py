"""How the desks look: in the dark, at any width, with large letters, and printed on A4."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pypdf
import pytest

from tests.support.browser import barriers, chromium, overflows, window
from tests.support.inspected import address, card_in, inspected_county, proposal_in
from tests.support.late_pause import HEARING
from tests.support.memory_stage import MemoryWorld
from tests.support.served_county import served_county
from tests.support.signing_in import Browser, appointment, give

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.night  # some minutes; the stories look at the pages at two widths

MANY = 12  # pauses of one case, so that its record has several sheets
A4 = (595, 842)  # points, upright


def paused_often(county: MemoryWorld) -> None:
    """Give case 6 a long record."""
    county.accept("2026-11-17T09:00:00", "6", promise="")
    for hour in range(MANY):
        county.report("case.suspended", f"2026-11-17T{hour + 10}:00:00", "6", **HEARING)
        county.report("case.resumed", f"2026-11-17T{hour + 10}:30:00", "6")
    county.until("2026-11-18T09:00:00", minutes=240)


@pytest.fixture(scope="module")
def pages() -> Iterator[dict[str, "Page"]]:
    """Give the windows of a department's head and of an inspector, and their county's address."""
    with (
        inspected_county() as county,
        served_county("localhost", has_tls=True) as site,
        chromium() as program,
        window(program, 1280) as head,
        window(program, 1280) as inspector,
    ):
        paused_often(county)
        late = next(fact.n for fact in county.facts("4") if fact.kind == "case.suspended")
        card, proposal = card_in(county, "2"), proposal_in(county, "1")
        give(head, site, Browser(county.services, "head", appointment("department", "Housing")))
        give(inspector, site, Browser(county.services, "inspector", appointment("inspector")))
        desk, case = f"{site}/desk", f"{site}/desk/cases/{address('4')}"
        yield {
            desk: head,
            case: head,
            f"{desk}/cards/{card}": head,
            f"{desk}/cards/{card}/appeal": head,
            f"{desk}/settings": head,
            f"{desk}/": inspector,
            f"{desk}/claims/{address('4')}/{late}": inspector,
            f"{desk}/proposals/{proposal}": inspector,
            f"{desk}/cases/{address('6')}/record": inspector,
        }


def test_nobody_is_kept_out_in_the_dark(pages: dict[str, "Page"]) -> None:
    """Axe finds no colours that cannot be read."""
    for at, page in pages.items():
        page.goto(at.removesuffix("/"))
        assert barriers(page, is_dark=True) == [], at


@pytest.mark.parametrize("width", [320, 390, 640, 768, 1280, 3840])
def test_a_page_is_as_wide_as_its_window(pages: dict[str, "Page"], width: int) -> None:
    """From a small phone, and an office screen at 200 %, to a wall; with large letters too."""
    for at, page in pages.items():
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(at.removesuffix("/"))
        assert not overflows(page), at
        page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
        assert not overflows(page), f"{at} with large letters"


def squeezed(text: str) -> str:
    """Return a text of a sheet without spaces: letters of two typefaces are set apart."""
    return "".join(text.split())


def test_the_record_of_a_case_is_printed_on_a4(pages: dict[str, "Page"]) -> None:
    """Several sheets; the head row is on each, every fact on one, nothing beside the paper."""
    at, page = [*pages.items()][-1]
    page.goto(at)
    facts = page.locator(".record tbody tr").count()
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    texts = [sheet.extract_text() for sheet in sheets]
    texts = [text for text in map(squeezed, texts) if "日志第" in text]
    assert len(texts) > 2
    assert all("发生时间收到或记录时间来源" in text for text in texts)
    assert sum(text.count("日志第") for text in texts) == facts > 2 * MANY
    for sheet in sheets:
        assert sorted(round(float(side)) for side in sheet.mediabox[2:]) == sorted(A4)
