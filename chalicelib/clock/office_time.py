"""Office time (工作时间): the amount between two instants, and the instant after an amount.

Nights, lunch and rest days hold none. The days of a year are summed up once, when first asked for;
after that any distance costs a look-up for each year on its way, not a walk over its days.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from msgspec import Struct

from chalicelib.calendar.workdays import Calendar
from chalicelib.policy.office import Office, length_of

_NONE = timedelta(0)
_REMEMBERED = 1000  # instants: the same pauses are asked for again and again


class _Year(Struct, frozen=True):
    """The working days of a year, and the office time *through* the end of each since its first."""

    workdays: list[date]
    through: list[timedelta]

    @property
    def total(self) -> timedelta:
        return self.through[-1] if self.through else _NONE


class OfficeTime:
    """The office time of one calendar, office and zone."""

    def __init__(self, calendar: Calendar, office: Office, zone: ZoneInfo) -> None:
        """Bind the three; a year is summed up on first use."""
        self._calendar, self._office, self._zone = calendar, office, zone
        self._years: dict[int, _Year] = {}
        self._positions: dict[datetime, tuple[int, timedelta]] = {}
        self._open: dict[date, tuple[tuple[datetime, datetime], ...]] = {}

    def between(self, since: datetime, until: datetime) -> timedelta:
        """Return the office time after *since*, up to *until*; none where that is not later."""
        if until <= since:
            return _NONE
        (first, before), (last, elapsed) = self._position(since), self._position(until)
        if first == last:
            return elapsed - before
        return sum((self._year(year).total for year in range(first, last)), elapsed - before)

    def after(self, since: datetime, amount: timedelta) -> datetime:
        """Return when *amount*, more than nothing, has passed after *since*."""
        number, elapsed = self._position(since)
        amount += elapsed
        while (year := self._year(number)).total < amount:
            amount -= year.total
            number += 1
        index = bisect_left(year.through, amount)
        amount -= year.through[index - 1] if index else _NONE
        sessions = self.sessions(year.workdays[index])
        for opens, closes in sessions:
            if amount <= closes - opens:
                return opens + amount
            amount -= closes - opens
        return sessions[-1][1]

    def opening(self, instant: datetime) -> datetime:
        """Return *instant* while the office is open, else the next opening: a close is closed."""
        day = self._calendar.workday_from(self._day_of(instant))
        while True:
            for opens, closes in self.sessions(day):
                if instant < closes:
                    return max(opens, instant)
            day = self._calendar.add_workdays(day, 1)

    def sessions(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Return when the office opens and closes on *day*, if it is worked."""
        sessions = self._open.get(day)
        if sessions is None:
            hours = self._office.sessions_on(day)
            sessions = tuple(
                (self._at(day, opens), self._at(day, closes)) for opens, closes in hours
            )
            self._open[day] = sessions
        return sessions

    def _position(self, instant: datetime) -> tuple[int, timedelta]:
        """Return the local year of *instant*, and its office time up to then."""
        position = self._positions.get(instant)
        if position is None:
            if len(self._positions) >= _REMEMBERED:
                self._positions.clear()
            day = self._day_of(instant)
            position = self._positions[instant] = day.year, self._into_year(day, instant)
        return position

    def _into_year(self, day: date, instant: datetime) -> timedelta:
        year = self._year(day.year)
        index = bisect_right(year.workdays, day)
        if not index:
            return _NONE
        if year.workdays[index - 1] < day:
            return year.through[index - 1]
        elapsed = year.through[index - 2] if index > 1 else _NONE
        for opens, closes in self.sessions(day):
            elapsed += max(min(instant, closes) - opens, _NONE)
        return elapsed

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = self._summed_up(number)
        return year

    def _summed_up(self, number: int) -> _Year:
        """Return the year's sums. Raises Unknown: the calendar has not even a guess for it."""
        calendar, new_year = self._calendar, date(number, 1, 1)
        count = calendar.workdays_between(new_year, date(number, 12, 31))
        count += calendar.is_workday(new_year)
        first = calendar.workday_from(new_year)
        workdays = [calendar.add_workdays(first, n) for n in range(count)]
        return _Year(workdays, list(accumulate(self._length(day) for day in workdays)))

    def _length(self, day: date) -> timedelta:
        hours = self._office.sessions_on(day)
        if self._offset(day, hours[0][0]) == self._offset(day, hours[-1][1]):
            return length_of(hours)
        return sum((closes - opens for opens, closes in self.sessions(day)), _NONE)

    def _offset(self, day: date, clock: time) -> timedelta | None:
        return self._zone.utcoffset(datetime.combine(day, clock))

    def _day_of(self, instant: datetime) -> date:
        return instant.astimezone(self._zone).date()

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self._zone).astimezone(UTC)


@lru_cache(maxsize=8)
def office_time(calendar: Calendar, office: Office, zone: ZoneInfo) -> OfficeTime:
    """Return the sums of one office, cached: each judgement would count them anew."""
    return OfficeTime(calendar, office, zone)
