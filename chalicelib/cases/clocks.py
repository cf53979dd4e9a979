"""A clock of a case (时限): what starts it, how long it may run, what happens on its way, its stop.

One engine for all of them. Which clocks a permit case has is said in examination.py (before the
acceptance), handling.py (to the decision) and aftermath.py (what is left to do then).
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting, within_reach
from chalicelib.clock.due import Due
from chalicelib.clock.timeline import UNINTERRUPTED, Interruptions, Period, periods
from chalicelib.instant import is_date, parse
from chalicelib.policy.allowance import Allowance
from chalicelib.policy.limit import Limit

UNBOUND = Allowance(None, "")


class Clock(NamedTuple):
    """Clock *name* of a case, from *start* to *stop* (None: still running).

    It runs for *limit*, or to *due_at*, an explicit instant or date that nothing moves. A case may
    have several of a name: *about* tells them apart, *label* says which one it is in a word, and
    *department* who answers for it where that is not the case's own. What it says was not known
    before *since* (a deemed acceptance works backwards); *missing* is a year that is not published
    and that its start or its explicit due instant rests on.
    """

    name: str
    start: datetime
    stop: datetime | None
    limit: Limit | None = None
    due_at: datetime | None = None
    interruptions: Interruptions = UNINTERRUPTED
    rests_on: tuple[int, ...] = ()
    about: str = ""
    label: str = ""
    department: str = ""
    since: datetime | None = None
    missing: int | None = None

    @property
    def key(self) -> str:
        """What tells it from the other clocks of its case, which may have several of a name."""
        return f"{self.name}:{self.about}" if self.about else self.name


@dataclass(frozen=True)
class ClockState:
    """How *clock* goes if nothing further happens."""

    clock: Clock
    counting: Counting

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """From change to change; it ends in the last. Worked out when asked for. Raises Unknown."""
        clock = self.clock
        if clock.due_at is not None:
            fixed = Due(clock.due_at, clock.missing)
            return (
                Period(clock.start, None, clock.start, (), UNINTERRUPTED, self.counting, fixed),
            )
        assert clock.limit is not None  # noqa: S101 - a clock has one or the other
        return tuple(periods(clock.start, clock.limit, clock.interruptions, self.counting))

    @property
    def is_prompt(self) -> bool:
        """Whether it was stopped so soon that no calendar is needed to see that it was in time."""
        limit, start, stop = self.clock.limit, self.clock.start, self.clock.stop
        if limit is None or stop is None:
            return False
        return stop <= start + self.counting.least_of(limit)

    @property
    def last(self) -> Period:
        """The stretch in which it runs out, if it ever does."""
        return self.periods[-1]

    @property
    def due(self) -> Due | None:
        """When it runs out; None while it stands still for good."""
        return self.last.due

    @property
    def over_at(self) -> datetime | None:
        """When it is over though it may still run: where it was not stopped before."""
        if self.due is None:
            return None
        over, stop = self.due.last_moment.at, self.clock.stop
        return over if stop is None or over < stop else None


def run(clock: Clock, rules: Rules) -> ClockState:
    """Let *clock* run by the convention that the profile has for it."""
    convention = rules.profile.clocks.get(clock.name, UNBOUND).convention
    return ClockState(clock, rules.counting.in_convention(convention))


def explicit_due(text: str, counting: Counting) -> datetime:
    """An explicit due instant as it is; an explicit date ends when its last office hour does."""
    if is_date(text):
        return counting.end_of(date.fromisoformat(text))
    return within_reach(parse(text, counting.zone))
