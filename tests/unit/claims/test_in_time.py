"""Received in time or late (CLAIMS §4): to the millisecond, for each kind of news."""

import pytest
from msgspec.structs import replace

from chalicelib.policy.sources import Delivery, DeliveryTime, Outage
from tests.unit.claims.hall import (
    TEN_MINUTES,
    acts_at,
    by_hall,
    cards,
    contested,
    due,
    hall_case,
    late_in,
    live,
    tell,
    told_case,
)
from tests.unit.told import (
    DUE,
    MS,
    RED,
    START,
    WARN,
    accepted,
    at,
    clock,
    decided,
    delivering,
    extended,
    reported,
    suspended,
)

JUST_BEFORE = "2025-04-21T17:25"
LATER = "2025-04-22T09:00"
BETTERING = {
    "case.decided": lambda: decided(JUST_BEFORE),
    "case.suspended": lambda: suspended(JUST_BEFORE, approved="3wd"),
    "case.extended": lambda: extended(JUST_BEFORE, "5wd"),
    "case.cancelled": lambda: reported("cancelled", JUST_BEFORE),
    "case.returned": lambda: reported("returned", JUST_BEFORE),
    "acceptance.withdrawn": lambda: reported("acceptance.withdrawn", JUST_BEFORE),
}


@pytest.mark.parametrize("kind", BETTERING)
@pytest.mark.parametrize("late", [0, 1])
def test_what_keeps_a_case_from_being_late_counts_within_the_delivery_time(
    kind: str, late: int
) -> None:
    """At its last instant it counts; a millisecond later it acts then, and its time is contested.

    The case was over at 17:30, five minutes before that instant.
    """
    case = hall_case()
    received = at(JUST_BEFORE) + TEN_MINUTES + late * MS
    n = tell(case, BETTERING[kind](), received)
    live(case, LATER)
    assert acts_at(case, n) == (clock(received) if late else JUST_BEFORE)
    assert case.issued("V-02") == ([("yellow", DUE)] if late else [])
    assert contested(case) == ([n] if late else [])


@pytest.mark.parametrize(
    ("delivery", "last"),
    [
        ("0s", "2025-04-21T17:30"),
        ("5s", "2025-04-21T17:30:05"),
        ("10m", "2025-04-21T17:40"),
        ("24h", "2025-04-22T17:30"),
        ("1wd", "2025-04-22T17:30"),  # the close of the next working day
    ],
)
@pytest.mark.parametrize("late", [0, 1])
def test_each_source_has_its_own_delivery_time(delivery: str, last: str, late: int) -> None:
    """It counts from when the news occurred, up to its last instant."""
    case = hall_case(sources=delivering(delivery))
    n = tell(case, decided(DUE), at(last) + late * MS)
    assert contested(case) == ([n] if late else [])


def test_a_finding_is_judged_when_nothing_before_it_can_be_in_time_any_more() -> None:
    """Ten minutes after 17:30, and a millisecond. A warning does not wait."""
    case = live(hall_case(), at(DUE) + TEN_MINUTES)
    assert case.issued() == [("warning", WARN)]
    assert case.facts[-1].recorded_at == at(WARN) + MS
    live(case, at(DUE) + TEN_MINUTES + MS)
    assert case.issued() == [("warning", WARN), ("yellow", DUE)]
    assert case.facts[-1].recorded_at == at(DUE) + TEN_MINUTES + MS


@pytest.mark.parametrize(("delivery", "judged"), [("1wd", "2025-04-22T17:30"), ("0s", DUE)])
def test_whoever_has_longer_to_tell_is_judged_later(delivery: str, judged: str) -> None:
    """And never before the legal instant."""
    case = live(hall_case(sources=delivering(delivery)), at(judged))
    assert cards(case) == []
    live(case, at(judged) + MS)
    assert cards(case) == [("V-02", "yellow", DUE)]


def test_news_at_the_last_instant_finds_no_card() -> None:
    """What is in time never takes a card away: there is none yet."""
    case = hall_case()
    tell(case, decided(DUE), at(DUE) + TEN_MINUTES)
    live(case, "2025-05-30")
    assert case.verdicts() == []
    assert cards(case) == []


def test_a_finding_waits_for_the_delivery_time_after_the_acceptance_too() -> None:
    """The acceptance is told on 04-23: what else has happened may be told within ten minutes."""
    told_at = "2025-04-23T10:00"
    case = told_case(by_hall(accepted(START, "5wd"), told_at))
    assert case.issued() == [("warning", WARN)]  # a warning does not wait for that either
    live(case, at(told_at) + TEN_MINUTES - MS)
    assert cards(case) == []
    live(case, at(told_at) + TEN_MINUTES)
    assert cards(case) == [("V-02", "yellow", DUE)]


def test_what_follows_a_late_acceptance_within_its_delivery_time_finds_no_card() -> None:
    """The decision acts when it was received; in time it is not, so the card comes all the same."""
    told_at = "2025-04-21T17:28"
    case = told_case(by_hall(accepted(START, "5wd"), told_at))
    tell(case, decided("2025-04-21T17:29"), "2025-04-21T17:38")
    live(case, "2025-05-30")
    assert cards(case) == []


def test_no_card_is_ever_early() -> None:
    """Every card of the case is recorded after its legal instant and the delivery time."""
    case = live(hall_case(), "2025-06-30")
    issued = [fact for fact in case.facts if fact.kind in ("card.issued", "card.proposed")]
    assert [clock(fact.at) for fact in issued][:2] == [DUE, RED]
    assert all(fact.recorded_at > fact.at + TEN_MINUTES for fact in issued)


def test_meanwhile_the_case_waits_to_be_judged() -> None:
    """From its legal instant until it is judged, the next card is known and not issued (待核)."""
    case = hall_case()
    decision = case.decide_case(at(DUE) + TEN_MINUTES)
    assert decision.unjudged_at == at(DUE)
    assert decision.wake_at == at(DUE) + TEN_MINUTES + MS
    decision = case.decide_case(at(DUE) + TEN_MINUTES + MS)
    assert decision.unjudged_at is not None
    assert decision.unjudged_at > at(DUE)


OUTAGE = delivering("10m", outages=(Outage(at("2025-04-21T12:00"), at("2025-04-22T12:00")),))


@pytest.mark.parametrize(
    ("occurred", "last"),
    [
        ("2025-04-21T12:00", "2025-04-22T12:10"),  # its first instant
        ("2025-04-21T17:00", "2025-04-22T12:10"),
        ("2025-04-21T11:59:59.999", "2025-04-21T12:09:59.999"),
        ("2025-04-22T12:00", "2025-04-22T12:10"),  # it is over
    ],
)
@pytest.mark.parametrize("late", [0, 1])
def test_what_occurred_in_an_outage_may_be_told_after_it(
    occurred: str, last: str, late: int
) -> None:
    """The delivery time counts from its end."""
    case = hall_case(sources=OUTAGE)
    n = tell(case, decided(occurred), at(last) + late * MS)
    assert late_in(case) == ([n] if late else [])


def test_a_finding_waits_until_an_outage_before_it_is_settled() -> None:
    """Over at 17:30, in the outage: judged ten minutes after that is over."""
    case = live(hall_case(sources=OUTAGE), "2025-04-22T12:10")
    assert cards(case) == []
    live(case, at("2025-04-22T12:10") + MS)
    assert cards(case) == [("V-02", "yellow", DUE)]


CHANGED = delivering(
    "24h",
    deliveries=(
        Delivery(DeliveryTime.parse("24h")),
        Delivery(DeliveryTime.parse("10m"), at("2025-04-21T12:00")),
    ),
)


@pytest.mark.parametrize(
    ("occurred", "last"),
    [
        ("2025-04-21T11:59:59.999", "2025-04-22T11:59:59.999"),
        ("2025-04-21T12:00", "2025-04-21T12:10"),
    ],
)
@pytest.mark.parametrize("late", [0, 1])
def test_a_changed_delivery_time_holds_for_what_occurs_later(
    occurred: str, last: str, late: int
) -> None:
    """What occurred before keeps the time that was promised for it."""
    case = hall_case(sources=CHANGED)
    n = tell(case, decided(occurred), at(last) + late * MS)
    assert late_in(case) == ([n] if late else [])


def test_a_finding_waits_for_the_longer_time_of_what_occurred_before_the_change() -> None:
    """Until 11:59:59.999 of the next day news of before the change may be in time."""
    last = at("2025-04-22T11:59:59.999")
    case = live(hall_case(sources=CHANGED), last)
    assert cards(case) == []
    live(case, last + MS)
    assert cards(case) == [("V-02", "yellow", DUE)]


def test_our_own_doors_have_no_delivery_time() -> None:
    """What an inspector enters about the past acts then, and is no claim."""
    case = hall_case()
    told = reported("irregularity.found", "2025-04-15T10:00", rule="V-32")
    entered = by_hall(told, "2025-04-18T10:00")
    n = tell(case, replace(entered, origin="hall:1", source=""))
    assert acts_at(case, n) == "2025-04-15T10:00"
    assert contested(case) == []


def test_a_log_that_is_replayed_has_everything_in_time() -> None:
    """It is received when it occurred; without a source the delivery time is zero."""
    case = hall_case(sources=delivering("10m"))
    case.facts = [replace(fact, source="") for fact in case.facts]
    case.receive(suspended("2025-04-15T10:00", approved="1wd"))
    assert due(case) == "2025-04-22T17:30"
    case.decide_case(at("2025-04-22T17:30") + MS)
    assert cards(case, "V-02") == [("V-02", "yellow", "2025-04-22T17:30")]
