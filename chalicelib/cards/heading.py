"""The head that a decision gives its case: a cache of where it stands and when to look again."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.cards.decide import Decision
from chalicelib.cards.lamp import lamp
from chalicelib.cases.fact import Fact
from chalicelib.cases.head import Head
from chalicelib.clock.due import Due
from chalicelib.rules.time_limits import Survey


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
        dues={} if decision.outlook.survey.is_ahead_of(now) else dues(decision.outlook.survey),
        is_paused=is_open and decision.outlook.survey.is_paused,
        told=next((fact.kind for fact in reversed(facts) if fact.told), ""),
    )


def dues(survey: Survey) -> dict[str, Due]:
    """When each clock runs out, by its name; one that stands still or never ran is left out."""
    found = {"promise": survey.promise, "statutory": survey.statutory}
    return {clock: due for clock, due in found.items() if due is not None}
