"""Weighing (权衡): which late news counts at its own time, and which is contested (CLAIMS §4).

Pure, and a function of all that is on record, done anew at every addition. Late news acts as if it
had happened when it was received. It takes its own, earlier time where that, tried alone, betters
nothing. If all such claims together would better something, none counts. The rest is contested
(待认定) until an inspector decides.
"""

from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.cases.correction import Corrected
from chalicelib.cases.effects import known_effects
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.permit import Permit, fold
from chalicelib.cases.readings import Readings
from chalicelib.cases.rules import Rules
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import Derived
from chalicelib.rules.finding import Finding
from chalicelib.rules.time_limits import MAIN, CheckedLimits, check_limits

MOST = 20  # undecided claims of a case that are weighed
TOO_MANY = "too many undecided claims"

_GRAVITY = {"": 0, "warning": 1, "yellow": 2, "red": 3}


class CaseReading(NamedTuple):
    """The *permit* and its *limits* in one reading of the *case*."""

    case: CaseHistory
    permit: Permit
    limits: CheckedLimits


class Contested(NamedTuple):
    """A late *fact* whose own time would better something; *granted* is the reading with it."""

    fact: Fact
    granted: CaseReading


@dataclass(frozen=True)
class Weighing:
    """The *judged* reading, the one that grants no *contested* claim, and the claims.

    *unweighed* are undecided claims beyond MOST: they act from their receipt.
    """

    judged: CaseReading
    from_receipt: CaseReading
    claimed: CaseReading
    contested: tuple[Contested, ...] = ()
    unweighed: tuple[Fact, ...] = ()

    @property
    def reported(self) -> Corrected:
        """The reported facts as the judged reading has them."""
        return self.judged.case.as_corrected


def weigh(case: CaseHistory, rules: Rules) -> Weighing:
    """Return which claims of *case* count, and which are contested, under *rules*."""
    readings = Readings(case, rules)
    if not readings.late:
        only = read(case, rules)
        return Weighing(only, only, only)
    return _Scales(readings, rules).weigh()


def read(case: CaseHistory, rules: Rules) -> CaseReading:
    """Fold one reading and check its time limits; a missing calendar is named, never guessed."""
    permit = fold(case)
    try:
        limits = check_limits(permit, rules)
    except Unknown as error:
        limits = CheckedLimits(effects=known_effects(permit, rules), unknown=error.missing)
    return CaseReading(case, permit, limits)


class _Scales:
    """The readings of one case, each made once."""

    def __init__(self, readings: Readings, rules: Rules) -> None:
        self._readings = readings
        self._rules = rules
        self._made: dict[frozenset[int], CaseReading] = {}
        decided = readings.decided
        undecided = [fact for fact in readings.late if fact.n not in decided]
        self._undecided, self._beyond = undecided[:MOST], tuple(undecided[MOST:])
        self._accepted = frozenset(n for n, accepted in decided.items() if accepted)

    def weigh(self) -> Weighing:
        opened = self._accepted | self._openings()
        from_receipt = self._reading(opened)
        news = [fact for fact in self._undecided if fact.n not in opened]
        harmless = [fact.n for fact in news if not self._betters(from_receipt, opened | {fact.n})]
        judged = opened.union(harmless)
        if self._betters(from_receipt, judged):  # harmless alone, not together
            judged = opened
        return Weighing(
            judged=self._reading(judged),
            from_receipt=from_receipt,
            claimed=self._claimed(),
            contested=tuple(
                Contested(fact, self._reading(opened | {fact.n}))
                for fact in news
                if fact.n not in judged
            ),
            unweighed=self._beyond,
        )

    def _openings(self) -> frozenset[int]:
        """Return the late openings that act at their own time: those that better nothing."""
        late = frozenset(fact.n for fact in self._undecided) & self._readings.openings
        at_receipt = self._reading(self._accepted) if late else None
        if at_receipt is None:
            return late
        worse = frozenset(n for n in late if not self._betters(at_receipt, self._accepted | {n}))
        return frozenset() if self._betters(at_receipt, self._accepted | worse) else worse

    def _betters(self, before: CaseReading, claims: frozenset[int]) -> bool:
        return betters(before.limits, self._reading(claims).limits)

    def _reading(self, claims: frozenset[int]) -> CaseReading:
        if claims not in self._made:
            self._made[claims] = read(self._readings.grant(claims), self._rules)
        return self._made[claims]

    def _claimed(self) -> CaseReading:
        """Return the reading in which everything happened when it was told to have happened."""
        return self._reading(frozenset(fact.n for fact in self._readings.late))


def betters(before: CheckedLimits, after: CheckedLimits) -> bool:
    """Return whether a finding of *before* is missing, later, milder or another's in *after*.

    A proposal in place of an automatic act is milder. Both assume that nothing further happens.
    """
    by_rule: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in after.findings:
        by_rule.setdefault(identity(finding), []).append(finding)
    return any(
        not any(_is_as_grave(other, finding) for other in by_rule.get(identity(finding), ()))
        for finding in before.findings
    )


def identity(finding: Finding) -> tuple[str, str, str]:
    """Return what makes two findings the same whenever they fall: rule, clock, and what about."""
    clock = "main" if finding.clock in MAIN else finding.clock
    return finding.rule, clock, finding.about


def _is_as_grave(other: Finding, finding: Finding) -> bool:
    return (
        other.at <= finding.at
        and _GRAVITY[other.level] >= _GRAVITY[finding.level]
        and (other.kind == finding.kind or other.kind != Derived.CARD_PROPOSED)
        and other.department == finding.department
    )
