"""Silence leads up only after the times to answer and to appeal (F-23; DOMAIN §3.2, T-32).

A yellow card issued Thursday 2026-11-26 17:31. Three working days to answer end on 12-01, five to
appeal on 12-03. The shipped ladder rests on a proposal, so each step up is proposed to a person.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from msgspec.structs import replace

from chalicelib.card import decide as escalation
from chalicelib.card.state import CardState, fold_card
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from tests.unit.told import (
    AT_ONCE,
    CALENDAR,
    MS,
    RULES,
    at,
    climbing_by_law,
    clock,
    delivering,
    issued,
    numbered,
    reported,
)

ISSUED = issued("c_a.2", "2026-11-26T17:31")
ANSWER_BY, STEP = at("2026-12-01T17:30"), at("2026-12-03T17:30")
DECIDE_BY, STEP_AGAIN = at("2026-12-09T17:30"), at("2026-12-14T17:30")
APPEALED = reported("card.appealed", "2026-12-02T09:00", role="department")
UPHELD = reported("appeal.decided", "2026-12-09T16:00", outcome="upheld")
BY_LAW = Rules(climbing_by_law(), CALENDAR, AT_ONCE)


def answered(when: str | datetime) -> Fact:
    """An answer of the department."""
    return reported("card.responded", when, role="department")


def sent_back(when: str) -> Fact:
    """An inspector is not satisfied with the answer."""
    return reported("card.sent_back", when, role="inspector")


def remedied(when: str | datetime) -> Fact:
    """The case was decided, or whatever the card asked for was done."""
    return reported("card.remedied", when, card="c_a.2", key="duban/c_a.4")


def decided(*facts: Fact, now: str | datetime, rules: Rules = RULES) -> Decision:
    """Return what follows *now* for the card with *facts* on record."""
    when = at(now) if isinstance(now, str) else now
    return escalation.decide(CaseHistory(numbered([ISSUED, *facts])), rules, when)


def steps(*facts: Fact, now: str | datetime, rules: Rules = RULES) -> list[tuple[str, str, str]]:
    """Return each step up by *now*, its level and its legal instant."""
    append = decided(*facts, now=now, rules=rules).append
    up = [fact for fact in append if fact.kind in ("escalation.proposed", "case.escalated")]
    return [(fact.kind, fact.text("level"), clock(fact.at)) for fact in up]


def state(*facts: Fact) -> CardState:
    """Return the state of the card with *facts* on record."""
    return fold_card(CaseHistory(numbered([ISSUED, *facts])))


def proposed() -> Fact:
    """Return the step that is proposed where nobody ever says anything."""
    (fact,) = decided(now=STEP + MS).append
    return fact


def test_nothing_is_proposed_before_both_times_have_ended() -> None:
    """T-32: the level stays yellow from 12-01 17:30 to 12-03 17:30."""
    assert decided(now=ANSWER_BY + MS).append == ()
    waiting = decided(now=STEP)
    assert (waiting.append, waiting.wake_at) == ((), STEP + MS)
    assert waiting.dues["appeal_window"].at == STEP
    assert steps(now=STEP + MS) == [("escalation.proposed", "red", "2026-12-03T17:30")]


def test_an_appeal_in_the_window_stops_the_ladder_until_it_is_decided() -> None:
    """T-32: though the time to answer had ended; to be decided by 12-09."""
    for now in (STEP + MS, DECIDE_BY + MS, at("2027-01-29")):
        assert steps(APPEALED, now=now) == []
    assert decided(APPEALED, now=STEP + MS).dues["appeal_decision"].at == DECIDE_BY


def test_decided_against_the_unit_the_time_to_answer_starts_anew() -> None:
    """T-32: upheld on 12-09 16:00; three working days, and no other appeal: 12-14 17:30."""
    assert steps(APPEALED, UPHELD, now=STEP_AGAIN) == []
    expected = [("escalation.proposed", "red", "2026-12-14T17:30")]
    assert steps(APPEALED, UPHELD, now=STEP_AGAIN + MS) == expected
    assert decided(APPEALED, UPHELD, now=UPHELD.at).dues["response"].at == STEP_AGAIN


def test_an_appeal_that_was_sent_back_may_be_repeated() -> None:
    """Then both times run from the decision: the later one is that for an appeal."""
    again = reported("appeal.decided", "2026-12-09T16:00", outcome="sent_back")
    window = at("2026-12-16T17:30")
    assert steps(APPEALED, again, now=window) == []
    assert len(steps(APPEALED, again, now=window + MS)) == 1


def test_an_appeal_is_no_excuse_once_silence_had_led_up() -> None:
    """It came a millisecond too late, though nobody had looked at the card since."""
    late = reported("card.appealed", STEP + MS, role="department")
    assert steps(late, now="2026-12-04T09:00") == [
        ("escalation.proposed", "red", "2026-12-03T17:30")
    ]
    in_time = reported("card.appealed", STEP, role="department")
    assert steps(in_time, now="2026-12-04T09:00") == []


@pytest.mark.parametrize("act", [answered, remedied])
@pytest.mark.parametrize(
    ("when", "late"),
    [(ANSWER_BY, False), (ANSWER_BY + MS, False), (STEP, False), (STEP + MS, True)],
)
def test_whoever_answers_or_finishes_before_the_step_is_not_silent(
    act: Callable[[datetime], Fact], when: datetime, *, late: bool
) -> None:
    """To the last moment of both times; rule 5 (销号)."""
    assert bool(steps(act(when), now="2026-12-10")) is late


def test_silence_after_an_answer_was_sent_back_leads_up() -> None:
    """The window for appeals is over by then: only the new time to answer counts."""
    facts = answered("2026-12-02T10:00"), sent_back("2026-12-03T10:00")
    assert steps(*facts, now="2026-12-08T17:30") == []
    expected = [("escalation.proposed", "red", "2026-12-08T17:30")]
    assert steps(*facts, now=at("2026-12-08T17:30") + MS) == expected


def test_sent_back_early_the_window_for_appeals_still_counts() -> None:
    """Answered and sent back at once: to be answered by 12-02, to be appealed until 12-03."""
    facts = answered("2026-11-27T09:00"), sent_back("2026-11-27T10:00")
    assert decided(*facts, now="2026-11-30").dues["response"].at == at("2026-12-02T17:30")
    assert steps(*facts, now=STEP) == []
    assert len(steps(*facts, now=STEP + MS)) == 1


def test_what_the_service_noticed_late_is_no_silence_of_the_unit() -> None:
    """The times run from the delivery of the card: a week late, they end a week later."""
    late = replace(ISSUED, recorded_at=at("2026-12-03T17:31"))
    case = CaseHistory(numbered([late]))
    assert escalation.decide(case, RULES, at("2026-12-10T17:30")).append == ()
    (fact,) = escalation.decide(case, RULES, at("2026-12-10T17:30") + MS).append
    assert (fact.kind, clock(fact.at)) == ("escalation.proposed", "2026-12-10T17:30")


def test_no_time_of_a_level_runs_before_that_level_was_delivered() -> None:
    """Rule 4: red falls on 12-03, and is recorded a week later, as we were out of order.

    An answer that was sent back and a decided appeal begin their times when red is delivered.
    """
    late_answer = answered("2026-12-04T09:00"), sent_back("2026-12-04T10:00")
    late_appeal = reported("card.appealed", "2026-12-04T09:00", role="department"), UPHELD
    for acts in (late_answer, late_appeal):
        outage = decided(*acts, now="2026-12-10T09:00", rules=BY_LAW)
        up = [fact.text("level") for fact in outage.append if fact.kind == "case.escalated"]
        assert up == ["red"]
        facts = *acts, *outage.append
        answer_by = at("2026-12-17T17:30")
        assert steps(*facts, now=answer_by, rules=BY_LAW) == []
        expected = [("case.escalated", "supervision", "2026-12-17T17:30")]
        assert steps(*facts, now=answer_by + MS, rules=BY_LAW) == expected


def test_a_proposed_step_says_what_it_rests_on_and_leaves_the_level() -> None:
    """V-51, of the kind of the row of the ladder; the answer was due on 12-01."""
    step = proposed()
    said = {name: step.text(name) for name in ("rule", "ground", "level", "basis_kind", "due_at")}
    assert said == {
        "rule": "V-51",
        "ground": "unanswered",
        "level": "red",
        "basis_kind": "proposed",
        "due_at": "2026-12-01T09:30:00.000Z",
    }
    assert step.text("basis") == "", "what binds nobody is not printed"
    waiting = state(step)
    assert (waiting.level, waiting.state, waiting.step) == ("yellow", "step_proposed", step)
    assert waiting.possible == ("confirm", "dismiss", "respond", "revoke")
    assert decided(step, now="2027-03-01").append == ()  # once, however long nobody decides


def test_a_person_confirms_the_step_and_the_card_climbs_without_a_basis() -> None:
    """At the instant of that act; from its record the new level waits for an answer."""
    confirmed = reported("card.confirmed", "2026-12-04T10:00", role="inspector")
    (up,) = decided(proposed(), confirmed, now=confirmed.at).append
    assert (up.kind, up.text("level"), up.at) == ("case.escalated", "red", confirmed.at)
    assert ("basis" in up.data, up.text("basis_kind")) == (False, "proposed")
    assert up.data["rests_on"] == [0, 1, 2]
    after = state(proposed(), confirmed, up)
    assert (after.level, after.state, after.step) == ("red", "issued", None)
    later = decided(proposed(), confirmed, up, now="2026-12-12").dues
    assert later["response"].at == at("2026-12-11T17:30")


def test_a_person_dismisses_the_step_and_silence_about_that_is_over() -> None:
    """The card stays yellow; only another silence, after another answer, leads up."""
    dismissed = reported("escalation.dismissed", "2026-12-04T10:00", role="inspector")
    step = proposed()
    after = state(step, dismissed)
    assert (after.level, after.state, after.step) == ("yellow", "issued", None)
    assert decided(step, dismissed, now="2027-03-01").append == ()
    facts = step, dismissed, answered("2026-12-07T10:00"), sent_back("2026-12-08T10:00")
    assert steps(*facts, now="2026-12-14") == [("escalation.proposed", "red", "2026-12-11T17:30")]


def test_an_answer_after_the_step_was_proposed_leaves_it_to_the_person() -> None:
    """The card is not closed before that, and the step does not vanish."""
    late = answered("2026-12-04T09:00")
    assert decided(proposed(), late, now="2026-12-20").append == ()
    assert state(proposed(), late).possible == ("confirm", "dismiss", "send_back", "revoke")
    dismissed = reported("escalation.dismissed", "2026-12-07T10:00", role="inspector")
    (closed,) = decided(proposed(), late, dismissed, now=dismissed.at).append
    assert closed.kind == "card.closed"


@pytest.mark.parametrize(("when", "state_after"), [(STEP, "issued"), (STEP + MS, "step_proposed")])
def test_a_step_lapses_where_the_case_was_finished_in_time(
    when: datetime, state_after: str
) -> None:
    """The end was still on its way when the step was proposed: honest news is no silence."""
    ended = replace(remedied(when), recorded_at=STEP + timedelta(minutes=5))
    assert state(proposed(), ended).state == state_after
    undone = reported("card.remedied", "2026-12-04T10:00", card="c_a.2", verdict="lost")
    if state_after == "issued":
        assert decided(proposed(), ended, now="2026-12-20").append[0].kind == "card.closed"
        assert steps(proposed(), ended, undone, now="2026-12-10") == [
            ("escalation.proposed", "red", "2026-12-09T17:30")
        ]


def test_where_the_ladder_rests_on_the_places_own_document_the_card_climbs_by_itself() -> None:
    """And nowhere else: the same document is a model in another province."""
    assert steps(now=STEP, rules=BY_LAW) == []
    assert steps(now=STEP + MS, rules=BY_LAW) == [("case.escalated", "red", "2026-12-03T17:30")]
    elsewhere = replace(ISSUED, data={**ISSUED.data, "region": "410502"})
    case = CaseHistory(numbered([elsewhere]))
    (fact,) = escalation.decide(case, BY_LAW, STEP + MS).append
    assert (fact.kind, fact.text("basis_kind")) == ("escalation.proposed", "model")


def test_a_card_that_climbs_by_itself_waits_for_what_its_source_may_still_report() -> None:
    """A day's delivery time: the end of the case may come with the batch of the night."""
    nightly = Rules(climbing_by_law(), CALENDAR, delivering("24h"))
    settled = at("2026-12-04T17:30")
    assert decided(now=STEP + MS, rules=nightly).wake_at == settled + MS
    assert steps(now=settled, rules=nightly) == []
    assert steps(now=settled + MS, rules=nightly) == [("case.escalated", "red", "2026-12-03T17:30")]


def test_in_whatever_order_the_card_is_looked_at_the_end_is_the_same() -> None:
    """Looked at after each act, or once in the end; an act told twice changes nothing."""
    acts = [APPEALED, UPHELD, answered("2026-12-10T10:00"), sent_back("2026-12-11T10:00")]
    for rules in (RULES, BY_LAW):
        at_once = steps(*acts, now="2026-12-31", rules=rules)
        facts = numbered([ISSUED])
        for act in acts:
            facts += decided(*facts[1:], now=act.at, rules=rules).append
            facts.append(act.numbered(len(facts)))
        facts += decided(*facts[1:], now="2026-12-31", rules=rules).append
        ups = [f for f in facts if f.kind in ("escalation.proposed", "case.escalated")]
        assert [(f.kind, f.text("level"), clock(f.at)) for f in ups][:1] == at_once[:1]


def test_a_source_cannot_answer_its_own_cards() -> None:
    """Whatever it reports about a card is none of the types that a source may report."""
    from chalicelib.intake.event_types import SOURCE_TYPES

    about_cards = {"card.responded", "card.appealed", "escalation.dismissed", "card.remedied"}
    assert about_cards.isdisjoint(SOURCE_TYPES)
    for order in permutations([answered("2026-12-01T09:00"), APPEALED]):
        assert steps(*order, now="2026-12-31") == []
