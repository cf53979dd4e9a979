"""Re-check (复核): what was issued loses its ground, or gets it back, and a fact says so and why.

The cause is found by looking at the case again without what was told last, then without what was
told before that, until the card stands as it did: the fact that turned it is the cause. Where no
told fact turns it, the rules did; then the fact that says which clock they moved is the cause.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime

from chalicelib.cards.confirmation import is_confirmed
from chalicelib.cards.lamp import rechecks
from chalicelib.cases.fact import Fact
from chalicelib.instant import text
from chalicelib.intake.event_types import DEEMED_TYPES, FINDING_TYPES, Derived, Reported

FoundKeys = Callable[
    [Sequence[Fact]], Collection[str]
]  # the keys of what some facts give ground to
_SAME = (
    *("level", "rule", "due_at", "department", "region", "item", "policy", "calendar"),
    *("provisional", "missing"),
)


def rechecked(
    facts: Sequence[Fact],
    found: Collection[str],
    grounds: FoundKeys,
    rules: Mapping[str, str],
    now: datetime,
) -> Iterator[Fact]:
    """Re-check every card of *facts*: those in *found* have their ground under *rules*."""
    for card in [fact for fact in facts if fact.kind in FINDING_TYPES and not is_confirmed(fact)]:
        before = rechecks(card, facts)
        last = before[-1] if before else card
        verdict = "stands" if card.key in found else "lost"
        if verdict != (last.text("verdict") or "stands"):
            told = _turned(card, last, facts, grounds)
            why = _by_rules(card, last, facts, rules) if told is None else _by_news(told)
            yield recheck(card, verdict, len(before), why, now)


def recheck(
    card: Fact, verdict: str, before: int, why: Mapping[str, object], now: datetime
) -> Fact:
    """Say that *card*, re-checked so often *before*, stands or has lost its ground, and *why*."""
    data = {
        **{name: card.data[name] for name in _SAME if name in card.data},
        "card": card.n,
        "verdict": verdict,
        **why,
        "noticed_at": text(now),
    }
    kind = Derived.CASE_RECHECKED if card.kind in DEEMED_TYPES else Derived.CARD_RECHECKED
    return Fact(0, kind, f"recheck/{card.n}/{before}", now, now, told=False, data=data)


def _turned(card: Fact, last: Fact, facts: Sequence[Fact], grounds: FoundKeys) -> Fact | None:
    """The told fact without which *card* would still stand as *last* said; None if there is none.

    What was on record when the rules changed had been judged under the old ones: it is no cause.
    """
    stood = (last.text("verdict") or "stands") == "stands"
    for fact in reversed(facts[last.n + 1 :]):
        if fact.kind == Derived.DUE_REVISED:
            return None
        if fact.told and (card.key in grounds(facts[: fact.n])) == stood:
            return fact
    return None


def _by_news(told: Fact) -> dict[str, object]:
    reason = "corrected" if told.kind == Reported.CASE_CORRECTED else "late_news"
    return {"reason": reason, "cause": told.n}


def _by_rules(
    card: Fact, last: Fact, facts: Sequence[Fact], rules: Mapping[str, str]
) -> dict[str, object]:
    """What of the rules is new: by the fact that says so, else by those the card was made under."""
    for fact in reversed(facts[last.n + 1 :]):
        if fact.kind == Derived.DUE_REVISED:
            return {"reason": fact.text("cause"), "cause": fact.n}
    new = [name for name, version in rules.items() if card.text(name) != version]
    return {"reason": "_and_".join(new)}
