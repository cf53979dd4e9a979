"""The lamp of a case after each new fact: what the board counts, exactly, whatever the order."""

from collections.abc import Sequence

from chalicelib.cards.lamp import lamp
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.permit import fold
from chalicelib.cases.record import LampState


def lamp_states(case: CaseHistory, new: Sequence[Fact]) -> list[LampState]:
    """Return the state of the lamp after each of the *new* facts that follow *case*."""
    states: list[LampState] = []
    permit = fold(case)
    for fact in new:
        case = case.followed_by([fact])
        if fact.told:
            permit = fold(case)
        states.append(LampState(lamp(permit, case), permit.belongs_to["department"]))
    return states
