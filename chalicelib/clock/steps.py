"""Day by day (逐日说明): which day counted towards a limit, why or why not, and by which law.

`due` decides; these days explain it, and must always come to the same day. The national law is the
same everywhere. A region's own rules (office hours, counting, pauses, extensions) are cited from
its profile.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.clock.advance import add_months, used_between
from chalicelib.clock.chinese import duration
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import run_out
from chalicelib.clock.span import Days, Ended, Span, days_of, select_ended
from chalicelib.policy.limit import Limit, Unit
from chalicelib.policy.profile import Profile


class ClockBasis(Struct, frozen=True):
    """The laws and documents by which one clock counts."""

    counting: str = "本机关的计时规则"  # as the profile cites it
    office: str = "本机关的办公时间"
    pause: str = "《中华人民共和国行政许可法》第四十五条"
    extension: str = "《中华人民共和国行政许可法》第四十二条"
    first_day: str = "《中华人民共和国民法典》第二百零一条第一款"
    hours: str = "《中华人民共和国民法典》第二百零一条第二款"
    months: str = "《中华人民共和国民法典》第二百零二条"
    rest_day: str = "《中华人民共和国民法典》第二百零三条第一款"
    close: str = "《中华人民共和国民法典》第二百零三条第二款"
    workdays: str = "《中华人民共和国行政许可法》第八十二条"
    weekend: str = "《国务院关于职工工作时间的规定》第七条"
    fixed_holidays: str = "《全国年节及纪念日放假办法》第二条"


LAW = ClockBasis()


def basis_of_clock(profile: Profile, extension: str = "") -> ClockBasis:
    """Return the basis that *profile* cites; *extension* is that of the kind of case, if any."""
    return ClockBasis(
        counting=str(profile.basis["counting"]),
        office=str(profile.office.basis),
        pause=str(profile.pause.basis),
        extension=extension or str(profile.extension.basis),
    )


_DAY = timedelta(days=1)
_WEEKEND = (5, 6)  # date.weekday()
_EVERY_DAY = frozenset({"d", "mo", "h"})  # units that count rest days too

ACCEPTED = "day of acceptance"
PAUSED = "paused"
CLOSED = "outside office hours"
MOVED = "moved on: "


class CountedDay(Struct, frozen=True):
    """One local day: whether it *counts*, *why* or why not, and the *basis* for that.

    *limit*: the number of its limit, the extensions being 2 and up. *used*: the time that ran on
    it, where time is counted by hours.
    """

    date: date
    counts: bool
    why: str
    basis: str = ""
    limit: int = 1
    used: timedelta | None = None

    def written(self) -> dict[str, object]:
        """Return the day as commands and the API have it; *used* is an ISO 8601 duration."""
        document: dict[str, object] = {"date": self.date.isoformat(), "counts": self.counts}
        document |= {"why": self.why, "basis": self.basis}
        return document if self.used is None else {**document, "used": duration(self.used)}


def steps(
    limits: Sequence[Limit],
    period: tuple[datetime, datetime],
    spans: Sequence[Span],
    counting: Counting,
    basis: ClockBasis = LAW,
) -> list[CountedDay]:
    """Return every day of *period*, from that of the start to that of the due instant.

    In a pause without end there is no due instant. Then *period* ends where that pause begins, and
    the days are those on which the clock has run.
    """
    start, stop = period
    walk = _Walk(select_ended(spans), days_of(spans), counting, basis)
    days = [] if limits[0].unit in counting.by_instant else [*walk.day_zero(start)]
    since: datetime | None = start
    for number, limit in enumerate(limits, 1):
        if limit.unit in counting.by_instant:
            begins = since or counting.end_of(days[-1].date)
            if days and begins >= stop:
                break  # a pause without end began before this limit was reached
            since = run_out(start, limits[:number], spans, counting).at
            days = _join_days(days, walk.by_hours((begins, since), stop, limit.unit, number))
        else:
            since = None
            days += walk.by_days(days[-1].date, limit, number)
    last = counting.day_of(stop)
    if days[-1].date < last:
        rested = counting.day_of(run_out(start, limits, spans, counting).at)
        days += walk.moved((days[-1].date, rested, last), len(limits))
    return [day for day in days if day.date <= last]


class _Walk(Struct, frozen=True):
    """Days under the same *spans*, the days *excluded* by these, counting and basis."""

    spans: Sequence[Ended]
    excluded: Sequence[Days]
    counting: Counting
    basis: ClockBasis

    def day_zero(self, start: datetime) -> Iterator[CountedDay]:
        """Yield day zero, the day of acceptance, after any days since an arrival out of hours."""
        zero = self.counting.day_zero(start)
        for day in _days(self.counting.day_of(start), zero - _DAY):
            if self.counting.calendar.is_workday(day):
                yield _off(day, CLOSED, self.basis.counting)
            else:
                yield self._ordinary_day(day, "wd", 1, counts=False)
        yield _off(zero, ACCEPTED, self.basis.first_day)

    def by_days(self, day: date, limit: Limit, number: int) -> Iterator[CountedDay]:
        """Yield the days after *day* that *limit* needs, and those between that do not count."""
        left = (add_months(day, limit.amount) - day).days if limit.unit == "mo" else limit.amount
        while left > 0:
            day += _DAY
            if self._is_excluded(day):
                yield _off(day, PAUSED, self.basis.pause, number)
                continue
            counts = limit.unit != "wd" or self.counting.calendar.is_workday(day)
            left -= counts
            yield self._ordinary_day(day, limit.unit, number, counts=counts)

    def by_hours(
        self, runs: Ended, stop: datetime, unit: Unit, number: int
    ) -> Iterator[CountedDay]:
        """Yield the days of *runs*, as far as to *stop*; hours begin at the stated instant."""
        since, until = runs
        for day in _days(self.counting.day_of(since), self.counting.day_of(min(until, stop))):
            begin = max(since, self.counting.at(day, time.min))
            end = min(until, stop, self.counting.at(day + _DAY, time.min))
            used = used_between(begin, end, self.spans, self.counting, unit)
            counts = bool(used) or day == self.counting.day_of(until)
            if not counts and self._is_paused(begin, end, unit):
                yield _off(day, PAUSED, self.basis.pause, number, used)
                continue
            counted_day = self._ordinary_day(day, unit, number, counts=counts)
            if not counts and self.counting.calendar.is_workday(day):
                counted_day = replace(counted_day, why=CLOSED, basis=self.basis.office)
            yield replace(counted_day, used=used)

    def moved(self, days: tuple[date, date, date], number: int) -> Iterator[CountedDay]:
        """Yield the days by which a rest day, and then a pause, moved the end of the last limit."""
        ran_out, rested, last = days
        for day in _days(ran_out + _DAY, last):
            if self._is_excluded(day) and day != last:
                yield _off(day, PAUSED, self.basis.pause, number)
            else:
                basis = self.basis.rest_day if day <= rested else self.basis.pause
                yield _off(day, MOVED + self._why(day), basis, number)

    def _ordinary_day(self, day: date, unit: Unit, number: int, *, counts: bool) -> CountedDay:
        """Return an ordinary day: its basis is a notice of the calendar, or the law of *unit*."""
        if unit in _EVERY_DAY:
            return CountedDay(day, counts, self._why(day), self._rule(unit), number)
        basis = self._exception_basis(day) or self._rule(unit)
        if self.counting.calendar.why(day).startswith("provisional"):
            basis += f"（{day.year}年的放假安排尚未公布）"
        return CountedDay(day, counts, self._why(day), basis, number)

    def _exception_basis(self, day: date) -> str:
        """Return the basis that makes *day* no ordinary working day; empty where it is one."""
        calendar = self.counting.calendar
        if calendar.source_of(day):
            return "、".join(calendar.notices(day))
        if calendar.is_workday(day):
            return ""
        is_weekend = day.weekday() in _WEEKEND
        return self.basis.weekend if is_weekend else self.basis.fixed_holidays

    def _why(self, day: date) -> str:
        why, source = self.counting.calendar.why(day), self.counting.calendar.source_of(day)
        return f"{why} ({'、'.join(source.notices)})" if source else why

    def _rule(self, unit: Unit) -> str:
        if unit in self.counting.by_instant:
            return self.basis.counting if unit == "wd" else self.basis.hours
        rules = {"wd": self.basis.workdays, "mo": self.basis.months}
        return rules.get(unit, self.basis.first_day)

    def _is_excluded(self, day: date) -> bool:
        return any(begin < day <= end for begin, end in self.excluded)

    def _is_paused(self, begin: datetime, end: datetime, unit: Unit) -> bool:
        """Return whether pauses alone took the time from *begin* to *end*; none of it is used."""
        is_open = bool(used_between(begin, end, (), self.counting, unit))
        return is_open or not used_between(begin, end, self.spans, self.counting, "h")


def _off(
    day: date, why: str, basis: str, limit: int = 1, used: timedelta | None = None
) -> CountedDay:
    return CountedDay(day, counts=False, why=why, basis=basis, limit=limit, used=used)


def _join_days(days: list[CountedDay], additional: Iterator[CountedDay]) -> list[CountedDay]:
    """Append *additional* to *days*; the day that two limits share becomes one."""
    for day in additional:
        if days and days[-1].date == day.date:
            before = days.pop()
            used = (before.used or timedelta(0)) + (day.used or timedelta(0))
            days.append(replace(before, counts=before.counts or day.counts, used=used))
        else:
            days.append(day)
    return days


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * _DAY for n in range((last - first).days + 1))
