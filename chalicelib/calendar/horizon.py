"""The horizon: through which day the calendar is known, and from when on silence is a fault.

The State Council publishes next year's arrangement in November. On 1 December it is late: ever more
due instants are provisional, and in January cards are held.
"""

from datetime import date

from chalicelib.calendar.workdays import Calendar

_LATE = (12, 1)


def missing_years(calendar: Calendar, today: date) -> list[int]:
    """The years that should be published by *today* and are not."""
    is_late = (today.month, today.day) >= _LATE
    due = range(today.year, today.year + 1 + is_late)
    return [year for year in due if year not in calendar.years]


def known_through(calendar: Calendar, today: date) -> date | None:
    """The last day up to which no year is missing, as seen from *today*; None if none is known."""
    last = today.year
    while last in calendar.years:
        last += 1
    known = max((year for year in calendar.years if year < last), default=None)
    return None if known is None else date(known, 12, 31)
