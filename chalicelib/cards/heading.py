"""The head that a decision gives its case: a cache of where it stands and when to look again."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.cards.decide import Decision
from chalicelib.cards.lamp import lamp
from chalicelib.cases.clocks import Clock
from chalicelib.cases.fact import Fact
from chalicelib.cases.head import CaseSnapshot
from chalicelib.clock.due import Due
from chalicelib.rules.time_limits import MAIN, CheckedLimits


def snapshot_of(
    case: str, public_case: str, facts: Sequence[Fact], decision: Decision, now: datetime
) -> CaseSnapshot:
    """The head after all *facts*, those that *decision* added among them, judged at *now*.

    Under which rules is for the caller to say.
    """
    permit = decision.evaluation.permit
    is_open = permit.closing is None
    return CaseSnapshot(
        case=case,
        public_case=public_case,
        n=len(facts),
        judged_at=now,
        lamp=lamp(permit, facts),
        **permit.belongs_to,
        wake_at=decision.wake_at,
        held_for=decision.held_for,
        dues=dues(decision.evaluation.limits, now),
        is_paused=is_open and decision.evaluation.limits.is_paused,
        told=next((fact.kind for fact in reversed(facts) if fact.told), ""),
    )


def dues(limits: CheckedLimits, now: datetime) -> dict[str, Due]:
    """When each clock of *limits* runs out, as far as that is known *now*.

    Left out is what stands still, what only further silence would start, and what was stopped; but
    a main clock is kept when the case is closed: it says by when that had to be.
    """
    return {
        clock_key(state.clock): Due(state.due.at, state.due.missing)
        for state in limits.clock_states
        if state.due is not None
        and (state.clock.stop is None or state.clock.name in MAIN)
        and not limits.is_to_come(state.clock, now)
    }


def clock_key(clock: Clock) -> str:
    """Name *clock* among those of its case, which may have several of a name."""
    return f"{clock.name}:{clock.about}" if clock.about else clock.name
