"""The score (绩效计分) of a department, an item or a post: the points left of a month.

Pure, and sums alone. A card takes the points of its level from every section that its rule touches.
Every full number of warnings in a section takes its points, and no section falls below zero. So the
order makes no difference, and one more card never raises a score. A card that is revoked or has
lost its ground gives its points back (DOMAIN §2.5, §4.2). There is no ranking: see DOMAIN §4.3.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from msgspec import Struct

from chalicelib.department.ledger import LedgerEntry
from chalicelib.policy.scoring import Scoring, Section


class Deduction(NamedTuple):
    """The points that *entries*, one card or several warnings, take from a *section* by a *basis*.

    *worth* is the full number; *points* is the part that the section still had.
    """

    section: Section
    entries: tuple[LedgerEntry, ...]
    worth: int
    points: int
    basis: str


class Score(Struct, frozen=True):
    """The score of a month: *full* points, less the *deductions*."""

    full: int
    deductions: tuple[Deduction, ...]

    @property
    def left(self) -> int:
        """The points of all sections together."""
        return self.full - sum(deduction.points for deduction in self.deductions)

    def left_of(self, section: Section) -> int:
        """The points of one section."""
        return section.points - sum(
            deduction.points for deduction in self.deductions if deduction.section == section
        )


def of_month(
    entries: Sequence[LedgerEntry], year: int, month: int, zone: tzinfo
) -> list[LedgerEntry]:
    """Return the *entries* that fell due in a month of *zone*, in order of time."""

    def is_in(at: datetime) -> bool:
        day = at.astimezone(zone)
        return (day.year, day.month) == (year, month)

    return sorted(
        (entry for entry in entries if is_in(entry.at)), key=lambda entry: (entry.at, entry.card)
    )


def score(entries: Sequence[LedgerEntry], scheme: Scoring) -> Score:
    """Score the *entries* of a month; those that do not count take nothing."""
    counting = [entry for entry in entries if entry.state == "counts"]
    deductions = [
        deduction
        for section in scheme.sections
        for deduction in _deductions(section, counting, scheme)
    ]
    return Score(scheme.full, tuple(deductions))


def by(
    name: Callable[[LedgerEntry], str], entries: Sequence[LedgerEntry], scheme: Scoring
) -> Mapping[str, Score]:
    """Score each item, or post, by itself, as if there were no other."""
    names = sorted({name(entry) for entry in entries if name(entry)})
    return {
        part: score([entry for entry in entries if name(entry) == part], scheme) for part in names
    }


def _deductions(
    section: Section, entries: Sequence[LedgerEntry], scheme: Scoring
) -> Iterator[Deduction]:
    left = section.points
    touching = [entry for entry in entries if entry.rule in section.rules]
    causes = [*_cards(touching, scheme), *_warnings(touching, scheme)]
    for cause, worth, basis in sorted(
        causes, key=lambda given: (given[0][-1].at, given[0][-1].card)
    ):
        points = min(worth, left)
        left -= points
        yield Deduction(section, cause, worth, points, basis)


_Causes = Iterator[tuple[tuple[LedgerEntry, ...], int, str]]


def _cards(entries: Sequence[LedgerEntry], scheme: Scoring) -> _Causes:
    for entry in entries:
        deduction = scheme.takes(entry.level)
        if deduction is not None:
            yield (entry,), deduction.points, str(deduction.basis)


def _warnings(entries: Sequence[LedgerEntry], scheme: Scoring) -> _Causes:
    """Yield each full group of consecutive warnings (连续预警); the remainder takes nothing."""
    scored = scheme.warnings
    if scored is None:
        return
    warnings = [entry for entry in entries if entry.level == "warning"]
    for last in range(scored.count, len(warnings) + 1, scored.count):
        yield tuple(warnings[last - scored.count : last]), scored.points, str(scored.basis)
