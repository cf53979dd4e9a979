"""Where a case stands after each new fact: what the board counts, exactly, whatever the order."""

from collections.abc import Sequence

from chalicelib.cards.lamp import lamp
from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import fold
from chalicelib.cases.record import Standing


def standings(facts: Sequence[Fact], new: Sequence[Fact]) -> list[Standing]:
    """The standing after each of the *new* facts that follow *facts*."""
    result: list[Standing] = []
    so_far, permit = list(facts), fold(facts)
    for fact in new:
        so_far.append(fact)
        if fact.told:
            permit = fold(so_far)
        result.append(Standing(lamp(permit, so_far), permit.where["department"]))
    return result
