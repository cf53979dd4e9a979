"""The lamp (亮灯) of a permit: what its cards in force make it, from its facts alone.

pending before acceptance, then green, yellow (黄牌) or red (红牌), closed at the end. A card that
lost its ground does not light it. The board counts the lamp after each new fact, whatever the
order; likewise whether the case enters the rates, and once it is closed its days.
"""

from collections.abc import Sequence

from chalicelib.cases.bounded import is_beyond_most
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.stored_fact import LampState
from chalicelib.findings.recheck import gravest, is_revoked, stands
from chalicelib.intake.event_types import DEEMED_TYPES, Derived
from chalicelib.permit.claims.weighing import weigh
from chalicelib.permit.rates import case_days, left_out
from chalicelib.permit.state import Permit


def lamp(permit: Permit, case: CaseHistory) -> str:
    """Return the lamp of *permit* in *case*: pending, green, yellow, red or closed."""
    deemed = {fact.kind for fact in case.of_type(*DEEMED_TYPES) if stands(fact, case)}
    if permit.closing is not None or Derived.CASE_DEEMED_APPROVED in deemed:
        return "closed"
    if permit.acceptance is None and not deemed:
        return "pending"
    cards = (fact for fact in case.of_type(Derived.CARD_ISSUED) if not fact.told)
    return gravest(card for card in cards if stands(card, case) and not is_revoked(card, case))


def lamp_states(case: CaseHistory, new: Sequence[Fact], rules: Rules) -> list[LampState]:
    """Return lamp, and what the rates need, after each of the *new* facts that follow *case*."""
    states: list[LampState] = []
    weighing = weigh(case, rules)
    for fact in new:
        case = case.followed_by([fact])
        if fact.told and not is_beyond_most(fact, case.facts):  # what does not act lights nothing
            weighing = weigh(case, rules)
        _, permit, limits, binding = weighing.judged
        shown, why = lamp(permit, case), left_out(case, weighing, binding)
        days = case_days(permit, limits, binding) if shown == "closed" and not why else None
        states.append(LampState(shown, permit.belongs_to["department"], why, days))
    return states
