"""The head that a decision gives its case: a cache of where it stands and when to look again."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.cards.decide import Decision
from chalicelib.cards.lamp import lamp
from chalicelib.cases.clocks import Clock
from chalicelib.cases.fact import Fact
from chalicelib.cases.head import Head
from chalicelib.clock.due import Due
from chalicelib.rules.time_limits import MAIN, Survey


def head_of(
    case: str, public_case: str, facts: Sequence[Fact], decision: Decision, now: datetime
) -> Head:
    """The head after all *facts*, those that *decision* added among them, judged at *now*.

    Under which rules is for the caller to say.
    """
    permit = decision.outlook.permit
    is_open = permit.closing is None
    return Head(
        case=case,
        public_case=public_case,
        n=len(facts),
        judged_at=now,
        lamp=lamp(permit, facts),
        **permit.where,
        wake_at=decision.wake_at,
        held_for=decision.held_for,
        dues=dues(decision.outlook.survey, now),
        is_paused=is_open and decision.outlook.survey.is_paused,
        told=next((fact.kind for fact in reversed(facts) if fact.told), ""),
    )


def dues(survey: Survey, now: datetime) -> dict[str, Due]:
    """When each clock of *survey* runs out, as far as that is known *now*.

    Left out is what stands still, what only further silence would start, and what was stopped; but
    a main clock is kept when the case is closed: it says by when that had to be.
    """
    return {
        named(one.clock): Due(one.due.at, one.due.missing)
        for one in survey.standings
        if one.due is not None
        and (one.clock.stop is None or one.clock.name in MAIN)
        and not survey.is_to_come(one.clock, now)
    }


def named(clock: Clock) -> str:
    """Name *clock* among those of its case, which may have several of a name."""
    return f"{clock.name}:{clock.about}" if clock.about else clock.name
