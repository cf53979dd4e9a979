"""The horizon: the last day of a published calendar, and the years whose calendar is late.

The State Council publishes next year's arrangement in November. On 1 December it is late: more and
more due instants are provisional, and in January cards are held.
"""

from datetime import date

from chalicelib.calendar.workdays import Calendar

_LATE = (12, 1)


def missing_years(calendar: Calendar, today: date) -> list[int]:
    """Return the years that should be published by *today* and are not."""
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
