"""Working days by prefix sums: counting and adding cost a look-up, whatever the distance.

The calendar knows the published years and guesses the others (`year.unpublished_workday`). It never
hides which is which: `years` says which are published, and so whether a judgement may rest on a
day. Beyond the years it can even guess it raises Unknown.
"""

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import accumulate, compress

from chalicelib.calendar.change import Change
from chalicelib.calendar.year import FIXED_HOLIDAYS, CalendarYear, is_weekend, unpublished_workday
from chalicelib.errors import Unknown

_FIRST, _LAST = date(1990, 1, 1), date(2099, 12, 31)
_BEGIN = _FIRST.toordinal()
_LATE = (12, 1)  # month and day
_COUNT = _LAST.toordinal() - _FIRST.toordinal() + 1


class Calendar:
    """The working days of one region: the published *years*, and over them the *changes*.

    Immutable. *version* is the hash of the working days and the published years: two calendars
    that have these in common are the same version, however they came about.
    """

    def __init__(
        self, calendar_id: str, years: Iterable[CalendarYear], changes: Iterable[Change] = ()
    ) -> None:
        """Index every day that can be asked for. Of two *changes* the later wins, day by day."""
        self.id = calendar_id
        self.years = {year.year: year for year in years}
        self.changes = tuple(changes)
        self._changed = {day: change for change in self.changes for day in change.days}
        self.worked = self._index()  # a byte for each day that is indexed
        self._workdays = list(compress(_days(), self.worked))
        # working days up to and including each day; a calendar is kept for each change of it
        self._through = array("H", accumulate(self.worked))
        self.version = f"{calendar_id}:sha256:{self._digest()}"

    def is_workday(self, day: date) -> bool:
        """Return whether *day* is a working day, published or guessed."""
        change = self._changed.get(day)
        if change is not None:
            return day in change.workdays
        published = self.years.get(day.year)
        return published.is_workday(day) if published else unpublished_workday(day)

    def add_workdays(
        self, day: date, amount: int, excluded: Sequence[tuple[date, date]] = ()
    ) -> date:
        """Return the *amount*-th working day after *day* (民法典 201: *day* itself does not count).

        The *excluded* days do not count either: of each pair the days after the first, up to the
        last. The pairs are in order and apart. Raises Unknown beyond the years that can be guessed.
        """
        if not (amount or excluded):
            return day
        workdays = self._workdays
        try:
            before = self._until(day)
            end = workdays[before + amount - 1] if amount else day
            for first, last in excluded:
                if first >= end:
                    break
                skipped = self._until(last) - self._until(max(first, day)) if last > day else 0
                if skipped:
                    amount += skipped
                    end = workdays[before + amount - 1]
        except IndexError:
            raise Unknown(f"calendar:{_LAST.year + 1}") from None
        return end

    def workdays_between(self, start: date, end: date) -> int:
        """Count the working days after *start* up to and including *end*."""
        before = self._until(start)
        return self._until(end) - before

    def _until(self, day: date) -> int:
        """Count the working days up to and including *day*. Raises Unknown."""
        place = day.toordinal() - _BEGIN
        if not 0 <= place < _COUNT:
            raise Unknown(f"calendar:{day.year}")
        return self._through[place]

    def workday_from(self, day: date) -> date:
        """Return *day* if it is a working day, else the next one (民法典 203)."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def why(self, day: date) -> str:
        """Return a word for why *day* counts or does not."""
        source = self.source_of(day)
        if source is None:
            if day.year in self.years:
                return "weekend" if is_weekend(day) else "workday"
            return "provisional workday" if unpublished_workday(day) else "provisional rest day"
        if self.is_workday(day):
            return "make-up workday" if is_weekend(day) else "workday"
        return "local day off" if isinstance(source, Change) and source.region else "holiday"

    def source_of(self, day: date) -> CalendarYear | Change | None:
        """Return the document that makes *day* off or working; None for an ordinary day."""
        change = self._changed.get(day)
        if change is not None:
            return change
        year = self.years.get(day.year)
        is_named = year and (day in year.days_off or day in year.makeup_workdays)
        return year if is_named else None

    def holiday_name(self, day: date) -> str:
        """Return the name of the holiday that *day* is off for; empty where none is named."""
        source = self.source_of(day)
        return source.holiday_name(day) if isinstance(source, CalendarYear) else ""

    def notices(self, day: date) -> tuple[str, ...]:
        """Return the notices that *day* rests on, its own or its year's; empty for a guess."""
        source = self.source_of(day) or self.years.get(day.year)
        return source.notices if source else ()

    def days_unlike(self, other: "Calendar") -> list[date]:
        """Return the days that are worked here and not in *other*, or the other way round."""
        if self.worked == other.worked:
            return []
        mine, others = (int.from_bytes(each.worked) for each in (self, other))
        unlike = (mine ^ others).to_bytes(len(self.worked))
        return list(compress(_days(), unlike))

    def _index(self) -> bytes:
        """Return a byte for each day: 1 if it is worked, else 0."""
        worked = bytearray(_guessed())
        for number, year in self.years.items():
            begin, end = _index_of(date(number, 1, 1)), _index_of(date(number, 12, 31)) + 1
            if not 0 <= begin < len(worked):
                continue
            worked[begin:end] = _weekdays()[begin:end]
            _set(worked, year.days_off, 0)
            _set(worked, year.makeup_workdays, 1)
        _set(worked, (day for day, change in self._changed.items() if day in change.days_off), 0)
        _set(worked, (day for day, change in self._changed.items() if day in change.workdays), 1)
        return bytes(worked)

    def _digest(self) -> str:
        """Hash the years, and of each the days that differ from the ordinary day of the week."""
        days_by_year: dict[int, set[str]] = {number: {f"{number}"} for number in self.years}
        notice_days = [day for year in self.years.values() for day in year.days_off]
        notice_days += [day for year in self.years.values() for day in year.makeup_workdays]
        for day in {*notice_days, *self._changed}:
            ordinary = not is_weekend(day) if day.year in self.years else unpublished_workday(day)
            if self.is_workday(day) != ordinary:
                sign = "+" if self.is_workday(day) else "-"
                days_by_year.setdefault(day.year, set()).add(f"{day}{sign}")
        lines = [f"{','.join(sorted(days_by_year[number]))}\n" for number in sorted(days_by_year)]
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def _index_of(day: date) -> int:
    return day.toordinal() - _BEGIN


def _set(worked: bytearray, days: Iterable[date], value: int) -> None:
    for day in days:
        if _FIRST <= day <= _LAST:
            worked[_index_of(day)] = value


@cache
def _days() -> Sequence[date]:
    ordinals = range(_FIRST.toordinal(), _LAST.toordinal() + 1)
    return tuple(map(date.fromordinal, ordinals))


@cache
def _weekdays() -> bytes:
    week = bytes(not is_weekend(date.fromordinal(_BEGIN + each)) for each in range(7))
    return (week * (_COUNT // 7 + 1))[:_COUNT]


@cache
def _guessed() -> bytes:
    worked = bytearray(_weekdays())
    years = range(_FIRST.year, _LAST.year + 1)
    _set(worked, (date(year, *day) for year in years for day in FIXED_HOLIDAYS), 0)
    return bytes(worked)


def missing_years(calendar: Calendar, today: date) -> list[int]:
    """Return the years that should be published by *today* and are not.

    The State Council publishes next year's arrangement in November; on 1 December it is late.
    """
    is_late = (today.month, today.day) >= _LATE
    due = range(today.year, today.year + 1 + is_late)
    return [year for year in due if year not in calendar.years]


def known_through(calendar: Calendar, today: date) -> date | None:
    """Return the last day, seen from *today*, up to which no year is missing; None if none is."""
    last = today.year
    while last in calendar.years:
        last += 1
    published = max((year for year in calendar.years if year < last), default=None)
    return None if published is None else date(published, 12, 31)
