"""Re-check (复核): a fact that an issued card lost its ground, or got it back, and the cause.

Pure. The finding with the key of a card bears it out. So does the same finding at an earlier
instant: a source that reports that it was later still must get no new card and time to answer.

For the cause the case is judged again without the fact that was reported last, then without the one
before it, until the card stands as it did. The fact that was left out last is the cause. Where no
reported fact turns the card, the rules did; then the revision that names the moved clock is it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory, number_of
from chalicelib.cases.rules import Rules
from chalicelib.findings.finding import Finding
from chalicelib.findings.issuing import is_confirmed
from chalicelib.instant import text
from chalicelib.intake.event_types import DEEMED_TYPES, Derived, Reported

ListFindingKeys = Callable[[CaseHistory], Collection[str]]
"""Return the keys of the findings that have their ground in a history."""
_REASONS: Mapping[str, str] = {
    Reported.CASE_CORRECTED: "corrected",
    Reported.CLAIM_ACCEPTED: "claim_accepted",
    Reported.CLAIM_REFUSED: "claim_refused",
}
_SAME = (
    *("level", "rule", "due_at", "department", "region", "item", "policy", "calendar"),
    *("provisional", "missing", "in_doubt"),
)


class Grounds(NamedTuple):
    """The *keys* of the findings with a ground; proposals that *gave_way* need no other cause."""

    keys: Collection[str]
    gave_way: Collection[str] = ()


def rechecked(
    case: CaseHistory,
    grounds: Grounds,
    list_finding_keys: ListFindingKeys,
    rules: Rules,
    now: datetime,
) -> Iterator[Fact]:
    """Yield the re-checks of *case*; the cards in *grounds* have their ground by *rules*."""
    for card in case.cards.values():
        if is_confirmed(card):
            continue
        before = case.rechecks_of(card)
        last = before[-1] if before else card
        verdict = "stands" if card.key in grounds.keys else "lost"
        if verdict == (last.text("verdict") or "stands"):
            continue
        if card.key in grounds.gave_way:
            why: dict[str, object] = {"reason": "beyond_doubt"}
        elif cause := _find_turning_fact(card, last, case, list_finding_keys):
            why = {"reason": _REASONS.get(cause.kind, "late_news"), "cause": cause.n}
        else:
            why = _by_rules(card, last, case, rules)
        yield recheck(card, verdict, len(before), why, now)


def recheck(
    card: Fact, verdict: str, before: int, why: Mapping[str, object], now: datetime
) -> Fact:
    """Return the re-check (复核) of *card* after *before* others: "stands" or "lost", and *why*."""
    data = {
        **{name: card.data[name] for name in _SAME if name in card.data},
        "card": card.n,
        "verdict": verdict,
        **why,
        "noticed_at": text(now),
    }
    kind = Derived.CASE_RECHECKED if card.kind in DEEMED_TYPES else Derived.CARD_RECHECKED
    return Fact(0, kind, f"recheck/{card.n}/{before}", now, now, told=False, data=data)


def _find_turning_fact(
    card: Fact, last: Fact, case: CaseHistory, list_finding_keys: ListFindingKeys
) -> Fact | None:
    """Return the fact without which *card* would stand as *last* said; none before new rules."""
    stood = (last.text("verdict") or "stands") == "stands"
    for fact in reversed(case.facts[last.n + 1 :]):
        if fact.kind == Derived.DUE_REVISED:
            return None
        if fact.told and (card.key in list_finding_keys(case.until(fact.n))) == stood:
            return fact
    return None


def _by_rules(card: Fact, last: Fact, case: CaseHistory, rules: Rules) -> dict[str, object]:
    """Return which rules are new: by the last revision, else by the versions that *card* has."""
    for fact in reversed(case.facts[last.n + 1 :]):
        if fact.kind == Derived.DUE_REVISED:
            return {"reason": fact.text("cause"), "cause": fact.n}
    new = [name for name, version in rules.versions.items() if card.text(name) != version]
    return {"reason": "_and_".join(new)}


_Identity = tuple[str, str, str, str]  # rule, ground, what it is about, level


class FoundCard(NamedTuple):
    """A *card* that was found, and the *identity* of its finding, whenever that falls."""

    card: Fact
    identity: _Identity


def keys_borne_out(cards: Iterable[FoundCard], findings: Sequence[Finding]) -> set[str]:
    """Return the keys of *findings*, and of those of *cards* that they bear out."""
    earliest: dict[_Identity, datetime] = {}
    for finding in findings:
        identity = _identity_of(finding)
        earliest[identity] = min(finding.at, earliest.get(identity, finding.at))
    older = (card.key for card, same in cards if same in earliest and earliest[same] <= card.at)
    return {finding.key for finding in findings}.union(older)


def without_card(cards: Iterable[FoundCard], findings: Iterable[Finding]) -> list[Finding]:
    """Return those of *findings* that no later one of *cards* stands for."""
    latest: dict[_Identity, datetime] = {}
    for card, identity in cards:
        latest[identity] = max(card.at, latest.get(identity, card.at))
    return [each for each in findings if each.at >= latest.get(_identity_of(each), each.at)]


def cards_found(case: CaseHistory, rules: Rules) -> list[FoundCard]:
    """Return the cards of *case* that were found under the same *rules*: others moved with them."""
    versions = rules.versions.items()
    return [
        FoundCard(card, _identity_in(card))
        for card in case.cards.values()
        if card.kind != Derived.WARNING_ISSUED
        and not card.told
        and "card" not in card.data
        and versions <= card.data.items()
    ]


def _identity_in(card: Fact) -> _Identity:
    rule, ground, _due_at, _at, *about = card.key.split("/", 4)
    return rule, ground, about[0] if about else "", card.text("level")


def _identity_of(finding: Finding) -> _Identity:
    """Return what the key of *finding* names beside its instants."""
    about = finding.about
    if finding.in_doubt:
        about = f"{about}/in_doubt" if about else "in_doubt"
    return finding.rule, finding.ground, about, finding.level


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
