"""The ledger (发牌台账) of a department's year: every card and warning against it, and which count.

Folded from the facts of the department's own case. Notifications about a card may come in any
order. Each has the number of the fact in the case that sent it, so the count is the same in every
order. A revoked card (撤销) never counts again; a card that lost its ground counts again once it
has it back. Whether an appeal against a card is pending (申诉中) is noted beside that.
"""

from datetime import datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from chalicelib.cases.case_id import number_in
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.intake.event_types import Derived, Reported

COUNTED = frozenset({Derived.CARD_ISSUED, Derived.CASE_ESCALATED, Derived.WARNING_ISSUED})
APPEALS = frozenset({Reported.CARD_APPEALED, Reported.APPEAL_DECIDED})

CountState = Literal["counts", "lost", "revoked"]


class LedgerEntry(NamedTuple):
    """A *card* at one level, since the instant *at*, by fact *n* of the department's case.

    *card* is its id; for a card that was issued in this case, it is `.` and its number.
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
    clock: str = ""
    ground: str = ""
    is_appealed: bool = False


@lru_cache(maxsize=4)  # one decision reads the ledger of one history several times
def ledger(case: CaseHistory) -> tuple[LedgerEntry, ...]:
    """Return every card at every level it has reached, in the order of record."""
    issued = case.of_type(Derived.CARD_ISSUED, Derived.WARNING_ISSUED)
    elsewhere = {fact.text("card") for fact in issued if fact.told}
    states, appealed = _states(case, elsewhere), _appealed(case, elsewhere)
    entries: dict[tuple[str, str], LedgerEntry] = {}
    for fact in case.of_type(*COUNTED):
        if fact.text("basis_kind"):  # it rests on no law
            continue
        card, level = _card_of(fact, case, elsewhere), fact.text("level") or "warning"
        entry = _entry(fact, card, level, states.get(card, "counts"))
        entries.setdefault((card, level), entry._replace(is_appealed=card in appealed))
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
        clock=fact.text("clock"),
        ground=fact.text("ground"),
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


def _appealed(case: CaseHistory, elsewhere: set[str]) -> set[str]:
    """Return the cards with an appeal that nobody has decided, by what their own cases did last."""
    last: dict[str, tuple[int, bool]] = {}
    for fact in case.of_type(*APPEALS):
        card, n = _card_of(fact, case, elsewhere), _number_there(fact)
        if n >= last.get(card, (n, False))[0]:
            last[card] = n, fact.kind == Reported.CARD_APPEALED
    return {card for card, (_, is_pending) in last.items() if is_pending}


def _number_there(fact: Fact) -> int:
    """Return the number of *fact* in the case that made it; a notification's key ends in it."""
    there = number_in(fact.key) if fact.told else None
    return fact.n if there is None else there


def _card_of(fact: Fact, case: CaseHistory, elsewhere: set[str]) -> str:
    """Return the name of the card that *fact* is about.

    A card that was issued *elsewhere* has a notification of its issue; a card of this case has
    none. Until that notification comes, a card from elsewhere may be taken for one of ours.
    """
    if not fact.told:
        n = number_in(fact.data.get("card"))
        return f".{fact.n if n is None else n}"
    card = fact.text("card")
    n = None if card in elsewhere else number_in(card)
    opening = case.facts[n] if n is not None and n < len(case) else None
    is_ours = opening is not None and not opening.told and opening.kind in COUNTED
    return f".{n}" if is_ours else card
