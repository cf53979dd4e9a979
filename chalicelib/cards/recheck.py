"""Re-check (复核): what was issued loses its ground, or gets it back, and a fact says so and why.

The cause is found by looking at the case again without what was told last, then without what was
told before that, until the card stands as it did: the fact that turned it is the cause. Where no
told fact turns it, the rules did; then the fact that says which clock they moved is the cause.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime

from chalicelib.cards.confirmation import is_confirmed
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.instant import text
from chalicelib.intake.event_types import DEEMED_TYPES, Derived, Reported

FoundKeys = Callable[[CaseHistory], Collection[str]]
"""The keys of the findings that a history gives ground to."""
_SAME = (
    *("level", "rule", "due_at", "department", "region", "item", "policy", "calendar"),
    *("provisional", "missing"),
)


def rechecked(
    case: CaseHistory,
    found: Collection[str],
    keys_found: FoundKeys,
    rules: Rules,
    now: datetime,
) -> Iterator[Fact]:
    """Re-check every card of *case*: those in *found* have their ground under *rules*."""
    for card in case.cards.values():
        if is_confirmed(card):
            continue
        before = case.rechecks_of(card)
        last = before[-1] if before else card
        verdict = "stands" if card.key in found else "lost"
        if verdict != (last.text("verdict") or "stands"):
            told = _turned(card, last, case, keys_found)
            why = _by_rules(card, last, case, rules) if told is None else _by_report(told)
            yield recheck(card, verdict, len(before), why, now)


def recheck(
    card: Fact, verdict: str, before: int, why: Mapping[str, object], now: datetime
) -> Fact:
    """Return the re-check (复核) of *card*.

    *verdict* is "stands" or "lost"; *before* counts the earlier re-checks; *why* is the cause.
    """
    data = {
        **{name: card.data[name] for name in _SAME if name in card.data},
        "card": card.n,
        "verdict": verdict,
        **why,
        "noticed_at": text(now),
    }
    kind = Derived.CASE_RECHECKED if card.kind in DEEMED_TYPES else Derived.CARD_RECHECKED
    return Fact(0, kind, f"recheck/{card.n}/{before}", now, now, told=False, data=data)


def _turned(card: Fact, last: Fact, case: CaseHistory, keys_found: FoundKeys) -> Fact | None:
    """Return the reported fact without which *card* would still stand as *last* said, if any.

    What was on record when the rules changed had been judged under the old ones: it is no cause.
    """
    stood = (last.text("verdict") or "stands") == "stands"
    for fact in reversed(case.facts[last.n + 1 :]):
        if fact.kind == Derived.DUE_REVISED:
            return None
        if fact.told and (card.key in keys_found(case.until(fact.n))) == stood:
            return fact
    return None


def _by_report(told: Fact) -> dict[str, object]:
    reason = "corrected" if told.kind == Reported.CASE_CORRECTED else "late_news"
    return {"reason": reason, "cause": told.n}


def _by_rules(card: Fact, last: Fact, case: CaseHistory, rules: Rules) -> dict[str, object]:
    """Return what of the rules is new.

    The fact that says which clock they moved tells it; else the rules that the card was made under.
    """
    for fact in reversed(case.facts[last.n + 1 :]):
        if fact.kind == Derived.DUE_REVISED:
            return {"reason": fact.text("cause"), "cause": fact.n}
    new = [name for name, version in rules.versions.items() if card.text(name) != version]
    return {"reason": "_and_".join(new)}
