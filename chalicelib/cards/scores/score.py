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

from chalicelib.cards.ledger import Row
from chalicelib.policy.scoring import Scoring, Section


class Taken(NamedTuple):
    """What *rows*, one card or several warnings, take from a *section* by a *basis*.

    Of *worth* points it has *points* left to take: what is below nothing is not counted.
    """

    section: Section
    rows: tuple[Row, ...]
    worth: int
    points: int
    basis: str


@dataclass(frozen=True, slots=True)
class Score:
    """So many points of *full* are left after what was *taken*."""

    full: int
    taken: tuple[Taken, ...]

    @property
    def left(self) -> int:
        """The points of all sections together."""
        return self.full - sum(one.points for one in self.taken)

    def left_of(self, section: Section) -> int:
        """The points of one section."""
        return section.points - sum(one.points for one in self.taken if one.section == section)


def of_month(rows: Sequence[Row], year: int, month: int, zone: tzinfo) -> list[Row]:
    """Those of *rows* that fell due in a month, by the calendar of *zone*, in order of time."""

    def is_in(at: datetime) -> bool:
        day = at.astimezone(zone)
        return (day.year, day.month) == (year, month)

    return sorted((row for row in rows if is_in(row.at)), key=lambda row: (row.at, row.card))


def score(rows: Sequence[Row], scheme: Scoring) -> Score:
    """Score the *rows* of a month; those that do not count take nothing."""
    counting = [row for row in rows if row.state == "counts"]
    taken = [one for section in scheme.sections for one in _taken(section, counting, scheme)]
    return Score(scheme.full, tuple(taken))


def by(name: Callable[[Row], str], rows: Sequence[Row], scheme: Scoring) -> Mapping[str, Score]:
    """Score each item, or post, by itself, as if there were no other."""
    names = sorted({name(row) for row in rows if name(row)})
    return {one: score([row for row in rows if name(row) == one], scheme) for one in names}


def _taken(section: Section, rows: Sequence[Row], scheme: Scoring) -> Iterator[Taken]:
    left = section.points
    touching = [row for row in rows if row.rule in section.rules]
    found = [*_cards(touching, scheme), *_warnings(touching, scheme)]
    for grounds, worth, basis in sorted(found, key=lambda one: (one[0][-1].at, one[0][-1].card)):
        points = min(worth, left)
        left -= points
        yield Taken(section, grounds, worth, points, basis)


_Grounds = Iterator[tuple[tuple[Row, ...], int, str]]


def _cards(rows: Sequence[Row], scheme: Scoring) -> _Grounds:
    for row in rows:
        deduction = scheme.takes(row.rank)
        if deduction is not None:
            yield (row,), deduction.points, deduction.basis


def _warnings(rows: Sequence[Row], scheme: Scoring) -> _Grounds:
    """Every so many warnings in a row (连续预警); what is left over takes nothing."""
    scored = scheme.warnings
    if scored is None:
        return
    found = [row for row in rows if row.rank == "warning"]
    for last in range(scored.count, len(found) + 1, scored.count):
        yield tuple(found[last - scored.count : last]), scored.points, scored.basis
