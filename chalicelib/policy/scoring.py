"""Scoring (绩效计分): the points of a department's month, and the deductions of cards and warnings.

Section `[scoring]` of a profile. A month has so many points, in sections; a card takes its level's
from every section that its rule touches, and no section falls below nothing (DOMAIN §2.5, §4.2).
Nothing is earned by being early: that was found to be gamed, and given up (DOMAIN §4.3, 成都 2011).
"""

from collections.abc import Mapping

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.basis import NO_BASIS, Basis, read_basis
from chalicelib.policy.ladder import LEVELS, Level
from chalicelib.policy.reading import (
    Table,
    check_keys,
    check_rule_id,
    read_choice,
    read_percent,
    read_rows,
    read_section,
    read_string,
    read_whole,
    read_words,
)


class Section(Struct, frozen=True):
    """A part of the score (计分项): its *points*, and the *rules* that touch it."""

    id: str
    title: str
    english: str
    points: int
    rules: frozenset[str]


class DeductionRule(Struct, frozen=True):
    """What a card of one level takes from each section that its rule touches."""

    points: int
    basis: Basis


class Warnings(Struct, frozen=True):
    """Every *count* warnings of a month, one after another (连续预警), take *points*."""

    count: int
    points: int
    basis: Basis


class PromiseCut(Struct, frozen=True):
    """A bonus: every item's promise is shorter than the law's limit by more than *over* per cent.

    Each further *each* per cent of the least cut is worth *more* points.
    """

    over: int
    points: int
    each: int
    more: int
    basis: Basis


class Scoring(Struct, frozen=True):
    """The whole scheme; without sections nothing is scored."""

    sections: tuple[Section, ...] = ()
    deductions: Mapping[Level, DeductionRule] | None = None
    warnings: Warnings | None = None
    promise_cut: PromiseCut | None = None
    basis: Basis = NO_BASIS

    @property
    def full(self) -> int:
        """The points of a month in which nothing happened."""
        return sum(section.points for section in self.sections)

    def takes(self, level: str) -> DeductionRule | None:
        """Return the deduction of a card of *level*; None where the scheme has none."""
        return next((rule for key, rule in (self.deductions or {}).items() if key == level), None)

    def touched_by(self, rule: str) -> tuple[Section, ...]:
        """Return the sections from which a finding by *rule* takes points."""
        return tuple(section for section in self.sections if rule in section.rules)


def read_scoring(table: Table, where: str) -> Scoring:
    """Read `[scoring]` of a profile; without it nothing is scored. Raises BadInput."""
    if "scoring" not in table:
        return Scoring()
    scoring, where = read_section(table, "scoring", where), f"{where}: scoring"
    check_keys(scoring, ("basis", "section", "deduction", "warnings", "promise_cut"), where)
    rows = read_rows(scoring, "section", where)
    sections = tuple(_section(row, f"{where}.section {n}") for n, row in enumerate(rows, 1))
    if not sections:
        raise BadInput(
            zh="评分至少要有一节 [[scoring.section]]",
            en="a score has a section, [[scoring.section]]",
            where=where,
        )
    if len({section.id for section in sections}) < len(sections):
        raise BadInput(zh="有两节的 id 一样", en="two sections have the same id", where=where)
    return Scoring(
        sections=sections,
        deductions=_deductions(scoring, where),
        warnings=_warnings(scoring, where),
        promise_cut=_promise_cut(scoring, where),
        basis=read_basis(scoring, where),
    )


def _section(row: Table, where: str) -> Section:
    check_keys(row, ("id", "title", "english", "points", "rules"), where)
    return Section(
        id=read_string(row, "id", where),
        title=read_string(row, "title", where),
        english=read_string(row, "english", where),
        points=_read_positive(row, "points", where),
        rules=frozenset(check_rule_id(rule, where) for rule in read_words(row, "rules", where)),
    )


def _deductions(scoring: Table, where: str) -> Mapping[Level, DeductionRule]:
    deductions: dict[Level, DeductionRule] = {}
    for number, row in enumerate(read_rows(scoring, "deduction", where), 1):
        row_where = f"{where}.deduction {number}"
        check_keys(row, ("level", "points", "basis"), row_where)
        level = read_choice(row, "level", LEVELS[1:], row_where)
        if level in deductions:
            raise BadInput(zh=f"{level} 写了两次", en=f"{level} is said twice", where=row_where)
        deductions[level] = DeductionRule(
            _read_positive(row, "points", row_where), read_basis(row, row_where)
        )
    return deductions


def _warnings(scoring: Table, where: str) -> Warnings | None:
    if "warnings" not in scoring:
        return None
    table, where = read_section(scoring, "warnings", where), f"{where}.warnings"
    check_keys(table, ("count", "points", "basis"), where)
    return Warnings(
        count=_read_positive(table, "count", where),
        points=_read_positive(table, "points", where),
        basis=read_basis(table, where),
    )


def _promise_cut(scoring: Table, where: str) -> PromiseCut | None:
    if "promise_cut" not in scoring:
        return None
    table, where = read_section(scoring, "promise_cut", where), f"{where}.promise_cut"
    check_keys(table, ("over", "points", "each", "more", "basis"), where)
    return PromiseCut(
        over=read_percent(table, "over", where),
        points=_read_positive(table, "points", where),
        each=_read_positive(table, "each", where),
        more=read_whole(table, "more", where),
        basis=read_basis(table, where),
    )


def _read_positive(table: Table, key: str, where: str) -> int:
    number = read_whole(table, key, where)
    if not number:
        raise BadInput(zh=f"{key} 要写 1 以上的整数", en=f"{key} must be 1 or more", where=where)
    return number
