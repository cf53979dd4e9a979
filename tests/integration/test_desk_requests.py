"""What a page of a desk asks of the tables: the same little, however many cases are open.

Six requests, and no more than a good thousand items. A night's run has 100,000 open cases.
"""

import re
from collections.abc import Iterator
from math import inf
from urllib.parse import quote

import pytest
from msgspec import Struct

from tests.support.asker import Asker
from tests.support.crowded import fill
from tests.support.environment import environment
from tests.support.inspected import (
    address,
    card_in,
    inspected_county,
    key_on,
    page,
    proposal_in,
)
from tests.support.kept_in_memory import keep_for
from tests.support.memory_stage import MemoryWorld
from tests.support.samples import commit, drawn, office
from tests.support.signing_in import Browser, appointment

FEW, MORE, MOST = 300, 2_400, 100_000
REQUESTS, ITEMS, UNITS, BYTES = 6, 1_250, 130, 100_000
READS = ("GetItem", "BatchGetItem", "Query", "Scan")
SIGNED_IN = 4  # times, by each person


class Cost(Struct, frozen=True):
    """What one page took: *requests* to tables, *items* read, read *units*, and its *bytes*."""

    requests: tuple[str, ...]
    items: int
    units: float
    bytes: int


@pytest.fixture
def county() -> Iterator[MemoryWorld]:
    """Give a county whose process believes for good what it has read once."""
    with pytest.MonkeyPatch.context() as patch, environment(), inspected_county() as made:
        keep_for(patch, inf)
        yield made


def people(county: MemoryWorld) -> dict[str, Browser]:
    """Sign everybody in, some times over."""
    posts = {
        "inspector": (appointment("inspector"),),
        "clerk": (appointment("clerk", "Housing", items=("X-03", "X-07")),),
        "head": (appointment("department", "Housing"),),
        "both": (appointment("department", "D1"), appointment("department", "D3")),
    }
    browsers = [
        {name: Browser(county.services, name, *held) for name, held in posts.items()}
        for _ in range(SIGNED_IN)
    ]
    return browsers[-1]


def pages(county: MemoryWorld) -> list[tuple[str, str]]:
    """Return who opens which page: every page of both desks."""
    inspector = [("inspector", path) for path in (*work_pages(county), *searches(county))]
    return [
        *inspector,
        *(("clerk", path) for path in department_pages(county)),
        *(("head", path) for path in head_pages(county)),
        *(
            ("both", path)
            for path in ("/desk", "/desk?department=D3", "/desk/cases", "/desk/cards")
        ),
    ]


def work_pages(county: MemoryWorld) -> list[str]:
    """Return the pages of an inspector, but for the search."""
    proposal = proposal_in(county, "1")
    answered, appealed = card_in(county, "2"), card_in(county, "3")
    late = next(fact.n for fact in county.facts("4") if fact.kind == "case.suspended")
    housing = "/desk/cases?department=Housing"
    return [
        *("/desk", "/desk/alerts", "/desk/health", "/desk/claims", "/desk/settings"),
        *("/desk/alerts?type=warning.issued", "/desk/alerts?after=150"),
        *(f"/desk/work/{kind}" for kind in ("appeal", "proposal", "answer", "held", "lead")),
        *(f"/desk/proposals/{proposal}", f"/desk/answers/{answered}", f"/desk/appeals/{appealed}"),
        *(f"/desk/claims/{address('4')}", f"/desk/claims/{address('4')}/{late}"),
        *("/desk/findings/new", f"/desk/findings/new?case={address('1')}"),
        *(f"/desk/cases/{address('1')}", f"/desk/cases/{address('1')}/slip"),
        *(f"/desk/cases/{address('1')}/record", f"/desk/cases/duban%3Acard%2F{answered}/record"),
        *("/desk/cases", housing, f"{housing}&item=X-05", f"{housing}&lamp=pending"),
        *(f"{housing}&item=nothing", f"{housing}&lamp=green&state=open"),
        *("/desk/cards", "/desk/cards?department=Housing&level=red", f"/desk/cards/{answered}"),
        *("/desk/people", "/desk/leads", f"/desk/leads?card={answered}"),
        *("/desk/samples", f"/desk/papers/{answered}/yellow_card.html"),
    ]


def searches(county: MemoryWorld) -> list[str]:
    """Return a search by each key."""
    (written, *_) = (
        number.written for card in county.published() for number in card.numbers.values()
    )
    public = county.snapshot("1").public_case
    sought = ("", "Housing", "D1", "D", "X-01", "许可", "hall:1", "nowhere", "2026-11-13", written)
    numbers = ("2026年第1号", "2026年第99999号")
    return [
        f"/desk/search?q={quote(text, safe='')}"
        for text in (*sought, *numbers, card_in(county, "2"), public)
    ]


def head_pages(county: MemoryWorld) -> list[str]:
    """Return the pages that the head of a department has otherwise than his clerks."""
    card = card_in(county, "2")
    return [f"/desk/cards/{card}", f"/desk/cards/{card}/respond", f"/desk/cards/{card}/appeal"]


def department_pages(county: MemoryWorld) -> list[str]:
    """Return the pages of a clerk."""
    card = card_in(county, "2")
    return [
        *("/desk", "/desk?mine=1", "/desk/cases", "/desk/cases?lamp=pending", "/desk/settings"),
        *("/desk/cases?mine=1", "/desk/cases?item=X-05", "/desk/cases?item=nothing"),
        *("/desk/cases?lamp=green&state=open", "/desk/cards", "/desk/cards?state=every&level=red"),
        *(f"/desk/cases/{address('2')}", f"/desk/cases/{address('2')}/slip"),
        *(f"/desk/cards/{card}", f"/desk/cards/{card}/respond", f"/desk/cards/{card}/appeal"),
    ]


def costs(county: MemoryWorld, browsers: dict[str, Browser]) -> dict[tuple[str, str], Cost]:
    """Return what each page takes."""
    return {(who, path): _cost(county, browsers[who], path) for who, path in pages(county)}


def _cost(county: MemoryWorld, browser: Browser, path: str) -> Cost:
    cloud, meter = county.cloud, county.cloud.meter
    calls, items, halves = len(cloud.calls), meter.items, meter.half_reads
    body = page(browser.get(path))
    asked = tuple(
        f"{operation} {table}" for operation, table in cloud.calls[calls:] if "Public" not in table
    )
    return Cost(asked, meter.items - items, (meter.half_reads - halves) / 2, len(body.encode()))


def assert_bounded(found: dict[tuple[str, str], Cost]) -> None:
    """Each page takes little."""
    assert {key: cost for key, cost in found.items() if len(cost.requests) > REQUESTS} == {}
    assert {key: cost for key, cost in found.items() if cost.items > ITEMS} == {}
    assert {key: cost for key, cost in found.items() if cost.units > UNITS} == {}
    assert {key: cost for key, cost in found.items() if cost.bytes > BYTES} == {}


def test_a_page_takes_as_little_with_eight_times_as_many_open_cases(county: MemoryWorld) -> None:
    """Six requests at most, and each page is smaller than 100 kB."""
    fill(county, range(FEW))
    browsers = people(county)
    costs(county, browsers)  # what a process reads once is read now
    few = costs(county, browsers)
    fill(county, range(FEW, MORE))
    more = costs(county, browsers)
    assert_bounded(few)
    assert_bounded(more)


def test_the_pages_of_the_feed_have_every_alert_once(county: MemoryWorld) -> None:
    """Fifty on each, whatever is left out between them."""
    fill(county, range(FEW))
    browser = Browser(county.services, "feed", appointment("inspector"))
    found, path = list[int](), "desk/alerts"
    while path:
        text = page(browser.get(f"/{path}"))
        shown = [int(index) for index in re.findall(r">日志第 (\d+) 条<", text)]
        assert len(shown) <= 50
        found += shown
        behind = re.search(r'href="([^"]*)" rel="next"', text)
        path = behind[1].replace("&amp;", "&") if behind else ""
    last = [*county.services.log_reader.rows(0)][-1]["index"]
    assert found == sorted(set(found))
    assert len(found) > FEW
    assert found[-1] == last


def test_an_act_reads_its_card_once(county: MemoryWorld) -> None:
    """Who may do it follows from the card itself; no snapshot is read beside it."""
    browser = Browser(county.services, "acts", appointment("inspector"))
    card = card_in(county, "2")
    key = key_on(page(browser.get(f"/desk/answers/{card}")), "send_back")
    calls = len(county.cloud.calls)
    fields = {"act": "send_back", "text_send_back": "请补充材料。"}
    answer = browser.post(f"/desk/answers/{card}", key=key, **fields)
    assert answer.status_code == 303
    reads = [table for operation, table in county.cloud.calls[calls:] if operation in READS]
    assert (reads.count("test-Facts"), reads.count("test-Cases")) == (1, 0)


@pytest.mark.night
def test_a_page_takes_as_little_with_a_hundred_thousand_open_cases(county: MemoryWorld) -> None:
    """Half of them are of one department, and a tenth have a card."""
    fill(county, range(FEW))
    browsers = people(county)
    costs(county, browsers)
    fill(county, range(FEW, MOST))
    assert_bounded(costs(county, browsers))


def test_samples_take_as_little_however_many_there_are_and_are_drawn() -> None:
    """The list, and one of which five files are drawn."""
    with pytest.MonkeyPatch.context() as patch, office() as county:
        keep_for(patch, inf)
        ask = Asker(county.services)
        for item in ("X-01", "X-02"):
            commit(county, ask, item=item, number=1)
        name = drawn(county, ask, number=5)
        browser = Browser(county.services, "inspector", appointment("inspector"))
        for path in ("/desk/samples", f"/desk/samples/{name}"):
            assert page(browser.get(path)).count("desk/s") > 5
            cost = _cost(county, browser, path)
            assert len(cost.requests) <= REQUESTS, (path, cost)
