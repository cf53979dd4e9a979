"""New rules in the middle of a case: it ends as if they had always been in force, and says so."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.calendar.change import Change
from chalicelib.calendar.overlay import overlay_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.findings.recheck import stands
from chalicelib.instant import text
from chalicelib.intake.event_types import FINDING_TYPES, Derived
from chalicelib.permit.decide import decide, evaluate
from chalicelib.permit.lamp_history import lamp
from chalicelib.permit.revision import revisions
from chalicelib.permit.simulate import simulate
from chalicelib.policy.shipped import load_profile
from chalicelib.supervision.deciders import is_moved, snapshot_of
from tests.unit.strategies import History, histories
from tests.unit.told import CALENDAR, PROFILE

_DAYS = [date(2004, 1, 1) + timedelta(days=n) for n in range(26 * 365)]
_NOTHING = frozenset[date]()


def _changed(off: frozenset[date], worked: frozenset[date]) -> Calendar:
    change = Change("a notice", "", date(2004, 1, 1), "", "", off, worked)
    return overlay_calendar(CALENDAR, [change], "")


# Every second Wednesday is off; every third Saturday is worked; and a policy of another county.
FEWER = _changed(frozenset(day for day in _DAYS if day.toordinal() % 14 == 3), _NOTHING)
MORE = _changed(_NOTHING, frozenset(day for day in _DAYS if day.toordinal() % 21 == 6))
RULES: dict[str, Rules] = {
    "as published": Rules(PROFILE, CALENDAR),
    "fewer days": Rules(PROFILE, FEWER),
    "more days": Rules(PROFILE, MORE),
    "hunan": Rules(load_profile("hunan"), CALENDAR),
}


class Live(Struct, dict=True):
    """One case as supervise has it: its facts and its head, under the rules in force."""

    rules: Rules
    facts: list[Fact] = field(default_factory=list)
    snapshot: CaseSnapshot | None = None

    def supervise(self, now: datetime, told: Sequence[Fact] = ()) -> list[Fact]:
        """Do what supervise does, without a cloud; give what was written."""
        begun = len(self.facts)
        if self.snapshot is not None:
            self.facts += revisions(self.snapshot, CaseHistory(self.facts), self.rules, now)
        self.facts += [fact.numbered(len(self.facts) + i) for i, fact in enumerate(told)]
        decision = decide(CaseHistory(self.facts), self.rules, now)
        self.facts += decision.append
        snapshot = snapshot_of("hall:1", "c_1", CaseHistory(self.facts), decision, now)
        self.snapshot = replace(snapshot, rules=self.rules.name)
        return self.facts[begun:]

    def wait(self, until: datetime) -> None:
        """Let time pass, waking when the head says."""
        while self.snapshot and self.snapshot.wake_at and self.snapshot.wake_at <= until:
            self.supervise(self.snapshot.wake_at)


def live(history: History, rules: Sequence[Rules], turns: Sequence[datetime]) -> Live:
    """Live a whole case; at each of *turns* the next of *rules* is in force, and it is nudged."""
    case = Live(rules[0])
    changes = [*zip(turns, rules[1:], strict=True)]
    for fact in history.told:
        _turn(case, changes, fact.recorded_at)
        case.wait(fact.recorded_at)
        case.supervise(fact.recorded_at, [fact])
    _turn(case, changes, history.end)
    case.wait(history.end)
    return case


def _turn(case: Live, changes: list[tuple[datetime, Rules]], until: datetime) -> None:
    while changes and changes[0][0] <= until:
        at, case.rules = changes.pop(0)
        if case.snapshot is not None:
            case.wait(at)
            case.supervise(at)


def findings_in_force(facts: Sequence[Fact]) -> set[tuple[str, str, datetime, str]]:
    """Rule, level, legal instant and due instant of what stands."""
    return {
        (fact.text("rule"), fact.text("level"), fact.at, fact.text("due_at"))
        for fact in facts
        if fact.kind in FINDING_TYPES and stands(fact, CaseHistory(facts))
    }


@st.composite
def turns(draw: st.DrawFn, history: History, count: int) -> list[datetime]:
    """Instants at which rules change, from the first fact to long after the last."""
    first, last = history.told[0].recorded_at, history.end - timedelta(days=300)
    quarters = (last - first) // timedelta(minutes=15)
    drawn = draw(st.lists(st.integers(0, quarters), min_size=count, max_size=count))
    return sorted(first + n * timedelta(minutes=15) for n in drawn)


@given(st.data(), histories())
def test_it_ends_as_if_the_last_rules_had_always_been_in_force(
    data: st.DataObject, history: History
) -> None:
    """The same clocks, the same lamp, the same standing cards; the rest is told by re-checks."""
    names = data.draw(st.lists(st.sampled_from(sorted(RULES)), min_size=2, max_size=3))
    rules = [RULES[name] for name in names]
    case = live(history, rules, data.draw(turns(history, len(rules) - 1)))
    ideal = simulate(history.told, rules[-1], history.end)
    assert findings_in_force(case.facts) == findings_in_force(ideal)
    evaluation, other = (evaluate(CaseHistory(facts), rules[-1]) for facts in (case.facts, ideal))
    assert evaluation.limits.dues(history.end) == other.limits.dues(history.end)
    assert lamp(evaluation.permit, CaseHistory(case.facts)) == lamp(
        other.permit, CaseHistory(ideal)
    )
    assert case.supervise(history.end) == []


@given(st.data(), histories())
def test_what_is_said_is_what_the_rules_alone_did(data: st.DataObject, history: History) -> None:
    """Before and after are two readings of the same facts, and they differ."""
    before, after = (RULES[name] for name in data.draw(st.permutations(sorted(RULES)))[:2])
    at = data.draw(turns(history, 1))[0]
    case = live(history, [before, after], [at])
    for fact in case.facts:
        if fact.kind != Derived.DUE_REVISED:
            continue
        judged = [one for one in case.facts[: fact.n] if one.kind != Derived.DUE_REVISED]
        was, now = (
            evaluate(CaseHistory(judged), rules).limits.dues(at) for rules in (before, after)
        )
        assert (fact.text("was"), fact.text("due_at")) in {
            (text(was[name].at) if name in was else "", text(now[name].at) if name in now else "")
            for name in {*was, *now}
            if name.startswith(fact.text("clock"))
        }
        assert fact.text("was") != fact.text("due_at") or was != now
    keys = [fact.key for fact in case.facts]
    assert len(keys) == len(set(keys))


@given(st.data(), histories())
def test_a_case_that_does_not_move_is_not_written_to(data: st.DataObject, history: History) -> None:
    """`is_moved` is what decides about the nudge: without it, nothing would have come of one."""
    before, after = (RULES[name] for name in data.draw(st.permutations(sorted(RULES)))[:2])
    case = live(replace(history, told=history.told[: data.draw(st.integers(1, 9))]), [before], [])
    snapshot = case.snapshot
    assert snapshot is not None
    moves = is_moved(snapshot, CaseHistory(case.facts), after)
    case.rules = after
    written = case.supervise(snapshot.judged_at)
    assert case.snapshot is not None
    same = replace(case.snapshot, rules=snapshot.rules, n=snapshot.n) == snapshot
    assert moves == (bool(written) or not same)


@given(histories())
def test_the_same_rules_say_nothing(history: History) -> None:
    """Nothing moves, whatever the case."""
    case = live(history, [RULES["as published"]], [])
    assert case.snapshot is not None
    assert not is_moved(case.snapshot, CaseHistory(case.facts), RULES["as published"])
    assert (
        revisions(case.snapshot, CaseHistory(case.facts), RULES["as published"], history.end) == []
    )
