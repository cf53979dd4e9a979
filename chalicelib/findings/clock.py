"""A clock of a case (时限): what starts it, how long it may run, what happens on its way, its stop.

One engine runs all of them. examination.py has the clocks before the acceptance, handling.py those
up to the decision, aftermath.py those after it.
"""

from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cached import cached_property
from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting, within_reach
from chalicelib.clock.due import Due
from chalicelib.clock.timeline import UNINTERRUPTED, Doubt, Interruptions, Period, periods
from chalicelib.errors import Unknown
from chalicelib.instant import is_date, parse
from chalicelib.policy.allowance import UNBOUND
from chalicelib.policy.limit import Limit


class Clock(Struct, frozen=True):
    """Clock *name* of a case, from *start* to *stop* (None: still running).

    It runs for *limit*, or to *due_at*, which nothing moves. *about* tells several clocks of a name
    apart, *label* names one in a word. *department* answers for it; empty: the case's own. A deemed
    acceptance (*is_deemed*) works backwards: nothing of it was known before *since*. *missing* is
    an unpublished year that its start or *due_at* rests on. *doubt* is what may interrupt it.
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
    is_deemed: bool = False
    missing: int | None = None
    doubt: Doubt | None = None

    @property
    def key(self) -> str:
        """The name of the clock, with *about* where a case may have several of the name."""
        return f"{self.name}:{self.about}" if self.about else self.name


# not frozen, as all else is: a case has dozens, and that costs most
class ClockState(Struct, eq=False, dict=True):
    """How *clock* goes if nothing further happens; before *live_from* is history (CLAIMS §2)."""

    clock: Clock
    counting: Counting
    live_from: datetime | None = None

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Its periods, from change to change; it ends in the last. Raises Unknown."""
        clock = self.clock
        if clock.due_at is not None:
            start, fixed = clock.start, Due(clock.due_at, clock.missing)
            return (Period(start, None, start, (), UNINTERRUPTED, self.counting, fixed),)
        assert clock.limit is not None  # noqa: S101 - a clock has one or the other
        return tuple(periods(clock.start, clock.limit, clock.interruptions, self.counting))

    @property
    def is_within_reach(self) -> bool:
        """Whether it runs out, if at all, in years that a calendar can guess.

        One that does not is over for nobody now alive: it holds no other clock of its case.
        """
        try:
            return bool(self.periods)
        except Unknown:
            return False

    @property
    def is_prompt(self) -> bool:
        """Whether it was stopped so soon that no calendar is needed to see that it was in time."""
        clock = self.clock
        if clock.limit is None or clock.stop is None:
            return False
        return clock.stop <= clock.start + self.counting.least_of(clock.limit)

    @property
    def last(self) -> Period:
        """The period in which it runs out, if it ever does."""
        return self.periods[-1]

    @property
    def due(self) -> Due | None:
        """When it runs out; None while it stands still for good."""
        return self.last.due

    @property
    def over_at(self) -> datetime | None:
        """The last moment of the limit, if the clock was not stopped by then; else None."""
        if self.due is None:
            return None
        over, stop = self.due.last_moment.at, self.clock.stop
        return over if stop is None or over < stop else None

    @property
    def extremes(self) -> "tuple[ClockState, ClockState]":
        """The clock with what is beyond doubt alone, and with all that was told. Raises Unknown."""
        doubt = self.clock.doubt
        if doubt is None or self.clock.due_at is not None:
            return self, self  # not kept: what holds itself is freed late
        if self.due is not None and self.due.last_moment.at < doubt.since:
            return self, self
        return self._apart

    @cached_property
    def _apart(self) -> "tuple[ClockState, ClockState]":
        """The two readings of a clock in doubt."""
        doubt = self.clock.doubt
        assert doubt is not None  # noqa: S101 - only then it is asked for
        return self._with(doubt.least), self._with(doubt.most)

    def _with(self, interruptions: Interruptions) -> "ClockState":
        if interruptions is self.clock.interruptions:
            return self
        clock = replace(self.clock, interruptions=interruptions, doubt=None)
        return replace(self, clock=clock)

    @property
    def in_doubt(self) -> bool:
        """Whether lawful readings differ on when it runs out (期限存疑). Raises Unknown."""
        if self.clock.doubt is None:
            return False
        return any(each.due != self.due for each in self.extremes)


def run_clock(clock: Clock, rules: Rules) -> ClockState:
    """Return the state of *clock*, counted by the convention that the profile has for it."""
    convention = rules.profile.clocks.get(clock.name, UNBOUND).convention
    return ClockState(clock, rules.counting.in_convention(convention), rules.sources.live_from)


def read_explicit_due(text: str, counting: Counting) -> datetime:
    """Return the due instant in *text*; a date ends when its last office hour does."""
    if is_date(text):
        return counting.end_of(date.fromisoformat(text))
    return within_reach(parse(text, counting.zone))
