"""Grounds (根据): which cards on record are borne out by the findings of a case.

Pure. The finding with the key of a card bears it out. So does the same finding at an earlier
instant: a source that reports that it was later still must get no new card and time to answer.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.finding import Finding
from chalicelib.intake.event_types import Derived

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
