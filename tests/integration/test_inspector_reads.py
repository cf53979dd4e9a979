"""A page of the desk makes at most six requests to tables, however many cases are open."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.clock.due import Due
from tests.support.inspected import (
    address,
    card_in,
    inspected_county,
    key_on,
    page,
    proposal_in,
)
from tests.support.signing_in import Browser, appointment

MOST = 6
OPEN = 2000
DEPARTMENTS = 100
READS = ("GetItem", "BatchGetItem", "Query", "Scan")


@contextmanager
def counted(county) -> Iterator[list[tuple[str, str]]]:
    """Give the requests to tables that are made in the block."""
    before = len(county.cloud.calls)
    calls: list[tuple[str, str]] = []
    yield calls
    calls += [
        call
        for call in county.cloud.calls[before:]
        if call[0] in READS and call[1].startswith("test-")
    ]


def fill(county):
    """Save the snapshots of very many open cases of a hundred departments."""
    now = county.services.now()
    for n in range(OPEN):
        due = Due(now + timedelta(minutes=n))
        county.services.cases.save(
            CaseSnapshot(
                case=f"hall:filled-{n}",
                public_case=f"c_filled{n}",
                n=1,
                judged_at=now,
                lamp=("green", "yellow", "red")[n % 3],
                department=f"D{n % DEPARTMENTS}" if n % 2 else "Housing",
                item="X-01",
                region="370102",
                dues={"promise": due},
            )
        )


@pytest.fixture(scope="module")
def county():
    """Give a county; what is open is added by the tests."""
    with inspected_county() as made:
        yield made


def addresses(county):
    """Return every page of the inspectors' desk."""
    proposal, answered, appealed = (
        proposal_in(county, "1"),
        card_in(county, "2"),
        card_in(county, "3"),
    )
    late = next(fact.n for fact in county.facts("4") if fact.kind == "case.suspended")
    number = re.search(r"×政监黄〔2026〕\d+号", " ".join(numbers(county)))
    return [
        *("/desk", "/desk/work/proposal", "/desk/alerts", "/desk/health", "/desk/claims"),
        *(f"/desk/proposals/{proposal}", f"/desk/answers/{answered}", f"/desk/appeals/{appealed}"),
        *(f"/desk/claims/{address('4')}", f"/desk/claims/{address('4')}/{late}"),
        *("/desk/findings/new", f"/desk/findings/new?case={address('1')}"),
        *(f"/desk/cases/{address('1')}/record", f"/desk/cases/duban%3Acard%2F{answered}/record"),
        *(f"/desk/search?q={q}" for q in ("Housing", "X-01", "hall%3A1", answered, "2026-11-13")),
        f"/desk/search?q={number[0] if number else '2026年第1号'}",
    ]


def numbers(county):
    """Return the formal numbers that were given."""
    return [number.written for card in county.published() for number in card.numbers.values()]


def reads_of(county, browser):
    """Return the requests of each page, once what a process remembers for some seconds is there.

    A busy machine may take longer than that between two pages: the fewest of four count.
    """
    return {
        path: min((_reads(county, browser, path) for _ in range(4)), key=len)
        for path in addresses(county)
    }


def _reads(county, browser, path):
    with counted(county) as calls:
        page(browser.get(path))
    return [f"{operation} {table}" for operation, table in calls]


def test_no_page_makes_more_requests_with_thousands_of_open_cases(county):
    """Six at most; and as many as with five cases."""
    browser = Browser(county.services, "inspector", appointment("inspector"))
    few = reads_of(county, browser)
    fill(county)
    many = reads_of(county, browser)
    assert {path: calls for path, calls in many.items() if len(calls) > MOST} == {}
    assert {path: len(calls) for path, calls in many.items()} == {
        path: len(calls) for path, calls in few.items()
    }


def test_no_page_is_larger_than_a_hundred_kilobytes(county):
    """An old computer in an office, on a slow line."""
    browser = Browser(county.services, "sizes", appointment("inspector"))
    for path in addresses(county):
        assert len(page(browser.get(path)).encode()) <= 100_000, path


def test_an_act_reads_its_card_once(county):
    """Who may do it follows from the card itself; no snapshot is read beside it."""
    browser = Browser(county.services, "acts", appointment("inspector"))
    card = card_in(county, "2")
    key = key_on(page(browser.get(f"/desk/answers/{card}")), "send_back")
    with counted(county) as calls:
        fields = {"act": "send_back", "text_send_back": "请补充材料。"}
        answer = browser.post(f"/desk/answers/{card}", key=key, **fields)
    assert answer.status_code == 303
    tables = [table for _, table in calls]
    assert (tables.count("test-Facts"), tables.count("test-Cases")) == (1, 0)
