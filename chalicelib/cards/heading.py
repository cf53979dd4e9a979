"""The head that a decision gives its case: a cache of where it stands and when to look again."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.cards.decide import Decision
from chalicelib.cards.lamp import lamp
from chalicelib.cases.fact import Fact
from chalicelib.cases.head import Head


def head_of(
    case: str, public_case: str, facts: Sequence[Fact], decision: Decision, now: datetime
) -> Head:
    """The head after all *facts*, those that *decision* added among them, judged at *now*."""
    permit, survey = decision.outlook.permit, decision.outlook.survey
    promise, statutory = survey.promise, survey.statutory
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
        due_at=promise.at if promise else None,
        statutory_due_at=statutory.at if statutory else None,
        is_provisional=bool(promise and promise.provisional),
        is_paused=is_open and any(pause.end is None for pause in permit.pauses),
        told=next((fact.kind for fact in reversed(facts) if fact.told), ""),
    )
