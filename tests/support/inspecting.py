"""What an inspector does at his desk, in one go: for tests of the rights that it needs."""

import re

from tests.support.inspected import key_on, page
from tests.support.memory_stage import MemoryWorld
from tests.support.signing_in import Browser, appointment

_CASE = "hall%3A1"


def inspect(county: MemoryWorld) -> None:
    """Read every page, mark the feed as read, and enter a finding with its receipt."""
    browser = Browser(county.services, "inspector", appointment("inspector"))
    for path in ("/desk", "/desk/work/held", "/desk/health", "/desk/claims", "/desk/people"):
        page(browser.get(path))
    text = page(browser.get("/desk/alerts"))
    found = re.search(r'name="read" value="(\d+)"', text)
    assert found
    assert browser.post("/desk/alerts", read=found[1]).status_code == 303
    form = {"case": "hall:1", "rule": "V-15", "text": "没有书面凭证"}
    key = key_on(page(browser.get(f"/desk/findings/new?case={_CASE}")))
    answer = browser.post("/desk/findings/new", key=key, **form)
    page(browser.get(f"/desk/{answer.headers['Location'].partition('desk/')[2]}"))
    for path in (f"/desk/cases/{_CASE}/record", f"/desk/claims/{_CASE}"):
        page(browser.get(path))
    for query in ("Housing", "2026-11-03", "hall%3A1", "2026年第1号"):
        page(browser.get(f"/desk/search?q={query}"))
