"""Weighing (权衡): which late news counts at its own time, and which is contested (CLAIMS §4).

Pure, and done anew at every addition. Late news takes its own, earlier time where that, tried
alone, betters nothing. If all such claims together would better something, each in order of receipt
counts unless it does so beside those before it. What opens the case is weighed first. The rest is
contested (待认定) until an inspector decides.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from msgspec import Struct

from chalicelib.cached import cached_property
from chalicelib.cases.correction import Corrected
from chalicelib.cases.fact import Fact, in_order_of_receipt
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.finding import Finding
from chalicelib.intake.event_types import STARTING_TYPES, Reported
from chalicelib.permit.claims.better import betters, betters_main, cuts_off, parting
from chalicelib.permit.claims.reading import CaseReading, MainReading, complete, read, read_main
from chalicelib.permit.claims.readings import Readings
from chalicelib.permit.rules.scope import handed_on_in

MOST = 20  # undecided claims of a case that are weighed
TOO_MANY = "too many undecided claims"


class Contested(Struct, frozen=True, eq=False, dict=True):
    """A late *fact* whose own time would better something; *read* makes the reading with it."""

    fact: Fact
    without: CaseReading
    read: Callable[[], CaseReading]

    @cached_property
    def granted(self) -> CaseReading:
        """The reading with it, made when it is first needed: most claims wait for days."""
        return self.read()

    @cached_property
    def parting(self) -> Sequence[tuple[datetime, Finding]]:
        """What one of the two readings alone finds, each from when on it is judged."""
        return parting(self.without, self.granted)


class Weighing(Struct, frozen=True, dict=True):
    """The *judged* reading, which grants no *contested* claim; *late* is all late news.

    *claimed* is the case as if everything happened when it was told to have, for the signs of badly
    reported data. Claims beyond MOST are *unweighed*: they act
    from their receipt.
    """

    judged: CaseReading
    from_receipt: CaseReading
    claimed: CaseHistory
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
        return Weighing(only, only, case)
    return _Scales(readings, rules).weigh()


class _Scales:
    """The readings of one case, each made once."""

    def __init__(self, readings: Readings, rules: Rules) -> None:
        self._readings = readings
        self._rules = rules
        self._begun: dict[frozenset[int], MainReading] = {}
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
        harmless = [
            fact.n
            for fact in news
            if not cuts_off(from_receipt, fact) and not self._betters(opened, granted[fact.n])
        ]
        judged = opened.union(harmless)
        if self._betters(opened, judged):  # harmless alone, not together
            judged = opened
            for n in harmless:  # what was received first counts: later news takes nothing back
                more = judged | {n}
                if self._betters(opened, more):
                    granted[n] = more
                else:
                    judged = more
        return Weighing(
            judged=self._reading(judged),
            from_receipt=from_receipt,
            claimed=self._readings.grant({fact.n for fact in self._readings.late}),
            contested=tuple(
                Contested(fact, from_receipt, partial(self._reading, granted[fact.n]))
                for fact in news
                if fact.n not in judged
            ),
            unweighed=self._beyond,
            late=self._readings.late,
        )

    def _first_openings(self, late: Sequence[Fact]) -> tuple[Sequence[Fact], Sequence[Fact]]:
        """Return the acceptance and application that count, if *late*; and the others."""
        if not any(fact.kind in STARTING_TYPES for fact in late):
            return (), late
        told = [f for f in self._readings.grant(self._accepted).told if f.kind in STARTING_TYPES]
        accepted = min((f.n for f in told if f.kind == Reported.CASE_ACCEPTED), default=None)
        applied = min((f.n for f in told if f.kind != Reported.CASE_ACCEPTED), default=None)
        first = [fact for n in (accepted, applied) for fact in late if fact.n == n]
        return first, [fact for fact in late if fact not in first]

    def _opened(self) -> frozenset[int]:
        """Return the claims granted first: the accepted, and late openings that better nothing."""
        opened = self._accepted
        for fact in sorted(self._undecided, key=in_order_of_receipt):
            if fact.kind in STARTING_TYPES:
                more = opened | {fact.n}
                opened = opened if self._betters(opened, more) else more
        return opened

    def _betters(self, granted: frozenset[int], claims: frozenset[int]) -> bool:
        """Return whether *claims* better something, of which *granted* are taken for true.

        What came after the acceptance of a case that was handed on may find nothing against the
        first department, unless what came before that does so already.
        """
        more = claims - granted
        handed_on = handed_on_in(self._reading(granted).permit) if len(more) > 1 else None
        if handed_on is not None:
            accepted = handed_on.acceptance.n
            earlier = frozenset(n for n in more if n < accepted)
            if earlier and self._is_better(granted, granted | earlier, frozenset({accepted})):
                more = earlier
        return self._is_better(granted, claims, more)

    def _is_better(
        self, granted: frozenset[int], claims: frozenset[int], more: frozenset[int]
    ) -> bool:
        """Return whether *claims* better something, by *more*; most do so in the main limits."""
        before = self._reading(granted)
        return betters_main(before, self._main(claims)) or betters(
            before, self._reading(claims), more
        )

    def _main(self, claims: frozenset[int]) -> MainReading:
        if claims not in self._begun:
            self._begun[claims] = read_main(self._readings.grant(claims), self._rules)
        return self._begun[claims]

    def _reading(self, claims: frozenset[int]) -> CaseReading:
        if claims not in self._made:
            self._made[claims] = complete(self._main(claims))
        return self._made[claims]
