"""The ledger (发牌台账) of a department's year: every card and warning against it, and which count.

Folded from the facts of the department's own case. News of one card may come in any order, and each
is known by its number where it comes from: what is counted in the end is the same in every order.
What was revoked (撤销) never counts again; what lost its ground counts again once it has it back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from chalicelib.cases.fact import Fact
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


def ledger(facts: Sequence[Fact]) -> tuple[LedgerEntry, ...]:
    """Every card at every level it has reached, in the order of record."""
    elsewhere = {
        fact.text("card")
        for fact in facts
        if fact.told and fact.kind in (Derived.CARD_ISSUED, Derived.WARNING_ISSUED)
    }
    states = _states(facts, elsewhere)
    rows: dict[tuple[str, str], LedgerEntry] = {}
    for fact in facts:
        if fact.kind in COUNTED:
            card, level = _name(fact, facts, elsewhere), fact.text("level") or "warning"
            rows.setdefault((card, level), _entry(fact, card, level, states.get(card, "counts")))
    return tuple(rows.values())


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


def _states(facts: Sequence[Fact], elsewhere: set[str]) -> dict[str, CountState]:
    """What became of each card, by the last re-check that its own case made of it."""
    last: dict[str, tuple[int, CountState]] = {}
    revoked: dict[str, CountState] = {}
    for fact in facts:
        if fact.kind == Derived.CARD_ANNULLED:
            revoked[_name(fact, facts, elsewhere)] = "revoked"
        elif fact.kind == Derived.CARD_RECHECKED:
            card, place = _name(fact, facts, elsewhere), _place(fact)
            if place >= last.get(card, (place, "counts"))[0]:
                last[card] = place, "lost" if fact.text("verdict") == "lost" else "counts"
    return {card: state for card, (_, state) in last.items()} | revoked


def _place(fact: Fact) -> int:
    """Where *fact* stands in the case that made it: the key of news ends in its number there."""
    there = number_in(fact.key) if fact.told else None
    return fact.n if there is None else there


def _name(fact: Fact, facts: Sequence[Fact], elsewhere: set[str]) -> str:
    """Which card *fact* is about.

    What we are told of a card that was found here names it by an id that nobody told us before; of
    one found elsewhere we are told that it was issued. Until then it may be taken for one of ours.
    """
    if not fact.told:
        n = number_in(fact.data.get("card"))
        return f".{fact.n if n is None else n}"
    card = fact.text("card")
    n = None if card in elsewhere else number_in(card)
    is_ours = n is not None and n < len(facts) and not facts[n].told and facts[n].kind in COUNTED
    return f".{n}" if is_ours else card
