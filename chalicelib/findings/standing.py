"""Whether a card is in force: it has its ground, and nobody revoked it. Which is the gravest."""

from collections.abc import Iterable

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory, number_of


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
