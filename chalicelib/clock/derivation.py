"""The derivation (推算过程) of one due instant: its days, with what paused and what extended it.

A clock knows nothing of procedures and approvals; whoever asks says what a pause or an extension is
called and what it rests on, and gets the days with that said beside them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from chalicelib.clock import chinese
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import Due, run_out
from chalicelib.clock.grounds import ClockBasis
from chalicelib.clock.pause import Pause
from chalicelib.clock.span import Span
from chalicelib.clock.steps import PAUSED, CountedDay, steps
from chalicelib.clock.timeline import Period
from chalicelib.policy.limit import Limit


@dataclass(frozen=True, slots=True)
class Paused:
    """A pause, the procedure's *name* (检测), and what is on record *about* its approval."""

    pause: Pause
    name: str = "特别程序"
    about: str = ""


@dataclass(frozen=True, slots=True)
class Extended:
    """An extension *by* so much, approved *at*, *about* by whom; *counted* if it came in time."""

    at: datetime
    by: Limit
    about: str = ""


@dataclass(frozen=True)
class Derivation:
    """How one clock came to its due instant, or how far it has come."""

    start: datetime
    last: Period  # as the clock stands after all that happened to it
    counting: Counting
    grounds: ClockBasis
    pauses: Sequence[Paused] = ()
    extensions: Sequence[Extended] = ()

    @property
    def due(self) -> Due | None:
        """When the clock runs out; None while it is paused without an end in sight."""
        return self.last.due

    @property
    def stop(self) -> datetime:
        """Up to where it is told: the due instant, or the beginning of a pause without end."""
        return self.due.at if self.due else max(self.last.spans[-1].start, self.start)

    @cached_property
    def steps(self) -> tuple[CountedDay, ...]:
        """Every day from that of the start on; none where an explicit instant was agreed."""
        if not self.last.limits:
            return ()
        told = steps(
            self.last.limits, (self.start, self.stop), self.last.spans, self.counting, self.grounds
        )
        return tuple(self._said(day) for day in told)

    @property
    def by_instant(self) -> bool:
        """Whether its limit runs from the very instant, and not from the day after."""
        return self.last.limits[0].unit in self.counting.by_instant

    @cached_property
    def ran_out(self) -> datetime:
        """When its limits ran out, before a pause that held the end moved it."""
        return run_out(self.start, self.last.limits, self.last.spans, self.counting).at

    def counted(self, number: int = 0) -> tuple[CountedDay, ...]:
        """The days that count, those of limit *number* or all."""
        return tuple(s for s in self.steps if s.counts and number in (0, s.limit))

    def say(self, day: date) -> str:
        """The day in Chinese, with its year where that is not the year of the start."""
        return chinese.day(day, self.year)

    def say_moment(self, instant: datetime) -> str:
        """The instant in Chinese, likewise."""
        return chinese.moment(instant, self.counting.zone, self.year)

    def say_days(self, days: Sequence[date]) -> str:
        """The days as ranges, likewise."""
        return chinese.ranges(days, self.year)

    @property
    def year(self) -> int:
        """The local year of the start."""
        return self.counting.day_of(self.start).year

    def taken(self, span: Span) -> tuple[CountedDay, ...]:
        """The days that *span* took out."""
        first = self.counting.day_of(span.start)
        last = self.counting.day_of(span.end) if span.end else date.max
        return tuple(s for s in self.steps if s.why == PAUSED and first <= s.date <= last)

    def within(self, span: Span) -> tuple[Paused, ...]:
        """The pauses that *span* was made of: several, where they overlap or touch."""
        begun = (p for p in self.pauses if span.start <= p.pause.start)
        return tuple(p for p in begun if span.end is None or p.pause.start <= span.end)

    def in_time(self) -> tuple[Extended, ...]:
        """The extensions that counted, in the order in which they did."""
        return tuple(self.extensions[: len(self.last.limits) - 1])

    def too_late(self) -> tuple[Extended, ...]:
        """Those approved when the clock had run out already (DOMAIN PAU-07)."""
        return tuple(self.extensions[max(len(self.last.limits) - 1, 0) :])

    def _said(self, day: CountedDay) -> CountedDay:
        """Name the procedure of a paused day, and the approval of a day of an extension."""
        if day.why == PAUSED:
            names = _once(
                paused.name for span in self.last.spans for paused in self._on(span, day.date)
            )
            return replace(day, basis=_noted(day.basis, "、".join(names)))
        if day.limit > 1 and day.counts:
            about = self.in_time()[day.limit - 2].about
            return replace(day, basis=_noted(_noted(day.basis, self.grounds.extension), about))
        return day

    def _on(self, span: Span, day: date) -> Iterable[Paused]:
        if span.end is None or not (
            self.counting.day_of(span.start) <= day <= self.counting.day_of(span.end)
        ):
            return ()
        return self.within(span)


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _noted(basis: str, more: str) -> str:
    return f"{basis}；{more}" if more else basis
