"""What is done after all is as good as an answer to the card (销号; DOMAIN §3.2, rule 5)."""

import pytest
from msgspec.structs import replace

from chalicelib.card import decide as escalation
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.permit.decide import decide
from chalicelib.permit.simulate import simulate
from tests.unit.told import (
    AT_ONCE,
    CALENDAR,
    PROFILE,
    RULES,
    accepted,
    at,
    climbing_by_law,
    clock,
    corrected,
    delivering,
    issued,
    numbered,
    reported,
)

BY_LAW = Rules(climbing_by_law(), CALENDAR, AT_ONCE)

ENTERED, DUE = "2026-11-02T10:00", at("2026-11-03T17:30")
STAGE = {"stage": "审查", "limit": {"amount": 1, "unit": "wd"}}
WHERE = {"department": "Housing", "region": "370102", "item": "X-01"}


def permit(*more: Fact, promise: str = "40wd", until: str = "2026-11-30") -> list[Fact]:
    """Give all facts of a case with a stage of one working day, left when *more* says."""
    reports = [
        accepted("2026-11-02T09:00", promise),
        reported("stage.entered", ENTERED, **STAGE),
        *more,
    ]
    return simulate(reports, RULES, at(until))


def remedies(facts: list[Fact]) -> list[tuple[object, str]]:
    """Give which cards are said to be remedied, and when."""
    return [(f.data["card"], clock(f.at)) for f in facts if f.kind == "card.remedied"]


def test_a_stage_that_is_left_late_is_told_to_its_card_once() -> None:
    """The yellow is fact 2; what happens later says nothing again."""
    left = reported("stage.left", "2026-11-05T16:00", stage="审查")
    facts = permit(left, reported("stage.entered", "2026-11-06T09:00", stage="决定"))
    assert [(f.n, f.text("rule")) for f in facts if f.kind == "card.proposed"] == [(2, "V-05")]
    assert remedies(facts) == [(2, "2026-11-05T16:00")]


def test_a_card_and_its_remedy_may_be_noticed_at_once() -> None:
    """After an outage, or late news: the yellow is issued, and told that it is remedied."""
    left = reported("stage.left", "2026-11-05T16:00", stage="审查", recorded="2026-11-09T09:00")
    entered = reported("stage.entered", ENTERED, recorded="2026-11-09T09:00", **STAGE)
    reports = [accepted("2026-11-02T09:00", "40wd"), entered, left]
    facts = simulate(reports, RULES, at("2026-11-30"))
    assert remedies(facts) == [(2, "2026-11-09T09:00")]
    after = decide(CaseHistory(numbered(reports)), RULES, at("2026-11-09T09:00"))
    kinds = [fact.kind for fact in after.append if fact.kind.startswith("card.")]
    assert kinds == ["card.proposed", "card.remedied"]


def test_a_stage_that_is_left_in_time_or_never_is_not() -> None:
    """There is no card of the one, and no end of the other."""
    assert remedies(permit(reported("stage.left", DUE, stage="审查"))) == []
    assert remedies(permit()) == []


def test_a_case_that_is_decided_is_told_to_each_of_its_cards() -> None:
    """To the yellow of the promise and to the red of the law's limit."""
    decided = reported("decided", "2026-11-12T10:00", outcome="granted")
    facts = simulate([accepted("2026-11-02T09:00", "5wd", "6wd"), decided], RULES, at("2026-11-13"))
    assert [f.text("level") for f in facts if f.kind == "card.issued"] == ["yellow", "red"]
    assert remedies(facts) == [(2, "2026-11-12T10:00"), (3, "2026-11-12T10:00")]


@pytest.mark.parametrize(
    ("received", "since"),
    [("2026-11-10T10:10", "2026-11-10T10:00"), ("2026-11-16T09:00", "2026-11-16T09:00")],
)
def test_the_end_counts_from_its_receipt_where_it_was_reported_late(
    received: str, since: str
) -> None:
    """Or a source would answer its cards by dating its decisions back."""
    first = replace(accepted("2026-11-02T09:00", "5wd"), source="hall")
    decided = reported("decided", "2026-11-10T10:00", outcome="granted", recorded=received)
    rules = Rules(PROFILE, CALENDAR, delivering("10m"))
    facts = simulate([first, replace(decided, source="hall")], rules, at("2026-11-20"))
    assert remedies(facts) == [(2, since)]


def test_an_end_that_is_withdrawn_is_none() -> None:
    """The card is told that too, and that the case was decided after all."""
    decided = reported("decided", "2026-11-10T10:00", outcome="granted")
    never = corrected("2026-11-10T10:00", decided, "")
    again = reported("decided", "2026-11-17T10:00", outcome="granted")
    first = accepted("2026-11-02T09:00", "5wd", "40wd")
    facts = simulate([first, decided, never, again], RULES, at("2026-11-20"))
    told = [(f.text("verdict"), clock(f.at)) for f in facts if f.kind == "card.remedied"]
    assert told == [
        ("", "2026-11-10T10:00"),
        ("lost", "2026-11-10T10:00"),
        ("", "2026-11-17T10:00"),
    ]


def card(remedied: str = "", level: str = "yellow") -> list[tuple[str, str]]:
    """Give what follows in the life of a card on record at 17:31 on 3 November."""
    told = {"recorded": "2026-11-03T17:31", "rule": "V-05", "clock": "stage", "key": "duban/c_a.2"}
    facts = [issued("c_a.2", DUE, level, **told)]
    if remedied:
        facts.append(reported("card.remedied", remedied, card="c_a.2", key="duban/c_a.4", **WHERE))
    facts = numbered(facts)
    now = facts[-1].recorded_at
    while True:
        decision = escalation.decide(CaseHistory(facts), BY_LAW, now)
        facts += decision.append
        if decision.wake_at is None or decision.wake_at > at("2026-11-20"):
            return [(f"{f.kind} {f.text('level')}", clock(f.at)) for f in facts if not f.told]
        now = decision.wake_at


def test_it_is_as_good_as_an_answer_up_to_the_last_instant() -> None:
    """To the close of 10 November, when the window for appeals ends; then it is closed."""
    assert card("2026-11-10T17:30") == [("card.closed yellow", "2026-11-10T17:30")]
    late = card("2026-11-10T17:30:00.001")
    assert late[0] == ("case.escalated red", "2026-11-10T17:30")


def test_a_red_card_is_closed_by_a_report_alone() -> None:
    """Finishing the case ends the ladder; the written report is still awaited."""
    assert card("2026-11-04T09:00", "red") == []
    assert card(level="red")[0] == ("case.escalated supervision", "2026-11-10T17:30")
