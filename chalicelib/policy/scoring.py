"""Scoring (绩效计分): what a department's month is worth, and what cards and warnings take from it.

Section `[scoring]` of a profile. A month has so many points, in sections; a card takes its level's
from every section that its rule touches, and no section falls below nothing (DOMAIN §2.5, §4.2).
Nothing is earned by being early: that was found to be gamed, and given up (DOMAIN §4.3, 成都 2011).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.errors import BadInput
from chalicelib.policy.ladder import RANKS, Rank
from chalicelib.policy.reading import (
    Table,
    known,
    one_of,
    percent,
    rows,
    rule_id,
    section,
    string,
    whole,
    words,
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the score (计分项): its *points*, and the *rules* that touch it."""

    id: str
    title: str
    english: str
    points: int
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Deduction:
    """What a card of one level takes from each section that its rule touches."""

    points: int
    basis: str


@dataclass(frozen=True, slots=True)
class Warnings:
    """Every *count* warnings of a month, one after another (连续预警), take *points*."""

    count: int
    points: int
    basis: str


@dataclass(frozen=True, slots=True)
class PromiseCut:
    """A bonus: every item's promise is shorter than the law's limit by more than *over* per cent.

    Each further *each* per cent of the least cut is worth *more* points.
    """

    over: int
    points: int
    each: int
    more: int
    basis: str


@dataclass(frozen=True, slots=True)
class Scoring:
    """The whole scheme; without sections nothing is scored."""

    sections: tuple[Section, ...] = ()
    deductions: Mapping[Rank, Deduction] | None = None
    warnings: Warnings | None = None
    promise_cut: PromiseCut | None = None
    basis: str = ""

    @property
    def full(self) -> int:
        """The points of a month in which nothing happened."""
        return sum(one.points for one in self.sections)

    def takes(self, rank: str) -> Deduction | None:
        """What a card of *rank* takes; None where the scheme says nothing of it."""
        return next((d for of, d in (self.deductions or {}).items() if of == rank), None)

    def touched_by(self, rule: str) -> tuple[Section, ...]:
        """The sections that a finding by *rule* takes from."""
        return tuple(one for one in self.sections if rule in one.rules)


def read_scoring(table: Table, place: str) -> Scoring:
    """Read `[scoring]` of a profile; without it nothing is scored. Raises BadInput."""
    if "scoring" not in table:
        return Scoring()
    scoring, place = section(table, "scoring", place), f"{place}: scoring"
    known(scoring, ("basis", "section", "deduction", "warnings", "promise_cut"), place)
    parts = rows(scoring, "section", place)
    sections = tuple(_section(row, f"{place}.section {n}") for n, row in enumerate(parts, 1))
    if not sections:
        raise BadInput("a score has a section, [[scoring.section]]", place)
    if len({one.id for one in sections}) < len(sections):
        raise BadInput("two sections have the same id", place)
    return Scoring(
        sections=sections,
        deductions=_deductions(scoring, place),
        warnings=_warnings(scoring, place),
        promise_cut=_promise_cut(scoring, place),
        basis=string(scoring, "basis", place),
    )


def _section(row: Table, place: str) -> Section:
    known(row, ("id", "title", "english", "points", "rules"), place)
    return Section(
        id=string(row, "id", place),
        title=string(row, "title", place),
        english=string(row, "english", place),
        points=_some(row, "points", place),
        rules=frozenset(rule_id(rule, place) for rule in words(row, "rules", place)),
    )


def _deductions(scoring: Table, place: str) -> Mapping[Rank, Deduction]:
    found: dict[Rank, Deduction] = {}
    for number, row in enumerate(rows(scoring, "deduction", place), 1):
        where = f"{place}.deduction {number}"
        known(row, ("level", "points", "basis"), where)
        rank = one_of(row, "level", RANKS[1:], where)
        if rank in found:
            raise BadInput(f"{rank} is said twice", where)
        found[rank] = Deduction(_some(row, "points", where), string(row, "basis", where))
    return found


def _warnings(scoring: Table, place: str) -> Warnings | None:
    if "warnings" not in scoring:
        return None
    table, place = section(scoring, "warnings", place), f"{place}.warnings"
    known(table, ("count", "points", "basis"), place)
    return Warnings(
        count=_some(table, "count", place),
        points=_some(table, "points", place),
        basis=string(table, "basis", place),
    )


def _promise_cut(scoring: Table, place: str) -> PromiseCut | None:
    if "promise_cut" not in scoring:
        return None
    table, place = section(scoring, "promise_cut", place), f"{place}.promise_cut"
    known(table, ("over", "points", "each", "more", "basis"), place)
    return PromiseCut(
        over=percent(table, "over", place),
        points=_some(table, "points", place),
        each=_some(table, "each", place),
        more=whole(table, "more", place),
        basis=string(table, "basis", place),
    )


def _some(table: Table, key: str, place: str) -> int:
    found = whole(table, key, place)
    if not found:
        raise BadInput(f"{key} must be 1 or more", place)
    return found
