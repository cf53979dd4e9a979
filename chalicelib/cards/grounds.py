"""Grounds (根据): which cards on record are borne out by the findings of a case.

Pure. A card is borne out by the finding that has its key. It also is where late news of a source
only made the same finding fall earlier: whoever reports that he was later still must not get a new
card, with a new time to answer it, in place of the old one.
"""

from collections.abc import Iterable, Sequence

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived
from chalicelib.rules.finding import Finding

_Identity = tuple[str, str, str, str]  # rule, ground, what it is about, level


def keys_borne_out(case: CaseHistory, findings: Sequence[Finding], rules: Rules) -> set[str]:
    """Return the keys of *findings*, and of the cards of *case* that they bear out."""
    earliest: dict[_Identity, str] = {}
    for finding in findings:
        identity = _identity_of(finding.key, finding.level)
        earliest[identity] = min(text(finding.at), earliest.get(identity, text(finding.at)))
    older = (
        card.key for card, identity in _cards(case, rules) if _is_before(earliest, identity, card)
    )
    return {finding.key for finding in findings}.union(older)


def without_card(case: CaseHistory, findings: Iterable[Finding], rules: Rules) -> list[Finding]:
    """Return those of *findings* that no later card on record of *case* stands for."""
    latest: dict[_Identity, str] = {}
    for card, identity in _cards(case, rules):
        latest[identity] = max(text(card.at), latest.get(identity, ""))
    return [
        finding
        for finding in findings
        if text(finding.at) >= latest.get(_identity_of(finding.key, finding.level), "")
    ]


def _cards(case: CaseHistory, rules: Rules) -> Iterable[tuple[Fact, _Identity]]:
    """Yield the cards that were found under the same *rules*: others moved with the rules."""
    for card in case.cards.values():
        is_found = card.kind != Derived.WARNING_ISSUED and not card.told and "card" not in card.data
        if is_found and all(card.text(name) == version for name, version in rules.versions.items()):
            yield card, _identity_of(card.key, card.text("level"))


def _is_before(earliest: dict[_Identity, str], identity: _Identity, card: Fact) -> bool:
    return identity in earliest and earliest[identity] <= text(card.at)


def _identity_of(key: str, level: str) -> _Identity:
    """Return what a finding's *key* names beside its instants."""
    rule, ground, _due_at, _at, *about = key.split("/", 4)
    return rule, ground, about[0] if about else "", level
