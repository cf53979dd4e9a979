"""Whatever got past the door: everything is judged or held, nothing is ever raised.

Intake takes the years 1970 to 2199 and amounts of 1 to 10,000; the core does not count on it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.instant import parse, text
from chalicelib.permit.decide import decide, evaluate
from chalicelib.permit.lamp_history import lamp_states
from chalicelib.permit.simulate import simulate
from chalicelib.permit.view import explain
from chalicelib.policy.limit import Limit
from chalicelib.policy.terms import Terms
from chalicelib.supervision.deciders import snapshot_of
from tests.support.trials import times
from tests.unit.strategies import EXTREME_INSTANTS, EXTREME_LIMITS
from tests.unit.told import PROFILE, RULES, decided, numbered, reported, resumed, suspended

_DUES = EXTREME_INSTANTS.map(text) | EXTREME_INSTANTS.map(lambda found: found.date().isoformat())


@st.composite
def _terms(draw: st.DrawFn) -> Terms:
    due_at = draw(st.just("") | _DUES)
    promise = None if due_at else draw(EXTREME_LIMITS)
    return Terms(promise, due_at, draw(st.none() | EXTREME_LIMITS))


def _extended(when: datetime, by: Limit) -> Fact:
    return reported("case.extended", when, by=by.written())


def _stopped(when: datetime, approved: Limit | None) -> Fact:
    more: dict[str, Any] = {"approved": str(approved)} if approved else {}
    return suspended(when, **more)


_EVENTS = st.one_of(
    st.builds(_extended, EXTREME_INSTANTS, EXTREME_LIMITS),
    st.builds(_stopped, EXTREME_INSTANTS, st.none() | EXTREME_LIMITS),
    st.builds(resumed, EXTREME_INSTANTS),
    st.builds(decided, EXTREME_INSTANTS),
)


@settings(max_examples=times(150))
@given(EXTREME_INSTANTS, _terms(), st.lists(_EVENTS, max_size=5), EXTREME_INSTANTS)
@example(  # found by chance: a finding at the last instant, after which nothing can be woken
    parse("2000-01-01T00:00:00Z"),
    Terms(None, "0001-01-01T00:00:00.000Z", None),
    [_extended(parse("9999-12-31T23:59:59.999Z"), Limit(0, "wd"))],
    parse("0001-01-01T00:00:00Z"),
)
def test_everything_is_judged_or_held(
    start: datetime, terms: Terms, events: Sequence[Fact], now: datetime
) -> None:
    """From the year 1 to the year 9999, from no days at all to ten thousand months."""
    first = reported("case.accepted", start, item="X-01", terms=terms.written())
    facts = numbered([first, *events])
    decision = decide(CaseHistory(facts), RULES, now)
    everything = [*facts, *decision.append]
    assert len(lamp_states(CaseHistory(), everything, RULES)) == len(everything)
    assert snapshot_of("hall:1", "p", CaseHistory(everything), decision, now).n == len(everything)
    assert len(simulate([first, *events], RULES, now)) >= len(facts)


@settings(max_examples=times(100))
@given(EXTREME_INSTANTS, _terms(), st.lists(_EVENTS, max_size=5), EXTREME_INSTANTS)
@example(  # found by chance: an instant without a local time, and a present without a calendar
    parse("2000-01-01T00:00:00Z"),
    Terms(Limit(0, "wd"), "", None),
    [_extended(parse("9999-12-31T23:59:59.999Z"), Limit(0, "wd"))],
    parse("2199-12-31T23:59:59.999Z"),
)
@example(  # found by chance: a decision without a local time
    parse("2000-01-01T00:00:00Z"),
    Terms(Limit(0, "wd"), "", None),
    [decided(parse("9999-12-31T23:59:59.999Z"))],
    parse("0001-01-01T00:00:00Z"),
)
@example(  # found by chance: a present without a local time, in office hours
    parse("2000-01-01T00:00:00Z"),
    Terms(Limit(0, "wh"), "", None),
    [],
    parse("9999-12-31T23:59:59.999Z"),
)
@example(  # found by chance: the same in working days
    parse("2000-01-01T00:00:00Z"),
    Terms(Limit(0, "wd"), "", None),
    [],
    parse("9999-12-31T23:59:59.999Z"),
)
@example(  # found by chance: an acceptance without a local time, due at an instant
    parse("9999-12-31T23:59:59.999Z"),
    Terms(None, "1990-01-01T00:00:00.000Z", None),
    [],
    parse("0001-01-01T00:00:00Z"),
)
def test_everything_is_explained(
    start: datetime, terms: Terms, events: Sequence[Fact], now: datetime
) -> None:
    """Or says what it waits for."""
    first = reported("case.accepted", start, item="X-01", terms=terms.written())
    evaluation = evaluate(CaseHistory(numbered([first, *events])), RULES)
    assert explain(evaluation, PROFILE, now)["explanation"]
