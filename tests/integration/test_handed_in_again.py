"""Handed in again: found whatever is told first, wherever a function dies, and nowhere remembered.

What a case that ended near its limit leaves behind is in the vault, and goes with a shredding.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.intake.event import normalise
from chalicelib.intake.shredding import shredding_event
from tests.integration.test_crashes import READS, died, shared, undisturbed
from tests.support.end_state import shown
from tests.support.faulty import FLAVOURS
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.posted import posted

START = "2026-11-02T09:00:00"
END, AGAIN = "2026-11-09T16:59:00", "2026-11-09T17:00:00"
SHOP: dict[str, Any] = {"title": "甲店食品经营许可", "applicant": {"name": "王小明"}}
PLACE = {"item": "X-01", "department": "Housing", "region": "370102"}


@pytest.fixture
def county() -> Iterator[MemoryWorld]:
    """Give a county in memory."""
    with memory_world(START) as made:
        yield made


def ended(county: MemoryWorld, **first: Any) -> None:
    """Accept case 1, and withdraw it half an hour before it is due."""
    county.accept(START, "1", **first)
    county.until(END)
    county.report("case.withdrawn", END, "1", reason="x")
    county.until(AGAIN)


def links(county: MemoryWorld, case: str = "2") -> list[bool]:
    """Whether each link of *case* to an earlier one is in doubt."""
    facts = [fact for fact in county.facts(case) if fact.kind == "case.refiled"]
    return [fact.data.get("in_doubt") is True for fact in facts]


def kept(county: MemoryWorld) -> list[str]:
    """What is kept of cases that ended near their limit, as it is stored."""
    items = county.cloud.items["test-Vault"].items()
    return [item["value"]["S"] for (case, _), item in items if case.startswith("duban:ended/")]


def test_an_acceptance_asks_no_more_than_before(county: MemoryWorld) -> None:
    """Twenty-six calls, two of them for its public name, which the door would have made before.

    The empty look under its item stands for the look for a key of its own.
    """
    county.accept(START, "0", **SHOP)
    county.pump.drain()
    begun = len(county.cloud.calls)
    county.accept(START, "1", **SHOP)
    county.pump.drain()
    calls = Counter(county.cloud.calls[begun:])
    assert calls.total() == 26
    assert (calls["Query", "test-Vault"], calls["GetItem", "test-Vault"]) == (1, 1)
    begun = len(county.cloud.calls)
    county.report("case.decided", START, "1", outcome="granted")
    county.pump.drain()
    assert ("Query", "test-Vault") not in county.cloud.calls[begun:]
    assert kept(county) == []


def test_what_is_kept_is_no_name(county: MemoryWorld) -> None:
    """Nor the same digest twice, for two cases of one applicant."""
    for case in "12":
        county.accept(START, case, **SHOP)
    county.until(END)
    for case in "12":
        county.report("case.withdrawn", END, case, reason="x")
    county.until(AGAIN)
    first, second = kept(county)
    assert "王小明" not in first + second
    assert "甲店" not in first + second
    digests = [set(text.split('"')) for text in (first, second)]
    assert not any(len(each) == 64 for each in digests[0] & digests[1])


def test_what_is_told_before_the_first_one_ended_is_linked(county: MemoryWorld) -> None:
    """The order of telling is the source's; where the names are left out, too."""
    for case, told in (("1", SHOP), ("3", {"item": "X-02"})):
        county.accept(START, case, **told)
    county.until("2026-11-09T17:05:00")
    county.accept(AGAIN, "2", "30wd", **SHOP)
    county.accept(AGAIN, "4", "30wd", item="X-02")
    county.pump.drain()
    for case in "13":
        county.report("case.withdrawn", END, case, reason="x")
    county.pump.drain()
    assert (links(county, "2"), links(county, "4")) == ([False], [True])


def test_an_index_that_lags_is_asked_again(county: MemoryWorld) -> None:
    """Ten minutes later it shows what was open."""
    county.accept(START, "1", **SHOP)
    county.until(END)
    county.cloud.lagging = {name: dict(items) for name, items in county.cloud.items.items()}
    county.accept(END, "2", "30wd", **SHOP)
    county.pump.drain()
    county.report("case.withdrawn", END, "1", reason="x")
    county.pump.drain()
    assert links(county) == []
    county.cloud.lagging = None
    county.until("2026-11-09T17:10:00", minutes=1)
    assert links(county) == [False]


def test_what_was_open_before_is_not_linked_in_doubt(county: MemoryWorld) -> None:
    """Else three of the cases that happen to be open would be, whenever one ends."""
    county.accept(START, "2", "30wd")
    county.until("2026-11-03T09:00:00")
    county.accept("2026-11-03T09:00:00", "3", "30wd")
    ended(county)
    assert (links(county, "2"), links(county, "3")) == ([], [])


def accept_elsewhere(county: MemoryWorld, **data: Any) -> str:
    """Let another source accept a case; return its name."""
    amount = {"amount": 30, "unit": "wd"}
    told = {**PLACE, "promise": amount, **data}
    event = posted("case.accepted", f"{AGAIN}+08:00", told, source="window", subject="2")
    county.services.inbox.put_event(normalise(event), county.wall.at)
    county.pump.drain()
    return "window:2"


@pytest.mark.parametrize("first", ["the end", "the acceptance"])
def test_what_was_accepted_before_the_end_is_not_linked_in_doubt(
    county: MemoryWorld, first: str
) -> None:
    """Told late, in either order: whichever is processed first must not decide."""
    county.accept(START, "1")
    county.until(END)
    if first == "the end":
        county.report("case.withdrawn", END, "1", reason="x")
        county.pump.drain()
    county.accept("2026-11-06T10:00:00", "2")
    county.pump.drain()
    if first != "the end":
        county.report("case.withdrawn", END, "1", reason="x")
    county.until("2026-11-09T17:20:00")
    assert links(county) == []


@pytest.mark.parametrize(("told", "linked"), [(SHOP, 1), ({}, 0)])
def test_another_source_is_linked_by_the_applicant_alone(
    county: MemoryWorld, told: dict[str, Any], linked: int
) -> None:
    """What one source left out is no doubt about the cases of another."""
    ended(county, **SHOP)
    name = accept_elsewhere(county, **told)
    records = county.services.facts.of_case(name)
    assert [record.fact.kind for record in records].count("case.refiled") == linked


def test_another_region_is_linked_by_the_applicant_alone(county: MemoryWorld) -> None:
    """One system may serve many towns."""
    ended(county, **SHOP)
    county.accept(AGAIN, "2", "30wd", region="370103")
    county.accept(AGAIN, "3", "30wd", region="370103", **SHOP)
    county.pump.drain()
    assert (links(county, "2"), links(county, "3")) == ([], [False])


def test_an_ending_that_never_happened_is_followed_by_nothing(county: MemoryWorld) -> None:
    """The case goes on, and what is handed in beside it is another."""
    county.accept(START, "1", **SHOP)
    county.until(END)
    county.report("case.withdrawn", END, "1", reason="x", id="w")
    county.pump.drain()
    county.report("case.corrected", END, "1", event="w", withdrawn=True)
    county.until(AGAIN)
    county.accept(AGAIN, "2", "30wd", **SHOP)
    county.pump.drain()
    assert len(kept(county)) == 1
    assert links(county) == []


def test_what_is_over_is_forgotten_by_whoever_looks(county: MemoryWorld) -> None:
    """Ninety days after the end."""
    ended(county, **SHOP)
    assert len(kept(county)) == 1
    county.until("2027-03-01T09:00:00")
    county.accept("2027-03-01T09:00:00", "2", **SHOP)
    county.pump.drain()
    assert kept(county) == []
    assert links(county) == []


def test_a_case_that_was_shredded_is_followed_by_nothing(county: MemoryWorld) -> None:
    """What would tell its applicant is gone; the source did not leave it out."""
    ended(county, **SHOP)
    event = shredding_event("hall:1", 0, "《个人信息保护法》第四十七条", county.wall.at)
    county.services.inbox.put_own_event("hall:1", event["id"], event, county.wall.at)
    county.pump.drain()
    assert kept(county) == []
    for case, told in (("2", SHOP), ("3", {})):
        county.accept(AGAIN, case, "30wd", **told)
    county.until("2026-11-10T09:00:00", minutes=10)
    assert (links(county, "2"), links(county, "3"), kept(county)) == ([], [], [])


def withdraw(county: MemoryWorld) -> None:
    """Withdraw the first case while two are open, one of which may be it."""
    county.accept(END, "2", "30wd", **SHOP)
    county.accept(END, "3", "30wd")
    county.pump.drain()
    county.report("case.withdrawn", END, "1", reason="x")


def hand_in(county: MemoryWorld) -> None:
    """Withdraw the first case, and hand it in again; and another that may be it."""
    county.report("case.withdrawn", END, "1", reason="x")
    county.pump.drain()
    county.accept(END, "2", "30wd", **SHOP)
    county.accept(END, "3", "30wd")


@pytest.mark.parametrize("is_lost", [False, True], ids=["record comes again", "record is lost"])
@pytest.mark.parametrize("step", [withdraw, hand_in])
def test_a_crash_leaves_no_trace(
    step: Any, monkeypatch: pytest.MonkeyPatch, *, is_lost: bool
) -> None:
    """Whatever write fails, the two are linked in the end, one of them in doubt."""
    monkeypatch.setattr("chalicelib.calendar.store.KEEP_SECONDS", -1)
    with memory_world(START) as county:
        county.accept(START, "1", **SHOP)
        county.until(END)
        step(county)
        restore = county.save()
        operations, expected = undisturbed(county)
        assert (links(county, "2"), links(county, "3")) == ([False], [True])
        writes = [at for at, one in enumerate(operations) if one not in READS]
        for at in shared(writes, is_lost=is_lost):
            for flavour in FLAVOURS[1:2] if is_lost else (FLAVOURS[at % 3],):
                restore()
                county.pump.retries = 0 if is_lost else 3
                assert died(county, at, flavour) == operations[at]
                assert shown(county) == expected, (at, operations[at], flavour)
