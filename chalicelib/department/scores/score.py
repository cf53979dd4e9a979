"""The score (绩效计分) of a department, an item or a post: the points left of a month.

Pure, and sums alone. A card takes the points of its level from every section that its rule touches.
Every full number of warnings in a section takes its points, and no section falls below zero. So the
order makes no difference, and one more card never raises a score. A card that is revoked or has
lost its ground gives its points back (DOMAIN §2.5, §4.2). There is no ranking: see DOMAIN §4.3.

A section that is not measured (未测评) is not full marks: it leaves the sum and the total. It is
measured where one of its rules can take points: the rule has a row on law, or on the region's own
document, and a breach of it shows. One that only a person can find shows once a card in the
department's year has it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.department.ledger import LedgerEntry, lawful_rules, rests_on_law
from chalicelib.findings.rule_file import load_rules
from chalicelib.policy.profile import Profile
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
        deductions = (taken for taken in self.deductions if taken.section == section)
        return section.points - sum(deduction.points for deduction in deductions)


def measured(profile: Profile, region: str, in_year: Iterable[LedgerEntry]) -> Scoring:
    """Return the scheme with the sections measured in *region*; *in_year* are the year's cards."""
    by_people = {rule.id for rule in load_rules().values() if rule.judged == ("told",)}
    shown = lawful_rules(profile, region) - (by_people - {entry.rule for entry in in_year})
    sections = (section for section in profile.scoring.sections if section.rules & shown)
    return replace(profile.scoring, sections=tuple(sections))


def taking(entries: Iterable[LedgerEntry], profile: Profile) -> Sequence[LedgerEntry]:
    """Return those of *entries* that may take points: those that rest on law."""
    return [entry for entry in entries if rests_on_law(entry, profile)]


def left_out(entries: Iterable[LedgerEntry], profile: Profile) -> Sequence[LedgerEntry]:
    """Return those of *entries* that take nothing; of reminders only those that were taken back."""
    return [
        entry
        for entry in entries
        if entry.state != "counts"
        or (entry.level != "warning" and not rests_on_law(entry, profile))
    ]


def of_month(
    entries: Sequence[LedgerEntry], year: int, month: int, zone: tzinfo
) -> list[LedgerEntry]:
    """Return the *entries* that fell due in a month of *zone*, in order of time."""
    local = ((entry.at.astimezone(zone), entry) for entry in entries)
    in_month = (entry for at, entry in local if (at.year, at.month) == (year, month))
    return sorted(in_month, key=attrgetter("at", "card"))


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
    parts = sorted({name(entry) for entry in entries} - {""})
    return {part: score([e for e in entries if name(e) == part], scheme) for part in parts}


def _deductions(
    section: Section, entries: Sequence[LedgerEntry], scheme: Scoring
) -> Iterator[Deduction]:
    left = section.points
    touching = [entry for entry in entries if entry.rule in section.rules]
    causes = [*_cards(touching, scheme), *_warnings(touching, scheme)]
    for cause, worth, basis in sorted(
        causes, key=lambda taken: (taken[0][-1].at, taken[0][-1].card)
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
