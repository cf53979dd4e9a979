"""The ledger (发牌台账) of a department's year: every card and warning against it, and which count.

Folded from the facts of the department's own case. News of one card may come in any order, and each
is known by its number where it comes from: what is counted in the end is the same in every order.
What was revoked (撤销) never counts again; what lost its ground counts again once it has it back.
"""

from datetime import datetime
from typing import Literal, NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import number_in
from chalicelib.intake.event_types import Derived

COUNTED = frozenset({Derived.CARD_ISSUED, Derived.CASE_ESCALATED, Derived.WARNING_ISSUED})

CountState = Literal["counts", "lost", "revoked"]


class LedgerEntry(NamedTuple):
    """A *card* at one level, since the instant *at*; fact *n* of the department's case says so.

    *card* is its id, or for one that was found here `.` and its number.
    """

    card: str
    n: int
    level: str
    at: datetime
    rule: str
    region: str
    item: str
    stage: str
    state: CountState


def ledger(case: CaseHistory) -> tuple[LedgerEntry, ...]:
    """Return every card at every level it has reached, in the order of record."""
    issued = case.of_type(Derived.CARD_ISSUED, Derived.WARNING_ISSUED)
    elsewhere = {fact.text("card") for fact in issued if fact.told}
    states = _states(case, elsewhere)
    entries: dict[tuple[str, str], LedgerEntry] = {}
    for fact in case.of_type(*COUNTED):
        card, level = _card_of(fact, case, elsewhere), fact.text("level") or "warning"
        entries.setdefault((card, level), _entry(fact, card, level, states.get(card, "counts")))
    return tuple(entries.values())


def _entry(fact: Fact, card: str, level: str, state: CountState) -> LedgerEntry:
    return LedgerEntry(
        card=card,
        n=fact.n,
        level=level,
        at=fact.at,
        rule=fact.text("rule"),
        region=fact.text("region"),
        item=fact.text("item"),
        stage=fact.text("stage"),
        state=state,
    )


def _states(case: CaseHistory, elsewhere: set[str]) -> dict[str, CountState]:
    """Return what became of each card, by the last re-check that its own case made of it."""
    last: dict[str, tuple[int, CountState]] = {}
    for fact in case.of_type(Derived.CARD_RECHECKED):
        card, n = _card_of(fact, case, elsewhere), _number_there(fact)
        if n >= last.get(card, (n, "counts"))[0]:
            last[card] = n, "lost" if fact.text("verdict") == "lost" else "counts"
    annulled = case.of_type(Derived.CARD_ANNULLED)
    revoked: dict[str, CountState] = {
        _card_of(fact, case, elsewhere): "revoked" for fact in annulled
    }
    return {card: state for card, (_, state) in last.items()} | revoked


def _number_there(fact: Fact) -> int:
    """Return the number of *fact* in the case that made it; a notification's key ends in it."""
    there = number_in(fact.key) if fact.told else None
    return fact.n if there is None else there


def _card_of(fact: Fact, case: CaseHistory, elsewhere: set[str]) -> str:
    """Return the name of the card that *fact* is about.

    A notification about a card that was found here names it by an id of which no other notification
    said before that it was issued; of a card found *elsewhere* one did. Until that one comes, the
    card may be taken for one of ours.
    """
    if not fact.told:
        n = number_in(fact.data.get("card"))
        return f".{fact.n if n is None else n}"
    card = fact.text("card")
    n = None if card in elsewhere else number_in(card)
    found = case.facts[n] if n is not None and n < len(case) else None
    is_ours = found is not None and not found.told and found.kind in COUNTED
    return f".{n}" if is_ours else card
