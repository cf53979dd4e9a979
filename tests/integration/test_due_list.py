"""What a page of the board asks of the tables, however many departments there are (F-110)."""

from collections import Counter
from datetime import datetime

import pytest
from chalice.test import Client

import app
from chalicelib.board.due_store import due_list
from chalicelib.clock.due import Due
from tests.support.environment import environment
from tests.support.memory_stage import memory_world

DEPARTMENTS = 12
OF_A_DEPARTMENT = "Query", "test-Cases/index/department"
MOST = 12
"""Requests of a page: what is kept, the tallies, the cards, names, rules; none of a department."""


@pytest.fixture
def county():
    """Give a county where each of many departments has a case that is due and one overdue."""
    with environment(), memory_world("2026-11-02T09:00:00") as made:
        for number in range(DEPARTMENTS):
            name = f"D{number:02d}"
            made.accept("2026-11-02T09:00:00", f"early-{number}", promise="1wd", department=name)
            made.accept("2026-11-02T09:00:00", f"late-{number}", promise="9wd", department=name)
        made.until("2026-11-03T17:40:00")
        yield made


def asked(county, path):
    """Count what a page asks, by operation and table."""
    begun = len(county.cloud.calls)
    assert Client(app.app).http.get(path).status_code == 200
    return Counter(county.cloud.calls[begun:])


@pytest.mark.parametrize("path", ["/", "/departments", "/departments.json"])
def test_a_page_asks_the_same_however_many_departments_there_are(county, path):
    """But for the first one of a minute, which looks for all that come after it."""
    first = asked(county, "/")
    assert first[OF_A_DEPARTMENT] == 2 * DEPARTMENTS
    later = asked(county, path)
    assert later[OF_A_DEPARTMENT] == 0
    assert later.total() <= MOST


def test_the_list_is_a_minute_old_at_the_most(county):
    """And one from the future, of a clock that was put back, is none."""
    county.wall.forward(minutes=-1)
    asked(county, "/")
    county.wall.forward(seconds=59)
    assert asked(county, "/")[OF_A_DEPARTMENT] == 0
    county.wall.forward(seconds=1)
    assert asked(county, "/")[OF_A_DEPARTMENT] == 2 * DEPARTMENTS
    county.wall.forward(seconds=-1)
    assert asked(county, "/")[OF_A_DEPARTMENT] == 2 * DEPARTMENTS


def test_what_is_kept_is_what_was_found(county):
    """Each field of each case, of those that fall due next."""
    tallies = county.services.board.all_tallies()
    found = due_list(county.services, tallies)
    assert due_list(county.services, tallies) == found
    assert len(found.cases) == 10
    assert found.waiting == {f"D{number:02d}": 0 for number in range(DEPARTMENTS)}
    assert isinstance(found.cases[0].judged_at, datetime)
    assert isinstance(found.cases[0].due, Due)
