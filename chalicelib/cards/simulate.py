"""Simulate: walk a case's told facts from wake to wake, as the live chain would, without a cloud.

Replay runs on it, and it is the oracle that the live chain is compared with.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.decide import Evaluation, decide_on, evaluate
from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import fold
from chalicelib.clock.counting import Counting
from chalicelib.policy.profile import Profile
from chalicelib.rules.time_limits import CheckedLimits

_NOTHING = Evaluation(fold(()), CheckedLimits(), "")


class Simulation:
    """One policy, one calendar, many cases."""

    def __init__(self, profile: Profile, calendar: Calendar) -> None:
        """Bind the rules that every case is judged by."""
        self.policy = profile
        self.calendar = calendar
        self.counting = Counting(calendar, profile)

    def run(self, told: Sequence[Fact], until: datetime) -> list[Fact]:
        """Record *told* one by one as they arrived and judge at each wake, up to *until*."""
        facts: list[Fact] = []
        evaluation, wake = _NOTHING, None
        for fact in told:
            while wake is not None and wake <= fact.recorded_at:
                wake = self._judge(facts, evaluation, wake)
            facts.append(fact.numbered(len(facts)))
            evaluation = evaluate(facts, self.policy, self.counting)
            wake = self._judge(facts, evaluation, fact.recorded_at)
        while wake is not None and wake <= until:
            wake = self._judge(facts, evaluation, wake)
        return facts

    def _judge(self, facts: list[Fact], evaluation: Evaluation, now: datetime) -> datetime | None:
        decision = decide_on(facts, evaluation, self.policy, self.calendar, now)
        facts.extend(decision.append)
        return decision.wake_at


def simulate(
    told: Sequence[Fact], profile: Profile, calendar: Calendar, until: datetime
) -> list[Fact]:
    """Give all facts of a case, told and derived, as they stand at *until*."""
    return Simulation(profile, calendar).run(told, until)
