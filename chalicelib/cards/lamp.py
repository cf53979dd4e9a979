"""The lamp (亮灯) of a case: what its standing cards make it, from its facts alone.

pending before acceptance, then green, yellow (黄牌) or red (红牌), closed at the end. A card that
lost its ground does not light the lamp. The lamp needs no clock: what is not issued does not shine.
"""

from collections.abc import Iterable

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory, number_of
from chalicelib.cases.permit import Permit
from chalicelib.intake.event_types import DEEMED_TYPES, Derived


def lamp(permit: Permit, case: CaseHistory) -> str:
    """Return the lamp of *permit*, which *case* folds into.

    It is pending, green, yellow, red or closed.
    """
    deemed = {fact.kind for fact in case.of_type(*DEEMED_TYPES) if stands(fact, case)}
    if permit.closing is not None or Derived.CASE_DEEMED_APPROVED in deemed:
        return "closed"
    if permit.acceptance is None and not deemed:
        return "pending"
    cards = [fact for fact in case.of_type(Derived.CARD_ISSUED) if not fact.told]
    return gravest(card for card in cards if stands(card, case) and not is_revoked(card, case))


def gravest(cards: Iterable[Fact]) -> str:
    """Return the colour of the gravest of *cards*; green where there is none."""
    levels = {card.text("level") for card in cards}
    return "red" if "red" in levels else "yellow" if "yellow" in levels else "green"


def stands(card: Fact, case: CaseHistory) -> bool:
    """Return whether *card* has its ground, by the latest re-check on record."""
    checks = case.rechecks_of(card)
    return not checks or checks[-1].text("verdict") == "stands"


def is_revoked(card: Fact, case: CaseHistory) -> bool:
    """Return whether *card* was revoked (撤销) by those who decide about it; it keeps its place."""
    return number_of(card) in case.revoked
