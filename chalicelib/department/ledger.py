"""The ledger (发牌台账) of a department's year: every card and warning against it, and which count.

Folded from the facts of the department's own case. Notifications about a card may come in any
order. Each has the number of the fact in the case that sent it, so the count is the same in every
order. A revoked card (撤销) never counts again; a card that lost its ground counts again once it
has it back. Whether an appeal against a card is pending (申诉中) is noted beside that.

Only a card that rests on law, or on the region's own document, counts towards repetition and costs
points (DOMAIN, head).
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from chalicelib.cases.case_id import number_in
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.finding import SILENT, WEIGHED
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.policy.basis import Basis
from chalicelib.policy.profile import Profile

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
        names = ("rule", "region", "item", "stage", "clock", "ground")
        texts = {name: fact.text(name) for name in names}
        state, is_appealed = states.get(card, "counts"), card in appealed
        entry = LedgerEntry(
            card, fact.n, level, fact.at, state=state, is_appealed=is_appealed, **texts
        )
        entries.setdefault((card, level), entry)
    return tuple(entries.values())


def _states(case: CaseHistory, elsewhere: set[str]) -> dict[str, CountState]:
    """Return the state of each card, by the last re-check that its own case made of it."""
    rechecks = _last_of(case, elsewhere, Derived.CARD_RECHECKED)
    states: dict[str, CountState] = {
        card: "lost" if fact.text("verdict") == "lost" else "counts"
        for card, fact in rechecks.items()
    }
    for fact in case.of_type(Derived.CARD_ANNULLED):
        states[_card_of(fact, case, elsewhere)] = "revoked"
    return states


def _appealed(case: CaseHistory, elsewhere: set[str]) -> set[str]:
    """Return the cards with an appeal that nobody has decided."""
    last = _last_of(case, elsewhere, *APPEALS)
    return {card for card, fact in last.items() if fact.kind == Reported.CARD_APPEALED}


def _last_of(case: CaseHistory, elsewhere: set[str], *kinds: str) -> dict[str, Fact]:
    """Return, by card, the last fact of *kinds* about it, in the order of the card's own case."""
    last: dict[str, Fact] = {}
    for fact in case.of_type(*kinds):
        card = _card_of(fact, case, elsewhere)
        if _number_there(fact) >= _number_there(last.get(card, fact)):
            last[card] = fact
    return last


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


def rests_on_law(entry: LedgerEntry, profile: Profile) -> bool:
    """Return whether *entry* rests on law, or on its own region's document (依法发牌).

    Its rows are those of the *profile* in force. A finding that a person weighs, because a case
    ended near its limit or was handed in again, rests on no row of law.
    """
    bases = [*_bases(entry, profile)]
    lawful = all(basis.is_lawful_in(entry.region) for basis in bases)
    return bool(bases) and lawful and entry.ground not in WEIGHED


def lawful_rules(profile: Profile, region: str) -> frozenset[str]:
    """Return the rules that have a row on law, or on a document of *region*, in *profile*."""
    rows = [(row.rule, row.basis) for row in profile.threshold_rows]
    rows += [(rule, row.basis) for rule, row in profile.conduct.items()]
    rows += [(row.rule, row.basis) for row in profile.ladder.repeated]
    rows += [(SILENT, rung.basis) for rung in profile.ladder.rungs.values() if rung.then]
    return frozenset(rule for rule, basis in rows if basis.is_lawful_in(region))


def _bases(entry: LedgerEntry, profile: Profile) -> Iterator[Basis]:
    """Yield the basis of each row that may have led to *entry*."""
    rule, level = entry.rule, entry.level
    if rule == SILENT:  # by the rung that was left
        yield from (rung.basis for rung in profile.ladder.rungs.values() if rung.then == level)
        return
    if rule in profile.conduct and not entry.clock:
        yield profile.conduct[rule].basis
        return
    of_rule = (row for row in profile.threshold_rows if (row.rule, row.level) == (rule, level))
    yield from (row.basis for row in of_rule if entry.clock in ("", row.clock))
    yield from (row.basis for row in profile.ladder.repeated if row.rule == rule)
