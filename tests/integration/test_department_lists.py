"""The lists of a department have every open case once, on as many pages as it takes."""

from datetime import timedelta

import pytest

from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.clock.due import Due
from tests.support.environment import environment
from tests.support.memory_stage import memory_world
from tests.support.signing_in import Browser, appointment

START = "2026-11-02T09:00:00"
MANY = 2000


def snapshot(county, number):
    """Give an open case: half of them overdue, a few due today, every fourth not accepted yet."""
    now = county.services.now()
    due = None if number % 4 == 0 else Due(now + timedelta(hours=3 * (number - MANY // 2)))
    return CaseSnapshot(
        case=f"hall:many-{number:05d}",
        public_case=f"c_many{number:05d}",
        n=1,
        judged_at=now,
        lamp="pending" if due is None else "red" if due.at < now else "green",
        department="Housing",
        item=f"X-{number % 10:02d}",
        region="370102",
        dues={"promise": due} if due else {},
        told="case.supplement_notified" if due is None else "case.accepted",
    )


@pytest.fixture(scope="module")
def county():
    """Give a county where Housing has one case with a card, and many others."""
    with environment(), memory_world(START) as made:
        made.accept(START, "1")
        made.until("2026-11-10T09:00:00")
        for number in range(MANY):
            made.services.cases.save(snapshot(made, number))
        yield made


@pytest.fixture
def clerk(county):
    """Give the browser of a clerk of Housing."""
    browser = Browser(
        county.services, "clerk", appointment("clerk", "Housing", items=("X-03", "X-07"))
    )
    assert browser.get("/desk").status_code == 200
    return browser


def listed(browser, path):
    """Give the cases of all pages of a list, in its order."""
    found, address = [], path
    while address:
        page = browser.get(f"/{address}").body.decode()
        rows = page.split('<table class="rows">')[1:]
        found += [row.split('"')[0] for part in rows for row in part.split("cases/hall%3A")[1:]]
        nexts = page.split('rel="next"')[0].rpartition('href="')[2] if 'rel="next"' in page else ""
        address = nexts.split('"')[0].replace("&amp;", "&")
    return found


def test_the_pages_of_a_list_have_every_case_once(county, clerk):
    """In the order in which they are due; those without a due time come last."""
    found = listed(clerk, "desk/cases")
    assert len(found) == len(set(found)) == MANY + 1
    undated = [name for name in found if name.startswith("many") and int(name[5:]) % 4 == 0]
    assert found[-len(undated) :] == undated
    assert len(undated) == MANY // 4


@pytest.mark.parametrize(
    ("query", "number"),
    [("lamp=pending", MANY // 4), ("item=X-05", MANY // 10), ("mine=1", MANY // 5)],
)
def test_a_filter_keeps_what_is_wanted(clerk, query, number):
    """On as many pages as it takes, and none is left out."""
    assert len(listed(clerk, f"desk/cases?{query}")) == number


def test_the_count_is_that_of_the_board(clerk):
    """It is told where the board counts what the list has: here one case is on the log."""
    assert "共 1 件。本页 50 件。" in clerk.get("/desk/cases").body.decode()
    assert "共" not in clerk.get("/desk/cases?item=X-05").body.decode().split("本页")[0][-40:]


def test_today_of_two_departments_is_one_at_a_time(county):
    """The first of them, and a link to the other; none but one's own."""
    posts = appointment("clerk", "Water"), appointment("clerk", "Housing")
    both = Browser(county.services, "both", *posts)
    first = both.get("/desk").body.decode()
    assert "many" not in first
    assert 'href="desk?department=Housing"' in first
    assert "hall%3Amany-" in both.get("/desk?department=Housing").body.decode()
    assert both.get("/desk?department=Roads").status_code == 403
