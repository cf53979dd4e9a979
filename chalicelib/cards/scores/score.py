"""The score (绩效计分) of a department, an item or a post: what cards take from its month.

Pure, and a matter of sums alone: a card takes its level's points from every section that its rule
touches, every so many warnings of a section take theirs, and no section falls below nothing. So
the order makes no difference, one more card never raises a score, and one that is revoked or has
lost its ground gives back what it took (DOMAIN §2.5, §4.2). There is no ranking: see DOMAIN §4.3.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import NamedTuple

from chalicelib.cards.ledger import LedgerEntry
from chalicelib.policy.scoring import Scoring, Section


class Deduction(NamedTuple):
    """What *rows*, one card or several warnings, take from a *section* by a *basis*.

    Of *worth* points it has *points* left to take: what is below nothing is not counted.
    """

    section: Section
    rows: tuple[LedgerEntry, ...]
    worth: int
    points: int
    basis: str


@dataclass(frozen=True, slots=True)
class Score:
    """So many points of *full* are left after what was *taken*."""

    full: int
    taken: tuple[Deduction, ...]

    @property
    def left(self) -> int:
        """The points of all sections together."""
        return self.full - sum(deduction.points for deduction in self.taken)

    def left_of(self, section: Section) -> int:
        """The points of one section."""
        return section.points - sum(
            deduction.points for deduction in self.taken if deduction.section == section
        )


def of_month(
    entries: Sequence[LedgerEntry], year: int, month: int, zone: tzinfo
) -> list[LedgerEntry]:
    """Those of *entries* that fell due in a month, by the calendar of *zone*, in order of time."""

    def is_in(at: datetime) -> bool:
        day = at.astimezone(zone)
        return (day.year, day.month) == (year, month)

    return sorted(
        (entry for entry in entries if is_in(entry.at)), key=lambda row: (row.at, row.card)
    )


def score(entries: Sequence[LedgerEntry], scheme: Scoring) -> Score:
    """Score the *entries* of a month; those that do not count take nothing."""
    counting = [entry for entry in entries if entry.state == "counts"]
    taken = [
        deduction
        for section in scheme.sections
        for deduction in _deductions(section, counting, scheme)
    ]
    return Score(scheme.full, tuple(taken))


def by(
    name: Callable[[LedgerEntry], str], entries: Sequence[LedgerEntry], scheme: Scoring
) -> Mapping[str, Score]:
    """Score each item, or post, by itself, as if there were no other."""
    names = sorted({name(entry) for entry in entries if name(entry)})
    return {one: score([row for row in entries if name(row) == one], scheme) for one in names}


def _deductions(
    section: Section, entries: Sequence[LedgerEntry], scheme: Scoring
) -> Iterator[Deduction]:
    left = section.points
    touching = [entry for entry in entries if entry.rule in section.rules]
    found = [*_cards(touching, scheme), *_warnings(touching, scheme)]
    for grounds, worth, basis in sorted(found, key=lambda one: (one[0][-1].at, one[0][-1].card)):
        points = min(worth, left)
        left -= points
        yield Deduction(section, grounds, worth, points, basis)


_Grounds = Iterator[tuple[tuple[LedgerEntry, ...], int, str]]


def _cards(entries: Sequence[LedgerEntry], scheme: Scoring) -> _Grounds:
    for entry in entries:
        deduction = scheme.takes(entry.level)
        if deduction is not None:
            yield (entry,), deduction.points, deduction.basis


def _warnings(entries: Sequence[LedgerEntry], scheme: Scoring) -> _Grounds:
    """Every so many warnings in a row (连续预警); what is left over takes nothing."""
    scored = scheme.warnings
    if scored is None:
        return
    found = [entry for entry in entries if entry.level == "warning"]
    for last in range(scored.count, len(found) + 1, scored.count):
        yield tuple(found[last - scored.count : last]), scored.points, scored.basis
