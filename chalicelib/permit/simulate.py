"""Simulate: walk the reported facts of a case from wake to wake, as the live chain would.

Replay runs on it, and it is the oracle that the live chain is compared with.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.permit.decide import Evaluation, derive, evaluate, wake_of


class Simulation:
    """One pair of rules, many cases."""

    def __init__(self, rules: Rules) -> None:
        """Bind the rules that every case is judged by."""
        self.rules = rules

    def run(self, reported: Sequence[Fact], until: datetime) -> list[Fact]:
        """Record *reported* one by one as they arrived and judge at each wake, up to *until*."""
        case, wake = CaseHistory(), None
        evaluation: Evaluation | None = None
        for fact in reported:
            while wake is not None and wake <= fact.recorded_at:
                case, wake, evaluation = self._decide(case, evaluation, wake)
            case = case.followed_by([fact.numbered(len(case))])
            case, wake, evaluation = self._decide(case, None, fact.recorded_at)
        while wake is not None and wake <= until:
            case, wake, evaluation = self._decide(case, evaluation, wake)
        return list(case.facts)

    def _decide(
        self, case: CaseHistory, evaluation: Evaluation | None, now: datetime
    ) -> tuple[CaseHistory, datetime | None, Evaluation]:
        """Return the case at *now*, its next wake, and the evaluation, which holds until then."""
        rules = self.rules.as_of(now)
        if evaluation is None or rules.is_dated:
            evaluation = evaluate(case, rules)
        limits_now = evaluation.limits.at(now)
        case = derive(case, evaluation, limits_now, rules, now)
        return case, wake_of(case, evaluation, limits_now, now), evaluation


def simulate(reported: Sequence[Fact], rules: Rules, until: datetime) -> list[Fact]:
    """Return all facts of a case, reported and derived, as they stand at *until*."""
    return Simulation(rules).run(reported, until)
