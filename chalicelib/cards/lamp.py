"""The lamp (亮灯) of a case: what its standing cards make it, from its facts alone.

pending before acceptance, then green, yellow (黄牌) or red (红牌), closed at the end. A card that
lost its ground does not light the lamp. The lamp needs no clock: what is not issued does not shine.
"""

from collections.abc import Iterable, Sequence

from chalicelib.cases.fact import Fact
from chalicelib.cases.kind import number_in
from chalicelib.cases.permit import Permit
from chalicelib.intake.event_types import DEEMED_TYPES, RECHECK_TYPES, Derived

"""Whatever supervision found; what it rests on may be gone one day, and it is looked at again."""


def lamp(permit: Permit, facts: Sequence[Fact]) -> str:
    """The lamp of the case that *facts* fold into: pending, green, yellow, red or closed."""
    deemed = {fact.kind for fact in facts if fact.kind in DEEMED_TYPES and stands(fact, facts)}
    if permit.closing is not None or Derived.CASE_DEEMED_APPROVED in deemed:
        return "closed"
    if permit.acceptance is None and not deemed:
        return "pending"
    cards = [fact for fact in facts if fact.kind == Derived.CARD_ISSUED and not fact.told]
    return gravest(card for card in cards if stands(card, facts) and not annulled(card, facts))


def gravest(cards: Iterable[Fact]) -> str:
    """The colour of the gravest of *cards*; green where there is none."""
    levels = {card.text("level") for card in cards}
    return "red" if "red" in levels else "yellow" if "yellow" in levels else "green"


def stands(card: Fact, facts: Sequence[Fact]) -> bool:
    """Whether *card* has its ground, by the latest re-check on record."""
    checks = rechecks(card, facts)
    return not checks or checks[-1].text("verdict") == "stands"


def rechecks(card: Fact, facts: Sequence[Fact]) -> list[Fact]:
    """The re-checks (复核) of *card*, oldest first."""
    n = number_of(card)
    return [fact for fact in facts if fact.kind in RECHECK_TYPES and fact.data.get("card") == n]


def annulled(card: Fact, facts: Sequence[Fact]) -> bool:
    """Whether *card* was revoked (撤销) by those who decide about it; it keeps its place."""
    told = (fact for fact in facts if fact.kind == Derived.CARD_ANNULLED)
    return any(number_in(fact.data.get("card")) == number_of(card) for fact in told)


def number_of(card: Fact) -> int:
    """The number that *card* is known by: of the fact that found it, which may have proposed it."""
    n = number_in(card.data.get("card"))
    return card.n if n is None else n
