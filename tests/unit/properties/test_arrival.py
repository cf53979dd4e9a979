"""News in time, corrected and withdrawn: what a case comes to is the same, however it was heard.

What comes late is another matter: then its receipt counts (`test_weighing.py`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.cases.correction import apply_corrections
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.clock.due import Due
from chalicelib.findings.recheck import stands
from chalicelib.intake.event_types import CLOSING_TYPES, FINDING_TYPES
from chalicelib.permit.decide import Evaluation, decide, evaluate
from chalicelib.permit.lamp_history import lamp
from chalicelib.permit.simulate import simulate
from tests.unit import oracle
from tests.unit.strategies import (
    History,
    amounts,
    arrivals,
    corrected_histories,
    histories,
    in_an_outage,
    outage_until,
)
from tests.unit.told import MS, RULES, clock_due, numbered, resumed, suspended

# What is said of a case when it is noticed, beside what is found in it.
RECHECKS = {"card.rechecked", "case.rechecked"}
NEVER = datetime.max.replace(tzinfo=oracle.CHINA)


def findings_in_force(facts: Sequence[Fact]) -> set[tuple[str, str]]:
    """Kind and key of what was found and has its ground."""
    return {
        (fact.kind, fact.key)
        for fact in facts
        if fact.kind in FINDING_TYPES and stands(fact, CaseHistory(facts))
    }


def aside(facts: Sequence[Fact]) -> set[tuple[str, str]]:
    """Key and reason of what is set aside in the end, but for what is withdrawn."""
    last: dict[tuple[str, str], str] = {}
    for fact in facts:
        if fact.kind in ("event.set_aside", "event.readmitted"):
            n = fact.data["told"]
            assert isinstance(n, int)
            last[facts[n].key, fact.text("reason")] = fact.kind
    gone = apply_corrections(facts).withdrawn
    return {
        pair for pair, kind in last.items() if kind == "event.set_aside" and pair[0] not in gone
    }


def ends(evaluation: Evaluation) -> dict[str, Due | None]:
    """When each clock runs out, by its name and what it is about."""
    states = evaluation.limits.clock_states
    return {f"{state.clock.name}/{state.clock.about}": state.due for state in states}


@given(st.data(), corrected_histories())
def test_any_order_of_arrival_comes_to_the_same(data: st.DataObject, history: History) -> None:
    """Clocks, lamp, standing cards, what is set aside; what differs is re-checked or remarked."""
    late = in_an_outage(data.draw(arrivals(history)))
    until = max(history.end, late[-1].recorded_at + timedelta(days=400))
    rules = outage_until(late[-1].recorded_at)
    one = simulate(in_an_outage(history.told), rules, until)
    two = simulate(late, rules, until)
    evaluation, other = evaluate(CaseHistory(one), rules), evaluate(CaseHistory(two), rules)
    assert ends(evaluation) == ends(other)
    assert lamp(evaluation.permit, CaseHistory(one)) == lamp(other.permit, CaseHistory(two))
    assert findings_in_force(one) == findings_in_force(two)
    assert aside(one) == aside(two)
    for facts in (one, two):
        checked = {fact.data["card"] for fact in facts if fact.kind in RECHECKS}
        lost = [
            f
            for f in facts
            if f.kind in FINDING_TYPES and (f.kind, f.key) not in findings_in_force(two)
        ]
        assert {fact.n for fact in lost} <= checked
        decision = decide(CaseHistory(facts), rules, until)
        assert (decision.append, decision.wake_at) == ((), None)


@given(st.data(), corrected_histories())
def test_corrected_is_as_if_it_had_been_told_rightly(data: st.DataObject, history: History) -> None:
    """The same clocks, and the same cards stand, as in a case that was told no wrong."""
    late = in_an_outage(data.draw(arrivals(history)))
    until = max(history.end, late[-1].recorded_at + timedelta(days=400))
    rules = outage_until(late[-1].recorded_at)
    facts = simulate(late, rules, until)
    told = sorted(apply_corrections(facts).told, key=lambda fact: fact.n)
    ideal = simulate(
        [replace(each, recorded_at=late[-1].recorded_at) for each in told], rules, until
    )
    evaluation, other = evaluate(CaseHistory(facts), rules), evaluate(CaseHistory(ideal), rules)
    assert ends(evaluation) == ends(other)
    assert lamp(evaluation.permit, CaseHistory(facts)) == lamp(other.permit, CaseHistory(ideal))
    assert findings_in_force(facts) == findings_in_force(ideal)


@given(st.data(), corrected_histories())
def test_no_wake_is_too_late_whatever_came_in_which_order(
    data: st.DataObject, history: History
) -> None:
    """Between two wakes nothing is to be said, at a wake something is.

    But for a case that ended near its limit, which is looked at for the one that follows it.
    """
    late = data.draw(arrivals(history))
    facts = numbered(late[: data.draw(st.integers(1, len(late)))])
    now = facts[-1].recorded_at
    for _ in range(60):
        decision = decide(CaseHistory(facts), RULES, now)
        facts.extend(decision.append)
        wake = decision.wake_at
        last = wake - MS if wake else now + timedelta(days=4000)
        assert last >= now
        between = now + data.draw(st.integers(0, (last - now) // MS)) * MS
        for instant in (now, between, last):
            assert decide(CaseHistory(facts), RULES, instant).append == ()
        if wake is None:
            return
        assert decision.ended or decide(CaseHistory(facts), RULES, wake).append != ()
        now = wake
    raise AssertionError("a case that never comes to rest")


def dues(told: Sequence[Fact]) -> dict[str, datetime]:
    """When the main clocks run out; one that stands still never does."""
    limits = evaluate(CaseHistory(numbered(told)), RULES).limits
    found = {name: clock_due(limits, name) for name in ("promise", "statutory")}
    return {name: due.at if due else NEVER for name, due in found.items()}


@given(st.data(), histories())
def test_a_pause_never_makes_a_case_due_earlier(data: st.DataObject, history: History) -> None:
    """One more special procedure, capped or not, ended or not, wherever it lies.

    Of hours there is one exception, by DESIGN §4: where they are used up at the very instant at
    which a pause begins, the case is due at the close of office after it, and no sooner. And
    where a suspension and a resumption of all come at one instant, the other pauses say which of
    the two is first.
    """
    assume(not any(is_in_hours(fact) for fact in history.told))
    assume(not is_undecided(history.told))
    start = min(fact.at for fact in history.told)
    begin = start + data.draw(st.integers(-96, 96 * 40)) * oracle.QUARTER
    end = begin + data.draw(st.integers(0, 96 * 20)) * oracle.QUARTER
    cap = data.draw(st.none() | amounts(("wd", "d"), 10))
    more = {"approved": f"{cap[0]}{cap[1]}"} if cap else {}
    added = [suspended(begin, "survey_by_others", **more), resumed(end, "survey_by_others")]
    added = added[: data.draw(st.integers(1, 2))]
    before, after = dues(history.told), dues([*history.told, *added])
    assert all(before[name] <= after[name] for name in before)


@given(st.data(), histories())
def test_a_pause_told_in_two_that_touch_is_one(data: st.DataObject, history: History) -> None:
    """Uncapped, in an open case, and whatever the second procedure is called."""
    start = min(fact.at for fact in history.told)
    begin, middle, end = sorted(
        start + data.draw(st.integers(-96, 96 * 40)) * oracle.QUARTER for _ in range(3)
    )
    other = data.draw(st.sampled_from(["split", "split_again"]))
    whole = [suspended(begin, "split", sequence="1"), resumed(end, "split", sequence="4")]
    split = [
        suspended(begin, "split", sequence="1"),
        resumed(middle, "split", sequence="2"),
        suspended(middle, other, sequence="3"),
        resumed(end, other, sequence="4"),
    ]
    told = [
        fact for fact in history.told if fact.kind not in CLOSING_TYPES and not is_for_all(fact)
    ]
    assert dues([*told, *whole]) == dues([*told, *split])


def is_in_hours(fact: Fact) -> bool:
    """Whether *fact* sets a limit in hours, or adds some."""
    limits = [fact.data.get(name) for name in ("promise", "statutory", "by")]
    return any(isinstance(limit, dict) and limit["unit"] in ("h", "wh") for limit in limits)


def is_undecided(told: Sequence[Fact]) -> bool:
    """Return whether a resumption of all comes at the instant of a suspension, in no order."""
    begins = {fact.at for fact in told if fact.kind == "case.suspended" and not fact.sequence}
    return any(is_for_all(fact) and fact.at in begins for fact in told)


def is_for_all(fact: Fact) -> bool:
    """Whether *fact* ends whatever is open: the parts of a split pause it would not end alike."""
    return fact.kind == "case.resumed" and not fact.text("procedure")
