"""What follows from a case's facts does not depend on the order in which they came."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.recheck import stands
from chalicelib.intake.event_types import FINDING_TYPES, ISSUED_TYPES
from chalicelib.permit.decide import decide, evaluate
from chalicelib.permit.lamp_history import lamp
from chalicelib.permit.rules.time_limits import CheckedLimits
from chalicelib.permit.simulate import simulate
from chalicelib.permit.state import Permit
from tests.unit import oracle
from tests.unit.strategies import (
    History,
    arrivals,
    histories,
    in_an_outage,
    outage_until,
    starts,
)
from tests.unit.told import MS, RULES, accepted, clock_due, numbered, reported

Issued = tuple[str, str, datetime, str]


def issued(facts: Sequence[Fact], *, standing: bool = False) -> set[Issued]:
    """Rule, level, legal instant and due instant of what was issued, or of what stands of it."""
    return {
        (fact.text("rule"), fact.text("level"), fact.at, fact.text("due_at"))
        for fact in facts
        if fact.kind in ISSUED_TYPES and (not standing or stands(fact, CaseHistory(facts)))
    }


def told_of(permit: Permit) -> dict[str, Any]:
    """All that a permit says, with facts by their keys: numbers follow the order of arrival."""
    return {
        "origin": permit.origin,
        "acceptance": permit.acceptance and permit.acceptance.key,
        "terms": permit.terms,
        "procedures": [(procedure.told.key, procedure.end) for procedure in permit.procedures],
        "extensions": [fact.key for fact in permit.extensions],
        "closing": permit.closing and permit.closing.key,
        "set_aside": [(fact.key, reason) for fact, reason in permit.set_aside],
    }


def said_by(limits: CheckedLimits) -> tuple[Any, ...]:
    """All that a survey says, with facts by their keys."""
    findings = [finding._replace(rests_on=()) for finding in limits.findings]
    return findings, clock_due(limits, "promise", "first_review"), clock_due(limits, "statutory")


@given(st.data(), histories())
def test_any_order_of_arrival_ends_the_same(data: st.DataObject, history: History) -> None:
    """Same case, same clocks, same lamp, same standing cards, where all of it comes in time."""
    late = in_an_outage(data.draw(arrivals(history)))
    until = max(history.end, late[-1].recorded_at + timedelta(days=400))
    rules = outage_until(late[-1].recorded_at)
    one = simulate(in_an_outage(history.told), rules, until)
    two = simulate(late, rules, until)
    evaluation, other = evaluate(CaseHistory(one), rules), evaluate(CaseHistory(two), rules)
    assert told_of(evaluation.permit) == told_of(other.permit)
    assert said_by(evaluation.limits) == said_by(other.limits)
    assert evaluation.limits.unknown == other.limits.unknown
    assert lamp(evaluation.permit, CaseHistory(one)) == lamp(other.permit, CaseHistory(two))
    assert issued(one, standing=True) == issued(two, standing=True)
    last = [decide(CaseHistory(facts), rules, until) for facts in (one, two)]
    assert [(decision.append, decision.wake_at) for decision in last] == [((), None)] * 2
    assert last[0].held_for == last[1].held_for


def _extended_in_its_own_unit(history: History) -> bool:
    """Return whether each extension has the unit of the promise; in another it may end earlier."""
    promises = [fact.data.get("promise") for fact in history.told if fact.kind == "case.accepted"]
    units = {promise["unit"] for promise in promises if isinstance(promise, dict)}
    added = [fact.data.get("by") for fact in history.told if fact.kind == "case.extended"]
    return all(by["unit"] in units and len(units) == 1 for by in added if isinstance(by, dict))


def _accepted_at(told: Sequence[Fact]) -> datetime:
    """Return when the case was first accepted."""
    return min(fact.at for fact in told if fact.kind == "case.accepted")


def _extended_once_accepted(history: History) -> bool:
    """Return whether no extension comes before the acceptance; its V-12 may be taken back then."""
    extensions = (fact.at for fact in history.told if fact.kind == "case.extended")
    return all(at >= _accepted_at(history.told) for at in extensions)


def _is_noticed_at_once(finding: Fact, facts: Sequence[Fact]) -> bool:
    """Return whether it was noticed when all it rests on was told, or waited for the acceptance.

    A procedure has a clock of its own, accepted or not. An act before the acceptance waits for it.
    """
    numbers = finding.data["rests_on"]
    assert isinstance(numbers, list)
    known = max(finding.at + MS, *(facts[n].recorded_at for n in numbers))
    return finding.recorded_at in (known, max(known, _accepted_at(facts)))


@given(histories())
def test_in_order_nothing_is_ever_taken_back(history: History) -> None:
    """Settle first: nothing later takes a card away, and what is crossed is what is issued.

    But a proposal in doubt gives way to the card that is certain later.
    """
    assume(_extended_in_its_own_unit(history) and _extended_once_accepted(history))
    facts = simulate(history.told, RULES, history.end)
    rechecks = [fact for fact in facts if fact.kind == "card.rechecked"]
    assert {fact.text("reason") for fact in rechecks} <= {"beyond_doubt"}
    evaluation = evaluate(CaseHistory(facts), RULES)
    limits = evaluation.limits
    findings = [finding for finding in limits.findings if not finding.is_held]
    found = [fact for fact in facts if fact.kind in FINDING_TYPES]
    keys = [fact.key for fact in found]
    assert sorted(keys) == sorted(finding.key for finding in findings)
    certain = (one for one in limits.findings if not one.gives_way_to)
    cards = [(one.rule, one.level, one.about) for one in certain if one.level != "warning"]
    assert len(set(cards)) == len(cards)
    assert len(set(keys)) == len(keys)
    assert [fact for fact in found if not _is_noticed_at_once(fact, facts)] == []


@given(histories())
def test_walking_from_wake_to_wake_is_judging_once(history: History) -> None:
    """The same is issued, held and set aside, only noticed later."""
    walked = simulate(history.told, RULES, history.end)
    at_once = numbered(history.told)
    decision = decide(CaseHistory(at_once), RULES, history.end)
    assert issued([*at_once, *decision.append]) == issued(walked)
    # What did not fit at the time may fit now (a resumption told before its suspension).
    said = {fact.key for fact in decision.append if fact.kind == "event.set_aside"}
    assert said <= {fact.key for fact in walked if fact.kind == "event.set_aside"}
    missing = [fact.key for fact in decision.append if fact.kind.endswith(".missing")]
    assert missing == [] or missing[0] in {fact.key for fact in walked}


@given(st.data(), histories())
def test_nothing_changes_before_the_wake_and_something_does_at_it(
    data: st.DataObject, history: History
) -> None:
    """No wake is too late, none is idle, and judging twice is judging once."""
    several = data.draw(st.integers(1, len(history.told)))
    facts = numbered(history.told[:several])
    now = facts[-1].at
    for _ in range(40):
        decision = decide(CaseHistory(facts), RULES, now)
        facts.extend(decision.append)
        again = decide(CaseHistory(facts), RULES, now)
        assert (again.append, again.wake_at) == ((), decision.wake_at)
        wake = decision.wake_at
        last = wake - MS if wake else now + timedelta(days=4000)
        between = now + data.draw(st.integers(0, (last - now) // MS)) * MS
        for instant in (between, last):
            assert decide(CaseHistory(facts), RULES, instant).append == ()
        if wake is None:
            return
        assert wake > now
        assert decision.ended or decide(CaseHistory(facts), RULES, wake).append != ()
        now = wake
    raise AssertionError("a case that never comes to rest")


@given(histories())
def test_the_order_of_keys_changes_nothing(history: History) -> None:
    """The same data written down the other way round."""
    other = [replace(fact, data=dict(reversed([*fact.data.items()]))) for fact in history.told]
    assert simulate(other, RULES, history.end) == simulate(history.told, RULES, history.end)


@given(starts(), st.integers(1, 15), st.integers(0, 20 * 86_400_000))
def test_silence_about_a_yellow_makes_no_red_in_its_case(
    start: datetime, limit: int, after: int
) -> None:
    """Whenever it is answered, and if nobody does: silence is judged in the card's own case."""
    told = accepted(start, f"{limit}wd")
    due = oracle.due(start, [(limit, "wd")], [])
    assert due is not None
    asked = [fact for fact in simulate([told], RULES, due + MS) if not fact.told]
    yellow = asked[-1]
    assert yellow.text("level") == "yellow"
    answer = reported("card.responded", due + MS + after * MS, card=yellow.n)
    for answers in ([], [answer]):
        facts = simulate([told, *answers], RULES, due + timedelta(days=60))
        assert [fact for fact in facts if fact.text("level") == "red"] == []
