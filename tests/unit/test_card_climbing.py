"""A card that climbs by itself: what its escalation says, and what of its state that leaves.

The ladder here rests on a document of the card's own province. `test_silence.py` has the rest.
"""

from datetime import datetime

import pytest
from msgspec.structs import replace

from chalicelib.card import decide as escalation
from chalicelib.card.state import CardState, fold_card
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.policy.shipped import load_profile
from tests.unit.told import (
    AT_ONCE,
    CALENDAR,
    MS,
    PROFILE,
    at,
    climbing_by_law,
    issued,
    numbered,
    reported,
)

BY_LAW = Rules(climbing_by_law(), CALENDAR, AT_ONCE)

ISSUED = issued("c_a.2", "2026-11-03T17:31", rule="V-05")  # a Tuesday
ANSWER_BY = "2026-11-06T09:30:00.000Z"  # three working days later
SILENT = at("2026-11-10T17:30")  # five, when nobody may appeal any more
TOLD_OF_YELLOW = ["handler", "reviewer", "window_head"]
TOLD_OF_RED = [*TOLD_OF_YELLOW, "unit_head", "centre", "government_office"]
TOLD_OF_REFERRAL = [*TOLD_OF_RED, "supervision_office", "discipline_inspection"]


def decided(*facts: Fact, now: datetime) -> Decision:
    """Return what follows *now* for a card with *facts* on record."""
    return escalation.decide(CaseHistory(numbered(facts)), BY_LAW, now)


def folded(*facts: Fact) -> CardState:
    """Return the state of a card with *facts* on record."""
    return fold_card(CaseHistory(numbered(facts)))


def climbed(level: str = "red", **more: str) -> Fact:
    """Return the derived fact that raises a card to *level* at SILENT."""
    data = {"card": "c_a.2", "level": level, "rule": "V-51", "ground": "unanswered", **more}
    return Fact(0, "case.escalated", f"V-51/{level}", SILENT, SILENT + MS, told=False, data=data)


def rechecked(verdict: str, n: int, when: str) -> Fact:
    """Return the re-check number *n* of the case that the card was found in."""
    return reported("card.rechecked", when, key=f"duban/c_a.{n}", card="c_a.2", verdict=verdict)


def test_an_escalation_says_to_what_for_whom_and_why() -> None:
    """All of it, as it is written into the log."""
    (fact,) = decided(ISSUED, now=at("2026-11-11T09:00")).append
    assert (fact.n, fact.kind, fact.key, fact.at) == (1, "case.escalated", "V-51/red/0", SILENT)
    assert fact.recorded_at == at("2026-11-11T09:00")
    assert fact.data == {
        "card": "c_a.2",
        "level": "red",
        "department": "Housing",
        "region": "370102",
        "item": "X-01",
        "policy": PROFILE.reference,
        "calendar": CALENDAR.version,
        "rule": "V-51",
        "ground": "unanswered",
        "basis": "《山东省行政执法监督条例》第二十八条",
        "due_at": ANSWER_BY,
        "to": TOLD_OF_RED,
        "noticed_at": "2026-11-11T01:00:00.000Z",
        "rests_on": [0],
    }


def test_a_card_climbs_after_its_last_moment() -> None:
    """At the instant itself an answer would be in time."""
    in_time = decided(ISSUED, now=SILENT)
    assert (in_time.append, in_time.wake_at) == ((), SILENT + MS)
    assert [fact.kind for fact in decided(ISSUED, now=SILENT + MS).append] == ["case.escalated"]


@pytest.mark.parametrize(
    ("level", "clock", "climbs_to"),
    [
        ("yellow", "promise", []),  # V-04 asks a person in the case itself
        ("yellow", "stage", ["red"]),
        ("red", "promise", ["supervision"]),
    ],
)
def test_a_yellow_with_a_supervised_deadline_does_not_climb(
    level: str, clock: str, climbs_to: list[str]
) -> None:
    """Otherwise one delay would make two red cards, as in Dongguan."""
    dongguan = Rules(climbing_by_law(load_profile("dongguan")), CALENDAR, AT_ONCE)
    card = CaseHistory(numbered([issued("c_a.2", "2026-11-03T17:31", level, clock=clock)]))
    late = escalation.decide(card, dongguan, at("2026-11-11T09:00")).append
    assert [fact.text("level") for fact in late] == climbs_to


def test_signs_of_misconduct_leave_no_trace_on_the_card() -> None:
    """A lead is never public: the card of V-32 has what any yellow card has (CLAIMS §8)."""
    sign, other = (replace(ISSUED, data={**ISSUED.data, "rule": rule}) for rule in ("V-32", "V-16"))
    assert "V-32" in PROFILE.ladder.refer
    assert decided(sign, now=ISSUED.recorded_at).append == ()
    after = [decided(card, now=SILENT + MS).append for card in (sign, other)]
    assert after[0] == after[1]


def test_a_card_that_climbed_is_to_be_answered_anew() -> None:
    """An act at the very instant of the escalation was about the lower level."""
    kinds = ("card.acknowledged", "card.responded", "card.appealed")
    earlier = folded(ISSUED, *(reported(kind, SILENT) for kind in kinds), climbed())
    assert (earlier.level, earlier.state) == ("red", "issued")
    assert (earlier.acknowledged, earlier.responded, earlier.appeals) == (None, None, ())
    later = folded(ISSUED, *(reported(kind, SILENT + MS) for kind in kinds), climbed())
    assert (later.level, later.state) == ("red", "appealed")
    assert later.acknowledged is not None
    assert later.responded is not None
    assert [appeal.kind for appeal, _ in later.appeals] == ["card.appealed"]


def test_the_verdict_stands_gives_a_card_its_ground_back() -> None:
    """And the time for an answer begins anew with the record of it: 12 November and three days."""
    lost = rechecked("lost", 5, "2026-11-05T10:00")
    stands = rechecked("stands", 6, "2026-11-12T10:00")
    without = folded(ISSUED, lost)
    assert (without.state, without.lost, without.again) == ("lost", lost.numbered(1), None)
    assert decided(ISSUED, lost, now=stands.at).append == ()
    back = folded(ISSUED, lost, stands)
    assert (back.state, back.lost, back.again) == ("issued", None, stands.numbered(2))
    assert decided(ISSUED, lost, stands, now=stands.at).dues["response"].at == at(
        "2026-11-17T17:30"
    )


def test_of_two_rechecks_the_later_one_of_the_issuer_counts() -> None:
    """Though it may come first."""
    lost = rechecked("lost", 5, "2026-11-12T10:01")
    stands = rechecked("stands", 6, "2026-11-12T10:00")
    assert folded(ISSUED, stands, lost).state == "issued"
    assert folded(ISSUED, stands, replace(lost, key="duban/c_a.7")).state == "lost"
