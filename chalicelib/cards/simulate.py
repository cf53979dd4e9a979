"""Simulate: walk a case's told facts from wake to wake, as the live chain would, without a cloud.

Replay runs on it, and it is the oracle that the live chain is compared with.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.decide import Outlook, judge, look
from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import fold
from chalicelib.clock.counting import Counting
from chalicelib.policy.profile import Profile
from chalicelib.rules.time_limits import Survey

_NOTHING = Outlook(fold(()), Survey(), "")


class Simulation:
    """One policy, one calendar, many cases."""

    def __init__(self, policy: Profile, calendar: Calendar) -> None:
        """Bind the rules that every case is judged by."""
        self.policy = policy
        self.calendar = calendar
        self.counting = Counting(calendar, policy)

    def run(self, told: Sequence[Fact], until: datetime) -> list[Fact]:
        """Record *told* one by one as they arrived and judge at each wake, up to *until*."""
        facts: list[Fact] = []
        outlook, wake = _NOTHING, None
        for fact in told:
            while wake is not None and wake <= fact.recorded_at:
                wake = self._judge(facts, outlook, wake)
            facts.append(fact.numbered(len(facts)))
            outlook = look(facts, self.policy, self.counting)
            wake = self._judge(facts, outlook, fact.recorded_at)
        while wake is not None and wake <= until:
            wake = self._judge(facts, outlook, wake)
        return facts

    def _judge(self, facts: list[Fact], outlook: Outlook, now: datetime) -> datetime | None:
        decision = judge(facts, outlook, self.policy, self.calendar, now)
        facts.extend(decision.append)
        return decision.wake_at


def simulate(
    told: Sequence[Fact], policy: Profile, calendar: Calendar, until: datetime
) -> list[Fact]:
    """Give all facts of a case, told and derived, as they stand at *until*."""
    return Simulation(policy, calendar).run(told, until)
