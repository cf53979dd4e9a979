"""What is on record, derived again: the same, or in which field it differs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.calendar.shipped import load_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.permit.decide import decide
from chalicelib.permit.simulate import simulate
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import load_profile
from chalicelib.supervision.rederivation import Derive, rederived
from tests.unit.strategies import History, arrivals, histories
from tests.unit.told import CALENDAR, DUE, MS, PROFILE, RED, RULES, at, decided, opened, reported


def by(profile: Profile = PROFILE, calendar: Calendar = CALENDAR) -> Derive:
    """Judge a permit case by these rules."""

    def decide_case(case: CaseHistory, now: datetime) -> Sequence[Fact]:
        return decide(case, Rules(profile, calendar), now).append

    return decide_case


def overdue() -> list[Fact]:
    """Accepted, warned, yellow, red; judged in time, and once more."""
    case = opened()
    case.decide_case("2025-04-17T18:00")
    case.decide_case(at(DUE) + MS)
    case.receive(reported("stage.entered", "2025-04-22T09:00", stage="review"))
    case.decide_case(at(RED) + MS)
    return case.facts


def changed(facts: Sequence[Fact], n: int, **data: object) -> list[Fact]:
    """The same facts, but for what fact *n* says."""
    other = replace(facts[n], data={**facts[n].data, **data})
    return [*facts[:n], other, *facts[n + 1 :]]


def test_a_card_comes_out_as_it_is_on_record() -> None:
    """The warning, the yellow and the red."""
    facts = overdue()
    issued = [fact for fact in facts if not fact.told]
    assert [fact.text("level") for fact in issued] == ["warning", "yellow", "red"]
    for fact in issued:
        again = rederived(CaseHistory(facts), fact.n, by())
        assert again.is_same
        assert again.recorded is fact


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", "red"),
        ("rule", "V-01"),
        ("due_at", "2025-04-22T09:30:00.000Z"),
        ("ground", "statutory"),
        ("basis", "another article"),
        ("rests_on", [0, 1]),
        ("department", "Water"),
        ("surplus", "x"),
    ],
)
def test_what_was_changed_is_named(field: str, value: object) -> None:
    """One field at a time."""
    facts = overdue()
    n = next(fact.n for fact in facts if fact.text("level") == "yellow")
    (difference,) = rederived(CaseHistory(changed(facts, n, **{field: value})), n, by()).differences
    assert (difference.field, difference.recorded, difference.derived) == (
        field,
        value,
        facts[n].data.get(field),
    )


def test_another_legal_instant_is_named() -> None:
    """A millisecond is enough."""
    facts = overdue()
    n = next(fact.n for fact in facts if fact.text("level") == "yellow")
    facts[n] = replace(facts[n], at=facts[n].at + MS)
    (difference,) = rederived(CaseHistory(facts), n, by()).differences
    assert (difference.field, difference.recorded) == ("at", "2025-04-21T09:30:00.001Z")
    assert difference.derived == "2025-04-21T09:30:00.000Z"


def test_when_it_was_noticed_is_no_matter() -> None:
    """No rule says when supervision looks."""
    facts = overdue()
    n = next(fact.n for fact in facts if fact.text("level") == "yellow")
    other = changed(facts, n, noticed_at="2025-04-30T00:00:00.000Z", noticed="outage")
    assert rederived(CaseHistory(other), n, by()).is_same


def test_what_is_empty_is_as_if_it_were_not_there() -> None:
    """A leaf leaves it out: it cannot be a difference."""
    facts = overdue()
    n = next(fact.n for fact in facts if fact.kind == "card.issued")
    assert rederived(CaseHistory(changed(facts, n, stage="")), n, by()).is_same


def test_what_is_empty_is_not_written_down() -> None:
    """A department as a whole has no item: there is none on record either."""
    facts = overdue()
    n = next(fact.n for fact in facts if fact.text("level") == "yellow")
    assert rederived(CaseHistory(changed(facts, n, missing="", label=None)), n, by()).is_same


def test_a_card_of_a_case_that_was_decided_in_time_does_not_follow() -> None:
    """What was told before it takes its ground away."""
    facts = overdue()
    n = next(fact.n for fact in facts if fact.text("level") == "yellow")
    told = decided("2025-04-18T10:00", recorded="2025-04-18T10:00").numbered(n - 1)
    again = rederived(CaseHistory([*facts[: n - 1], told, facts[n]]), n, by())
    assert again.derived is None
    assert not again.is_same


def test_other_rules_give_another_card_or_none() -> None:
    """It is derived by those that it names, and by no others."""
    facts = overdue()
    n = next(fact.n for fact in facts if fact.text("level") == "yellow")
    assert not rederived(CaseHistory(facts), n, by(load_profile("hunan"))).is_same
    assert rederived(CaseHistory(facts), n, by(calendar=load_calendar("CN"))).is_same


@given(st.data(), histories())
def test_whatever_a_case_derives_is_derived_again(data: st.DataObject, history: History) -> None:
    """In any order of arrival: every card, re-check, flag and remark."""
    late = data.draw(arrivals(history))
    until = max(history.end, late[-1].recorded_at + timedelta(days=400))
    facts = simulate(late, RULES, until)
    for fact in facts:
        if not fact.told:
            again = rederived(CaseHistory(facts), fact.n, by())
            assert again.is_same, (fact, again.derived)
