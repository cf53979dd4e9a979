"""History (旧件): what occurred before the stage was in use (live-from, CLAIMS §2)."""

import pytest

from chalicelib.cases.fact import Fact
from tests.unit.claims.hall import (
    acts_at,
    by_hall,
    cards,
    contested,
    hall_case,
    late_in,
    live,
    tell,
    told_case,
)
from tests.unit.told import (
    DUE,
    RED,
    START,
    accepted,
    corrected,
    decided,
    delivering,
    reported,
    suspended,
)

LIMITS = {"promise": "5wd", "statutory": "8wd"}


@pytest.mark.parametrize(
    ("occurred", "told", "found"),
    [
        ("2025-04-15T23:59:59.999", "2025-05-06T09:10", []),  # the acceptance settles
        ("2025-04-15T23:59:59.999", "2025-05-06T09:10:00.001", ["yellow", "red"]),
        ("2025-04-16T00:00", "2025-05-06T09:10", ["yellow", "red"]),  # the stage is in use
    ],
)
def test_history_counts_uncontested_until_a_card_can_be_out(
    occurred: str, told: str, found: list[str]
) -> None:
    """A case of before the stage was in use is told weeks later, and then its end."""
    first = by_hall(accepted(START, "5wd", "8wd"), "2025-05-06T09:00")
    case = told_case(first, sources=delivering("10m", live_from="2025-04-16"))
    n = tell(case, decided(occurred), told)
    assert contested(case) == ([n] if found else [])
    assert acts_at(case, n) == (told if found else occurred)
    live(case, "2025-07-01")
    assert [level for _, level, _ in cards(case, "V-02", "V-03")] == found


@pytest.mark.parametrize(
    "news",
    [
        decided("2025-04-14T11:00"),
        reported("withdrawn", "2025-04-14T11:00"),
        suspended("2025-04-14T11:00"),
    ],
    ids=lambda fact: fact.kind,
)
@pytest.mark.parametrize(
    ("accepted_at", "due_at", "open_until"),
    [("2025-04-15T10:00", "2025-04-22T17:30", "2025-04-15T10:10"), (START, DUE, "2025-04-15")],
)
def test_no_history_undoes_a_card(
    news: Fact, accepted_at: str, due_at: str, open_until: str
) -> None:
    """Dated before the stage was in use, and told after the card: by its receipt it is late."""
    live_from = delivering("10m", live_from="2025-04-15")
    first = accepted(accepted_at, "5wd")
    case = live(told_case(first, sources=live_from), "2025-04-22T18:00")
    assert cards(case, "V-02") == [("V-02", "yellow", due_at)]
    n = tell(case, news, "2025-04-23T09:00")
    assert cards(case, "V-02") == [("V-02", "yellow", due_at)]
    assert case.contested() == [(n, news.kind)]
    case = told_case(first, sources=live_from)
    tell(case, news, open_until)
    assert late_in(case) == [], "no card of it can be out"


@pytest.mark.parametrize(
    "news",
    [
        reported("supplement_notified", "2025-04-11T10:00", unlisted=0),
        reported("withdrawn", "2025-04-11T10:00"),
        decided("2025-04-11T10:00"),
        accepted("2025-04-11T10:00", "90wd"),
    ],
    ids=lambda fact: fact.kind,
)
def test_no_history_undoes_a_card_of_a_case_that_silence_accepted(news: Fact) -> None:
    """Not even the acceptance that nobody told: its own time comes after the cards."""
    where = {"item": "X-01", "department": "Housing", "region": "370102"}
    first = reported("received", "2025-04-10T10:00", **where, terms=LIMITS)
    case = told_case(first, sources=delivering("10m", live_from="2025-04-14"))
    out = [
        ("V-02", "yellow", "2025-04-17T17:30"),
        ("V-14", "yellow", "2025-04-17T17:30"),
        ("V-03", "red", "2025-04-22T17:30"),
    ]
    assert cards(live(case, "2025-05-05")) == out
    n = tell(case, news, "2025-05-05T10:00")
    assert cards(case) == out
    assert case.contested() == [(n, news.kind)]


def test_a_correction_of_history_is_late_all_the_same() -> None:
    """That it never was accepted is told after the card; of what was told just now it is none."""
    live_from = delivering("10m", live_from="2025-04-15")
    for right in ("", "2025-04-14T23:00"):
        first = accepted(START, "5wd")
        case = live(told_case(first, sources=live_from), "2025-04-22T18:00")
        n = tell(case, corrected("2025-04-14T12:00", first, right), "2025-04-23T09:00")
        assert cards(case, "V-02") == [("V-02", "yellow", DUE)]
        assert late_in(case) == [n]
    first = by_hall(accepted(START, "5wd"), "2025-04-16T09:00")
    case = told_case(first, sources=live_from)
    tell(case, corrected("2025-04-16T09:05", first, "2025-04-14T12:00"))
    assert late_in(case) == []


def test_what_was_crossed_before_the_stage_was_in_use_makes_no_card() -> None:
    """Yellow on 04-21: no card. What is crossed later is found."""
    sources = delivering("10m", live_from="2025-04-22")
    case = live(hall_case(sources=sources, statutory=""), "2025-05-01")
    assert cards(case) == []
    assert case.issued() == []
    assert cards(live(hall_case(sources=sources), "2025-07-01")) == [("V-03", "red", RED)]
    day = live(hall_case(sources=delivering("10m", live_from=DUE)), "2025-04-22")
    assert cards(day) == [("V-02", "yellow", DUE)]  # at that very instant it was in use
    long = accepted(START, "5wd", "20wd")
    case = live(told_case(long, sources=delivering("10m", live_from="2025-04-22")), "2025-07-01")
    assert cards(case, "V-03") == [("V-03", "red", "2025-05-14T17:30")]
    assert cards(case, "V-02") == []
