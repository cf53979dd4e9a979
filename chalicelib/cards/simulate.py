"""Simulate: walk the reported facts of a case from wake to wake, as the live chain would.

Replay runs on it, and it is the oracle that the live chain is compared with.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.cards.case_reading import CaseReading
from chalicelib.cards.decide import Evaluation, derive, evaluate, wake_of
from chalicelib.cards.weighing import CaseAsClaimed, Weighing
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.permit import fold
from chalicelib.cases.rules import Rules
from chalicelib.rules.time_limits import CheckedLimits

_EMPTY = CaseReading(CaseHistory(), fold(CaseHistory()), CheckedLimits())
_NOTHING = Evaluation(Weighing(_EMPTY, _EMPTY, CaseAsClaimed(_EMPTY.case, _EMPTY.permit)))


class Simulation:
    """One pair of rules, many cases."""

    def __init__(self, rules: Rules) -> None:
        """Bind the rules that every case is judged by."""
        self.rules = rules

    def run(self, reported: Sequence[Fact], until: datetime) -> list[Fact]:
        """Record *reported* one by one as they arrived and judge at each wake, up to *until*."""
        case, evaluation, wake = CaseHistory(), _NOTHING, None
        for fact in reported:
            while wake is not None and wake <= fact.recorded_at:
                case, wake = self._decide(case, evaluation, wake)
            case = case.followed_by([fact.numbered(len(case))])
            evaluation = evaluate(case, self.rules)
            case, wake = self._decide(case, evaluation, fact.recorded_at)
        while wake is not None and wake <= until:
            case, wake = self._decide(case, evaluation, wake)
        return list(case.facts)

    def _decide(
        self, case: CaseHistory, evaluation: Evaluation, now: datetime
    ) -> tuple[CaseHistory, datetime | None]:
        """Return the case with what follows at *now*, and when to look again."""
        limits_now = evaluation.limits.at(now)
        case = derive(case, evaluation, limits_now, self.rules, now)
        return case, wake_of(case, evaluation, limits_now, now)


def simulate(reported: Sequence[Fact], rules: Rules, until: datetime) -> list[Fact]:
    """Return all facts of a case, reported and derived, as they stand at *until*."""
    return Simulation(rules).run(reported, until)
