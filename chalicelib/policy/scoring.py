"""Scoring (绩效计分): the points of a department's month, and the deductions of cards and warnings.

Section `[scoring]` of a profile. A month has so many points, in sections; a card takes its level's
from every section that its rule touches, and no section falls below nothing (DOMAIN §2.5, §4.2).
Nothing is earned by being early: that was found to be gamed, and given up (DOMAIN §4.3, 成都 2011).
"""

from typing import Annotated, Self

from msgspec import Meta, Struct, field

from chalicelib.policy.basis import NO_BASIS, Basis
from chalicelib.policy.ladder import CardLevel
from chalicelib.policy.reading import Percent, Positive, RuleId, Text, Whole
from chalicelib.schema import Defect, read_record


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the score (计分项): its *points*, and the *rules* that touch it."""

    id: Text
    title: Text
    english: Text
    points: Positive
    rules: frozenset[RuleId] = frozenset()


class DeductionRule(Struct, frozen=True, forbid_unknown_fields=True):
    """What a card of one level takes from each section that its rule touches."""

    level: CardLevel
    points: Positive
    basis: Basis


class Warnings(Struct, frozen=True, forbid_unknown_fields=True):
    """Every *count* warnings of a month, one after another (连续预警), take *points*."""

    count: Positive
    points: Positive
    basis: Basis


class PromiseCut(Struct, frozen=True, forbid_unknown_fields=True):
    """A bonus: every item's promise is shorter than the law's limit by more than *over* per cent.

    Each further *each* per cent of the least cut is worth *more* points.
    """

    over: Percent
    points: Positive
    each: Positive
    more: Whole
    basis: Basis


class Deductions(dict[str, DeductionRule]):
    """The deductions by the level of the card."""

    @classmethod
    def read_value(cls, value: object) -> Self:
        """Read the rows of `[[scoring.deduction]]`. Raises Defect: two are of one level."""
        deductions = cls()
        for number, rule in enumerate(read_record(tuple[DeductionRule, ...], value)):
            if rule.level in deductions:
                zh, en = f"{rule.level} 写了两次", f"{rule.level} is said twice"
                raise Defect((number,), zh, en)
            deductions[rule.level] = rule
        return deductions


class Scoring(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole scheme; without sections nothing is scored."""

    sections: Annotated[tuple[Section, ...], Meta(min_length=1)] = field(name="section")
    basis: Basis
    deductions: Deductions = field(name="deduction", default_factory=Deductions)
    warnings: Warnings | None = None
    promise_cut: PromiseCut | None = None

    def __post_init__(self) -> None:
        """Refuse two sections of one id. Raises Defect."""
        if len({section.id for section in self.sections}) < len(self.sections):
            raise Defect(("section",), "有两节的 id 一样", "two sections have the same id")

    @property
    def full(self) -> int:
        """The points of a month in which nothing happened."""
        return sum(section.points for section in self.sections)

    def takes(self, level: str) -> DeductionRule | None:
        """Return the deduction of a card of *level*; None where the scheme has none."""
        return self.deductions.get(level)

    def touched_by(self, rule: str) -> tuple[Section, ...]:
        """Return the sections from which a finding by *rule* takes points."""
        return tuple(section for section in self.sections if rule in section.rules)


NO_SCORING = Scoring((), NO_BASIS)
