"""Office time (工作时间): how much of it lies between two instants, and when so much is used up.

Nights, lunch and rest days hold none. The days of a year are summed up once, when first asked for;
after that any distance costs a look-up for each year on its way, not a walk over its days.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from chalicelib.calendar.workdays import Calendar
from chalicelib.policy.office import Office, length_of

_NONE = timedelta(0)
_REMEMBERED = 1000  # instants: the same pauses are asked for again and again


@dataclass(frozen=True, slots=True)
class _Year:
    """The working days of a year, and the office time *through* the end of each since its first."""

    workdays: list[date]
    through: list[timedelta]

    @property
    def total(self) -> timedelta:
        return self.through[-1] if self.through else _NONE


class OfficeTime:
    """The office time of one calendar, office and zone."""

    def __init__(self, calendar: Calendar, office: Office, zone: ZoneInfo) -> None:
        """Nothing is summed up before it is asked for."""
        self._calendar, self._office, self._zone = calendar, office, zone
        self._years: dict[int, _Year] = {}
        self._places: dict[datetime, tuple[int, timedelta]] = {}
        self._open: dict[date, tuple[tuple[datetime, datetime], ...]] = {}

    def between(self, since: datetime, until: datetime) -> timedelta:
        """How much lies after *since*, up to *until*; nothing where that is not later."""
        if until <= since:
            return _NONE
        (first, before), (last, gone) = self._place(since), self._place(until)
        if first == last:
            return gone - before
        return sum((self._year(year).total for year in range(first, last)), gone - before)

    def after(self, since: datetime, amount: timedelta) -> datetime:
        """The first instant by which *amount* (more than nothing) has passed since *since*."""
        number, gone = self._place(since)
        amount += gone
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
        """*instant* itself while the office is open, else when it opens next: a close is closed."""
        day = self._calendar.workday_from(self._day_of(instant))
        while True:
            for opens, closes in self.sessions(day):
                if instant < closes:
                    return max(opens, instant)
            day = self._calendar.add_workdays(day, 1)

    def sessions(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """When the office opens and closes on *day*, if it is worked."""
        found = self._open.get(day)
        if found is None:
            hours = self._office.sessions_on(day)
            found = tuple((self._at(day, opens), self._at(day, closes)) for opens, closes in hours)
            self._open[day] = found
        return found

    def _place(self, instant: datetime) -> tuple[int, timedelta]:
        """The local year of *instant*, and its office time up to then."""
        place = self._places.get(instant)
        if place is None:
            if len(self._places) >= _REMEMBERED:
                self._places.clear()
            day = self._day_of(instant)
            place = self._places[instant] = day.year, self._into_year(day, instant)
        return place

    def _into_year(self, day: date, instant: datetime) -> timedelta:
        year = self._year(day.year)
        index = bisect_right(year.workdays, day)
        if not index:
            return _NONE
        if year.workdays[index - 1] < day:
            return year.through[index - 1]
        gone = year.through[index - 2] if index > 1 else _NONE
        for opens, closes in self.sessions(day):
            gone += max(min(instant, closes) - opens, _NONE)
        return gone

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = self._summed_up(number)
        return year

    def _summed_up(self, number: int) -> _Year:
        """Raises Unknown for a year of which the calendar has not even a guess."""
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
    """The sums of one office, shared by all who count by it: each judgement begins anew."""
    return OfficeTime(calendar, office, zone)
