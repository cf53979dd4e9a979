"""Scoring (绩效计分): what a department's month is worth, and what cards and warnings take from it.

Section `[scoring]` of a profile. A month has so many points, in sections; a card takes its level's
from every section that its rule touches, and no section falls below nothing (DOMAIN §2.5, §4.2).
Nothing is earned by being early: that was found to be gamed, and given up (DOMAIN §4.3, 成都 2011).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.errors import BadInput
from chalicelib.policy.ladder import LEVELS, Level
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
class DeductionRule:
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
    deductions: Mapping[Level, DeductionRule] | None = None
    warnings: Warnings | None = None
    promise_cut: PromiseCut | None = None
    basis: str = ""

    @property
    def full(self) -> int:
        """The points of a month in which nothing happened."""
        return sum(section.points for section in self.sections)

    def takes(self, level: str) -> DeductionRule | None:
        """What a card of *level* takes; None where the scheme says nothing of it."""
        return next((d for of, d in (self.deductions or {}).items() if of == level), None)

    def touched_by(self, rule: str) -> tuple[Section, ...]:
        """The sections that a finding by *rule* takes from."""
        return tuple(section for section in self.sections if rule in section.rules)


def read_scoring(table: Table, where: str) -> Scoring:
    """Read `[scoring]` of a profile; without it nothing is scored. Raises BadInput."""
    if "scoring" not in table:
        return Scoring()
    scoring, where = section(table, "scoring", where), f"{where}: scoring"
    known(scoring, ("basis", "section", "deduction", "warnings", "promise_cut"), where)
    parts = rows(scoring, "section", where)
    sections = tuple(_section(row, f"{where}.section {n}") for n, row in enumerate(parts, 1))
    if not sections:
        raise BadInput("a score has a section, [[scoring.section]]", where)
    if len({one.id for one in sections}) < len(sections):
        raise BadInput("two sections have the same id", where)
    return Scoring(
        sections=sections,
        deductions=_deductions(scoring, where),
        warnings=_warnings(scoring, where),
        promise_cut=_promise_cut(scoring, where),
        basis=string(scoring, "basis", where),
    )


def _section(row: Table, where: str) -> Section:
    known(row, ("id", "title", "english", "points", "rules"), where)
    return Section(
        id=string(row, "id", where),
        title=string(row, "title", where),
        english=string(row, "english", where),
        points=_some(row, "points", where),
        rules=frozenset(rule_id(rule, where) for rule in words(row, "rules", where)),
    )


def _deductions(scoring: Table, where: str) -> Mapping[Level, DeductionRule]:
    found: dict[Level, DeductionRule] = {}
    for number, row in enumerate(rows(scoring, "deduction", where), 1):
        row_where = f"{where}.deduction {number}"
        known(row, ("level", "points", "basis"), row_where)
        level = one_of(row, "level", LEVELS[1:], row_where)
        if level in found:
            raise BadInput(f"{level} is said twice", row_where)
        found[level] = DeductionRule(
            _some(row, "points", row_where), string(row, "basis", row_where)
        )
    return found


def _warnings(scoring: Table, where: str) -> Warnings | None:
    if "warnings" not in scoring:
        return None
    table, where = section(scoring, "warnings", where), f"{where}.warnings"
    known(table, ("count", "points", "basis"), where)
    return Warnings(
        count=_some(table, "count", where),
        points=_some(table, "points", where),
        basis=string(table, "basis", where),
    )


def _promise_cut(scoring: Table, where: str) -> PromiseCut | None:
    if "promise_cut" not in scoring:
        return None
    table, where = section(scoring, "promise_cut", where), f"{where}.promise_cut"
    known(table, ("over", "points", "each", "more", "basis"), where)
    return PromiseCut(
        over=percent(table, "over", where),
        points=_some(table, "points", where),
        each=_some(table, "each", where),
        more=whole(table, "more", where),
        basis=string(table, "basis", where),
    )


def _some(table: Table, key: str, where: str) -> int:
    found = whole(table, key, where)
    if not found:
        raise BadInput(f"{key} must be 1 or more", where)
    return found
