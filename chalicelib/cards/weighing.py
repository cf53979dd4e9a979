"""Weighing (权衡): which late news counts at its own time, and which is contested (CLAIMS §4).

Pure, and a function of all that is on record, done anew at every addition. Late news acts as if it
had happened when it was received. It takes its own, earlier time where that, tried alone, betters
nothing. If all such claims together would better something, each in order of receipt counts unless
it does so beside those before it. What opens the case is weighed first, one after another. The rest
is contested (待认定) until an inspector decides.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from chalicelib.cases.correction import Corrected
from chalicelib.cases.effects import known_effects
from chalicelib.cases.fact import Fact, in_order_of_receipt
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.permit import Permit, fold
from chalicelib.cases.readings import Readings
from chalicelib.cases.rules import Rules
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import STARTING_TYPES, Derived, Reported
from chalicelib.rules.endings import GROUND as ENDED_NEAR_LIMIT
from chalicelib.rules.finding import Finding
from chalicelib.rules.main_limits import MAIN, MainLimits, check_main_limits
from chalicelib.rules.scope import handed_on_in, within_scope
from chalicelib.rules.time_limits import CheckedLimits, complete_limits

MOST = 20  # undecided claims of a case that are weighed
TOO_MANY = "too many undecided claims"

_GRAVITY = {"": 0, "warning": 1, "yellow": 2, "red": 3}


class CaseReading(NamedTuple):
    """The *permit* and its *limits* in one reading of the *case*."""

    case: CaseHistory
    permit: Permit
    limits: CheckedLimits


class CaseAsClaimed(NamedTuple):
    """The *case* and its *permit* if everything happened when it was told to have happened."""

    case: CaseHistory
    permit: Permit


@dataclass(frozen=True, eq=False)
class Contested:
    """A late *fact* whose own time would better something, and how to *read* the case with it.

    Where it does so only together with others, that is the reading with those received before it.
    """

    fact: Fact
    read: Callable[[], CaseReading]

    @cached_property
    def granted(self) -> CaseReading:
        """The reading with it, made when it is first needed: most claims wait for days."""
        return self.read()


class _MainReading(NamedTuple):
    """The *permit* in one reading of the *case*, and its main limits; None: a calendar lacks."""

    case: CaseHistory
    permit: Permit
    limits: MainLimits | None


@dataclass(frozen=True)
class Weighing:
    """The *judged* reading, the one that grants no *contested* claim, and the claims.

    *claimed* is for the signs of badly reported data. *unweighed* are undecided claims beyond MOST:
    they act from their receipt. *late* is all late news, decided or not.
    """

    judged: CaseReading
    from_receipt: CaseReading
    claimed: CaseAsClaimed
    contested: tuple[Contested, ...] = ()
    unweighed: tuple[Fact, ...] = ()
    late: tuple[Fact, ...] = ()

    @property
    def reported(self) -> Corrected:
        """The reported facts as the judged reading has them."""
        return self.judged.case.as_corrected


def weigh(case: CaseHistory, rules: Rules) -> Weighing:
    """Return which claims of *case* count, and which are contested, under *rules*."""
    readings = Readings(case, rules)
    if not readings.late:
        only = read(case, rules)
        return Weighing(only, only, CaseAsClaimed(case, only.permit))
    return _Scales(readings, rules).weigh()


def read(case: CaseHistory, rules: Rules) -> CaseReading:
    """Fold one reading and check its time limits; a missing calendar is named, never guessed."""
    return _complete(_read_main(case, rules), rules)


def _read_main(case: CaseHistory, rules: Rules) -> _MainReading:
    permit = fold(case)
    try:
        return _MainReading(case, permit, check_main_limits(permit, rules))
    except Unknown:
        return _MainReading(case, permit, None)


def _complete(main: _MainReading, rules: Rules) -> CaseReading:
    case, permit = main.case, main.permit
    try:
        checked = main.limits or check_main_limits(permit, rules)
        limits = within_scope(complete_limits(checked, rules), permit, case, rules)
    except Unknown as error:
        limits = CheckedLimits(effects=known_effects(permit, rules), unknown=error.missing)
    return CaseReading(case, permit, limits)


class _Scales:
    """The readings of one case, each made once."""

    def __init__(self, readings: Readings, rules: Rules) -> None:
        self._readings = readings
        self._rules = rules
        self._begun: dict[frozenset[int], _MainReading] = {}
        self._made: dict[frozenset[int], CaseReading] = {}
        decided = readings.decided
        self._accepted = frozenset(n for n, accepted in decided.items() if accepted)
        undecided = [fact for fact in readings.late if fact.n not in decided]
        first, others = self._first_openings(undecided)
        self._undecided, self._beyond = [*first, *others[:MOST]], tuple(others[MOST:])

    def weigh(self) -> Weighing:
        opened = self._opened()
        from_receipt = self._reading(opened)
        news = [fact for fact in self._undecided if fact.n not in opened]
        granted = {fact.n: opened | {fact.n} for fact in news}
        harmless = [n for n in granted if not self._betters(from_receipt, granted[n])]
        judged = opened.union(harmless)
        if self._betters(from_receipt, judged):  # harmless alone, not together
            judged = opened
            for n in harmless:  # what was received first counts: later news takes nothing back
                more = judged | {n}
                if self._betters(from_receipt, more):
                    granted[n] = more
                else:
                    judged = more
        return Weighing(
            judged=self._reading(judged),
            from_receipt=from_receipt,
            claimed=self._claimed(),
            contested=tuple(
                Contested(fact, partial(self._reading, granted[fact.n]))
                for fact in news
                if fact.n not in judged
            ),
            unweighed=self._beyond,
            late=self._readings.late,
        )

    def _first_openings(self, late: Sequence[Fact]) -> tuple[Sequence[Fact], Sequence[Fact]]:
        """Return the acceptance that counts and the first application, if *late*; and the others.

        Nothing that is told before may keep them from being weighed.
        """
        if not any(fact.kind in STARTING_TYPES for fact in late):
            return (), late
        told = [f for f in self._readings.grant(self._accepted).told if f.kind in STARTING_TYPES]
        accepted = min((f.n for f in told if f.kind == Reported.CASE_ACCEPTED), default=None)
        applied = min((f.n for f in told if f.kind != Reported.CASE_ACCEPTED), default=None)
        first = [fact for n in (accepted, applied) for fact in late if fact.n == n]
        return first, [fact for fact in late if fact not in first]

    def _opened(self) -> frozenset[int]:
        """Return the claims granted beforehand: the accepted ones, and late openings.

        Each in order of receipt acts at its own time, unless that betters what is found without.
        """
        opened = self._accepted
        for fact in sorted(self._undecided, key=in_order_of_receipt):
            if fact.kind in STARTING_TYPES:
                more = opened | {fact.n}
                opened = opened if self._betters(self._reading(opened), more) else more
        return opened

    def _betters(self, before: CaseReading, claims: frozenset[int]) -> bool:
        """Return whether *claims* better something; most do so in the main limits."""
        return _betters_main(before, self._main(claims)) or betters(before, self._reading(claims))

    def _main(self, claims: frozenset[int]) -> _MainReading:
        if claims not in self._begun:
            self._begun[claims] = _read_main(self._readings.grant(claims), self._rules)
        return self._begun[claims]

    def _reading(self, claims: frozenset[int]) -> CaseReading:
        if claims not in self._made:
            self._made[claims] = _complete(self._main(claims), self._rules)
        return self._made[claims]

    def _claimed(self) -> CaseAsClaimed:
        case = self._readings.grant(frozenset(fact.n for fact in self._readings.late))
        return CaseAsClaimed(case, fold(case))


def betters(before: CaseReading, after: CaseReading) -> bool:
    """Return whether a finding of *before* is missing, later, milder or another's in *after*.

    A proposal in place of an automatic act is milder, and so is what is held for a calendar. Where
    only one of them can be judged, nobody can say that nothing is bettered. One act may be found
    instead of another, by the same rule and against the same department. An ending near a limit is
    not missing where the limit itself is found broken.
    """
    if before.limits.unknown != after.limits.unknown:
        return True
    found, others = (_by_subject(each.limits.findings, each.permit) for each in (before, after))
    missed = [key for key in found if not _covers(others.get(key, ()), found[key])]
    spare = [key for key in others if key not in found] if missed else []
    for key in missed:
        broken = (each for each in others if each[:3] == key[:3])
        if _is_ending(found[key]) and any(_covers(others[each], found[key]) for each in broken):
            continue
        instead = (each for each in spare if each[:3] == key[:3])
        one = next((each for each in instead if _covers(others[each], found[key])), None)
        if one is None:
            return True
        spare.remove(one)
    return False


def _betters_main(before: CaseReading, after: _MainReading) -> bool:
    """Return whether *after* surely betters a finding about a main clock, whatever else it finds.

    Nothing else can be found instead of that, but for what follows a case handed in again.
    """
    limits = after.limits
    if limits is None or limits.unknown != before.limits.unknown or after.permit.refiled:
        return False
    found = [each for each in before.limits.findings if each.clock in MAIN and not each.about]
    wanted = _by_subject(found, before.permit)
    there = _by_subject(limits.findings, after.permit)
    return not all(_covers(there.get(key, ()), findings) for key, findings in wanted.items())


_Subject = tuple[str, str, str, str]  # rule, clock, department, what it is about


def _by_subject(findings: Iterable[Finding], permit: Permit) -> dict[_Subject, list[Finding]]:
    """Return *findings* by what makes them the same.

    Whom the case was handed in to stands for whoever accepted it: whose the finding is depends on
    when the acceptance came, and that no claim moves.
    """
    subjects: dict[_Subject, list[Finding]] = {}
    owner, handed_on = permit.belongs_to["department"], handed_on_in(permit)
    first = handed_on[0].text("department") if handed_on else ""
    for finding in findings:
        is_first = bool(first) and finding.department == first
        subject = _subject(finding._replace(department="") if is_first else finding, owner)
        subjects.setdefault(subject, []).append(finding)
    return subjects


def _subject(finding: Finding, owner: str) -> _Subject:
    """Return what makes two findings the same whenever they fall; *owner* has the case."""
    clock = "main" if finding.clock in MAIN else finding.clock
    return finding.rule, clock, finding.department or owner, finding.about


def _covers(others: Sequence[Finding], findings: Sequence[Finding]) -> bool:
    return all(any(_is_as_grave(other, finding) for other in others) for finding in findings)


def _is_ending(findings: Sequence[Finding]) -> bool:
    return all(finding.ground == ENDED_NEAR_LIMIT for finding in findings)


def _is_as_grave(other: Finding, finding: Finding) -> bool:
    return (
        other.at <= finding.at
        and _GRAVITY[other.level] >= _GRAVITY[finding.level]
        and (other.kind == finding.kind or other.kind != Derived.CARD_PROPOSED)
        and (finding.missing is not None or other.missing is None)
    )


def mark(finding: Finding, reading: CaseReading) -> tuple[object, ...]:
    """Return what is found in *reading*: by rule and clock, against whom, as what and when."""
    owner = reading.permit.belongs_to["department"]
    return *_subject(finding, owner), finding.kind, finding.level, finding.at
