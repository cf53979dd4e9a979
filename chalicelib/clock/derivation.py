"""The derivation (推算过程) of one due instant: its days, with its pauses and extensions.

A clock knows nothing of procedures and approvals. The caller gives the name and basis of each pause
and extension; the derivation adds them to the days.
"""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cached import cached_property
from chalicelib.clock import chinese
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import Due, run_out
from chalicelib.clock.pause import Pause
from chalicelib.clock.span import Span
from chalicelib.clock.steps import PAUSED, ClockBasis, CountedDay, steps
from chalicelib.clock.timeline import Period
from chalicelib.policy.limit import Limit


class Paused(Struct, frozen=True):
    """A pause, the procedure's *name* (检测), and a text *about* its approval."""

    pause: Pause
    name: str = "特别程序"
    about: str = ""


class Extended(Struct, frozen=True):
    """An extension *by* a limit, approved *at* an instant, with a text *about* its approval."""

    at: datetime
    by: Limit
    about: str = ""


class Derivation(Struct, frozen=True, dict=True):
    """The way of one clock to its due instant, or as far as it has come."""

    start: datetime
    last: Period  # as the clock is after all pauses and extensions
    counting: Counting
    basis: ClockBasis
    pauses: Sequence[Paused] = ()
    extensions: Sequence[Extended] = ()

    @property
    def due(self) -> Due | None:
        """The due instant; None while the clock is in a pause without end."""
        return self.last.due

    @property
    def stop(self) -> datetime:
        """The end of the derivation: the due instant, or the start of a pause without end."""
        return self.due.at if self.due else max(self.last.spans[-1].start, self.start)

    @cached_property
    def steps(self) -> tuple[CountedDay, ...]:
        """Every day from that of the start on; none where an explicit due instant was given."""
        limits, spans = self.last.limits, self.last.spans
        if not limits:
            return ()
        days = steps(limits, (self.start, self.stop), spans, self.counting, self.basis)
        return tuple(self._with_names(day) for day in days)

    @property
    def by_instant(self) -> bool:
        """Return whether its limit runs from the very instant, and not from the day after."""
        return self.last.limits[0].unit in self.counting.by_instant

    @cached_property
    def ran_out(self) -> datetime:
        """The instant at which its limits ran out, before a pause moved the end."""
        return run_out(self.start, self.last.limits, self.last.spans, self.counting).at

    def counted_days(self, number: int = 0) -> tuple[CountedDay, ...]:
        """Return the days that count: those of limit *number*, or all."""
        return tuple(day for day in self.steps if day.counts and number in (0, day.limit))

    def write_day(self, day: date) -> str:
        """Return the day in Chinese, with its year where that is not the year of the start."""
        return chinese.write_day(day, self.year)

    def write_moment(self, instant: datetime) -> str:
        """Return the instant in Chinese, with its year likewise."""
        return chinese.write_moment(instant, self.counting.zone, self.year)

    def write_days(self, days: Sequence[date]) -> str:
        """Return the days as ranges in Chinese, with their years likewise."""
        return chinese.write_ranges(days, self.year)

    @property
    def year(self) -> int:
        """The local year of the start."""
        return self.counting.day_of(self.start).year

    def days_taken(self, span: Span) -> tuple[CountedDay, ...]:
        """Return the days that *span* took out."""
        first = self.counting.day_of(span.start)
        last = self.counting.day_of(span.end) if span.end else date.max
        return tuple(day for day in self.steps if day.why == PAUSED and first <= day.date <= last)

    def within(self, span: Span) -> tuple[Paused, ...]:
        """Return the pauses of *span*: several, where they overlap or touch."""
        begun = (p for p in self.pauses if span.start <= p.pause.start)
        return tuple(p for p in begun if span.end is None or p.pause.start <= span.end)

    def in_time(self) -> tuple[Extended, ...]:
        """Return the extensions that counted, in their order."""
        return tuple(self.extensions[: len(self.last.limits) - 1])

    def too_late(self) -> tuple[Extended, ...]:
        """Return the extensions approved after the clock had run out (DOMAIN PAU-07)."""
        return tuple(self.extensions[max(len(self.last.limits) - 1, 0) :])

    def _with_names(self, day: CountedDay) -> CountedDay:
        """Return *day* with its procedure, if paused, or the approval of its extension."""
        if day.why == PAUSED:
            pauses = (paused for span in self.last.spans for paused in self._on(span, day.date))
            names = dict.fromkeys(paused.name for paused in pauses)
            return replace(day, basis=_append(day.basis, "、".join(names)))
        if day.limit > 1 and day.counts:
            about = self.in_time()[day.limit - 2].about
            return replace(day, basis=_append(_append(day.basis, self.basis.extension), about))
        return day

    def _on(self, span: Span, day: date) -> tuple[Paused, ...]:
        """Return the pauses of *span* if it includes *day*; none of an open one."""
        if span.end is None:
            return ()
        first, last = self.counting.day_of(span.start), self.counting.day_of(span.end)
        return self.within(span) if first <= day <= last else ()


def _append(basis: str, addition: str) -> str:
    return f"{basis}；{addition}" if addition else basis
