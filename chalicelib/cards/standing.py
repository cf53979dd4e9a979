"""Where a case stands after each new fact: what the board counts, exactly, whatever the order."""

from collections.abc import Sequence

from chalicelib.cards.lamp import lamp
from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import fold
from chalicelib.cases.record import LampState


def lamp_states(facts: Sequence[Fact], new: Sequence[Fact]) -> list[LampState]:
    """The standing after each of the *new* facts that follow *facts*."""
    result: list[LampState] = []
    so_far, permit = list(facts), fold(facts)
    for fact in new:
        so_far.append(fact)
        if fact.told:
            permit = fold(so_far)
        result.append(LampState(lamp(permit, so_far), permit.belongs_to["department"]))
    return result
