"""Day by day (逐日说明): which day counted towards a limit and which did not, and why.

The sum is the law; this is its working, and must always come to the same day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from chalicelib.clock.advance import add_months, used_between
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import run_out
from chalicelib.clock.grounds import LAW, ClockBasis
from chalicelib.clock.span import Days, Ended, Span, days_of, ended
from chalicelib.policy.limit import Limit, Unit

_DAY = timedelta(days=1)
_WEEKEND = (5, 6)  # date.weekday()
_EVERY_DAY = frozenset({"d", "mo", "h"})  # units that count rest days too

ACCEPTED = "day of acceptance"
PAUSED = "paused"
CLOSED = "outside office hours"
MOVED = "moved on: "


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One local day: whether it *counts*, *why* or why not, and the *basis* that says so.

    *limit*: the number of the limit it runs under, the extensions being 2 and up. *used*: how much
    time ran on it, where time is counted by hours.
    """

    date: date
    counts: bool
    why: str
    basis: str = ""
    limit: int = 1
    used: timedelta | None = None

    def written(self) -> dict[str, object]:
        """Write the step as commands and the API show it; *used* as ISO 8601 has durations."""
        shown: dict[str, object] = {
            "date": self.date.isoformat(),
            "counts": self.counts,
            "why": self.why,
            "basis": self.basis,
        }
        return shown if self.used is None else {**shown, "used": duration(self.used)}


def steps(
    limits: Sequence[Limit],
    stretch: tuple[datetime, datetime],
    spans: Sequence[Span],
    counting: Counting,
    grounds: ClockBasis = LAW,
) -> list[CountedDay]:
    """Tell every day of *stretch*, from that of the start to that of the due instant.

    Where there is none, in a pause without end, the stretch ends with that pause's beginning and
    the working is as far as the clock has run.
    """
    start, stop = stretch
    walk = _Walk(ended(spans), days_of(spans), counting, grounds)
    told: list[CountedDay] = []
    if limits[0].unit not in counting.by_instant:
        told += walk.day_zero(start)
    since: datetime | None = start
    for number, limit in enumerate(limits, 1):
        if limit.unit in counting.by_instant:
            begins = since or counting.end_of(told[-1].date)
            if told and begins >= stop:
                break  # a pause without end began before this limit was reached
            since = run_out(start, limits[:number], spans, counting).at
            told = _joined(told, walk.by_hours((begins, since), stop, limit.unit, number))
        else:
            since = None
            told += walk.by_days(told[-1].date, limit, number)
    last = counting.day_of(stop)
    if told[-1].date < last:
        rested = counting.day_of(run_out(start, limits, spans, counting).at)
        told += walk.moved((told[-1].date, rested, last), len(limits))
    return [day for day in told if day.date <= last]


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through the days under the same spans, the days these take out, counting, grounds."""

    spans: Sequence[Ended]
    taken: Sequence[Days]
    counting: Counting
    grounds: ClockBasis

    def day_zero(self, start: datetime) -> Iterator[CountedDay]:
        """The day of acceptance; before it those that it came after hours on, if that matters."""
        zero = self.counting.day_zero(start)
        for day in _days(self.counting.day_of(start), zero - _DAY):
            if self.counting.calendar.is_workday(day):
                yield _off(day, CLOSED, self.grounds.counting)
            else:
                yield self._step(day, "wd", 1, counts=False)
        yield _off(zero, ACCEPTED, self.grounds.first_day)

    def by_days(self, day: date, limit: Limit, number: int) -> Iterator[CountedDay]:
        """The days after *day* that *limit* needs, and those between them that do not count."""
        left = (add_months(day, limit.amount) - day).days if limit.unit == "mo" else limit.amount
        while left > 0:
            day += _DAY
            if self._is_taken(day):
                yield _off(day, PAUSED, self.grounds.pause, number)
                continue
            counts = limit.unit != "wd" or self.counting.calendar.is_workday(day)
            left -= counts
            yield self._step(day, limit.unit, number, counts=counts)

    def by_hours(
        self, runs: Ended, stop: datetime, unit: Unit, number: int
    ) -> Iterator[CountedDay]:
        """The days on which it *runs*, as far as to *stop*; hours begin at the stated instant."""
        since, until = runs
        for day in _days(self.counting.day_of(since), self.counting.day_of(min(until, stop))):
            begin = max(since, self.counting.at(day, time.min))
            end = min(until, stop, self.counting.at(day + _DAY, time.min))
            used, passed = self._used(begin, end, unit)
            counts = bool(used) or day == self.counting.day_of(until)
            if not counts and (passed or self._paused(begin, end) == end - begin):
                yield _off(day, PAUSED, self.grounds.pause, number, used)
                continue
            step = self._step(day, unit, number, counts=counts)
            if not counts and self.counting.calendar.is_workday(day):
                step = replace(step, why=CLOSED, basis=self.grounds.office)
            yield replace(step, used=used)

    def moved(self, days: tuple[date, date, date], number: int) -> Iterator[CountedDay]:
        """The days by which a rest day, and then a pause, moved the end of the last limit."""
        ran_out, rested, last = days
        for day in _days(ran_out + _DAY, last):
            if self._is_taken(day) and day != last:
                yield _off(day, PAUSED, self.grounds.pause, number)
            else:
                basis = self.grounds.rest_day if day <= rested else self.grounds.pause
                yield _off(day, MOVED + self._why(day), basis, number)

    def _step(self, day: date, unit: Unit, number: int, *, counts: bool) -> CountedDay:
        """An ordinary day: where the calendar has a say, what it says, else the law of *unit*."""
        if unit in _EVERY_DAY:
            return CountedDay(day, counts, self._why(day), self._rule(unit), number)
        basis = self._made_so(day) or self._rule(unit)
        if self.counting.calendar.why(day).startswith("provisional"):
            basis += f"（{day.year}年的放假安排尚未公布）"
        return CountedDay(day, counts, self._why(day), basis, number)

    def _made_so(self, day: date) -> str:
        """What makes *day* other than a working day by the day of the week."""
        calendar = self.counting.calendar
        if calendar.source_of(day):
            return "、".join(calendar.notices(day))
        if calendar.is_workday(day):
            return ""
        is_weekend = day.weekday() in _WEEKEND
        return self.grounds.weekend if is_weekend else self.grounds.fixed_holidays

    def _why(self, day: date) -> str:
        why, source = self.counting.calendar.why(day), self.counting.calendar.source_of(day)
        return f"{why} ({'、'.join(source.notices)})" if source else why

    def _rule(self, unit: Unit) -> str:
        if unit in self.counting.by_instant:
            return self.grounds.counting if unit == "wd" else self.grounds.hours
        rules = {"wd": self.grounds.workdays, "mo": self.grounds.months}
        return rules.get(unit, self.grounds.first_day)

    def _is_taken(self, day: date) -> bool:
        return any(begin < day <= end for begin, end in self.taken)

    def _used(self, begin: datetime, end: datetime, unit: Unit) -> tuple[timedelta, timedelta]:
        """How much time ran from *begin* to *end*, and how much would have without pauses."""
        if unit == "h":
            return end - begin - self._paused(begin, end), end - begin
        used = used_between(begin, end, self.spans, self.counting)
        return used, self.counting.office_time.between(begin, end)

    def _paused(self, begin: datetime, end: datetime) -> timedelta:
        parts = (min(stop, end) - max(start, begin) for start, stop in self.spans)
        return sum((part for part in parts if part > timedelta(0)), timedelta(0))


def _off(
    day: date, why: str, basis: str, limit: int = 1, used: timedelta | None = None
) -> CountedDay:
    return CountedDay(day, counts=False, why=why, basis=basis, limit=limit, used=used)


def _joined(told: list[CountedDay], more: Iterator[CountedDay]) -> list[CountedDay]:
    """One step for the day on which one limit ends and the next goes on."""
    for day in more:
        if told and told[-1].date == day.date:
            before = told.pop()
            used = (before.used or timedelta(0)) + (day.used or timedelta(0))
            told.append(replace(before, counts=before.counts or day.counts, used=used))
        else:
            told.append(day)
    return told


def duration(length: timedelta) -> str:
    """Write *length* as ISO 8601 has durations: `PT6H30M`; nothing is `PT0S`."""
    minutes, rest = divmod(length, timedelta(minutes=1))
    seconds, small = divmod(rest, timedelta(seconds=1))
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else ""]
    if rest:
        fraction = f".{small // timedelta(milliseconds=1):03d}" if small else ""
        parts.append(f"{seconds}{fraction}S")
    return f"PT{''.join(parts) or '0S'}"


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * _DAY for n in range((last - first).days + 1))
