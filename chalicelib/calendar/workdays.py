"""Working days by prefix sums: counting and adding cost a look-up, whatever the distance.

The calendar knows the published years and guesses the others (`year.unpublished_workday`). It never
hides which is which: `years` says which are published, and so whether a judgement may rest on a
day. Beyond the years it can even guess it raises Unknown.
"""

import hashlib
from collections.abc import Iterable
from datetime import date

from chalicelib.calendar.year import CalendarYear, is_weekend, unpublished_workday
from chalicelib.errors import Unknown

_FIRST, _LAST = date(1990, 1, 1), date(2099, 12, 31)


class Calendar:
    """The working days of one region. Immutable; *version* is the hash of the published years."""

    def __init__(self, calendar_id: str, years: Iterable[CalendarYear]) -> None:
        """Index every day between the first and the last year that can be asked for."""
        self.id = calendar_id
        self.years = {year.year: year for year in years}
        self.version = f"{calendar_id}:sha256:{_digest(self.years)}"
        self._workdays: list[date] = []
        self._through: dict[date, int] = {}  # working days up to and including each day
        for ordinal in range(_FIRST.toordinal(), _LAST.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if self.is_workday(day):
                self._workdays.append(day)
            self._through[day] = len(self._workdays)

    def is_workday(self, day: date) -> bool:
        """Whether *day* is a working day, published or guessed."""
        published = self.years.get(day.year)
        return published.is_workday(day) if published else unpublished_workday(day)

    def add_workdays(self, day: date, amount: int) -> date:
        """Return the *amount*-th working day after *day* (民法典 201: *day* itself does not count).

        Raises Unknown beyond the years that can be guessed.
        """
        if amount == 0:
            return day
        try:
            return self._workdays[self._through[day] + amount - 1]
        except KeyError:
            raise Unknown(f"calendar:{day.year}") from None
        except IndexError:
            raise Unknown(f"calendar:{_LAST.year + 1}") from None

    def workdays_between(self, start: date, end: date) -> int:
        """Count the working days after *start* up to and including *end*."""
        for day in (start, end):
            if day not in self._through:
                raise Unknown(f"calendar:{day.year}")
        return self._through[end] - self._through[start]

    def workday_from(self, day: date) -> date:
        """Return *day* if it is a working day, else the next one (民法典 203)."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def why(self, day: date) -> str:
        """Say in a word why *day* counts or does not."""
        published = self.years.get(day.year)
        if published is None:
            return "provisional workday" if self.is_workday(day) else "provisional rest day"
        if day in published.makeup_workdays:
            return "make-up workday"
        if day in published.days_off:
            return "holiday"
        return "weekend" if is_weekend(day) else "workday"

    def notices(self, day: date) -> tuple[str, ...]:
        """The notices that the year of *day* rests on; empty where none is published."""
        published = self.years.get(day.year)
        return published.notices if published else ()


def _digest(years: dict[int, CalendarYear]) -> str:
    lines = []
    for number in sorted(years):
        year = years[number]
        off = ",".join(str(day) for day in sorted(year.days_off))
        made_up = ",".join(str(day) for day in sorted(year.makeup_workdays))
        lines.append(f"{number}|{off}|{made_up}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()
