"""Moving forward by a limit: in working days, calendar days, months, hours or office hours.

The day of the start does not count (民法典 201); what a pause takes out is stepped over.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from chalicelib.clock.counting import Counting
from chalicelib.clock.span import Days, Ended
from chalicelib.policy.limit import Limit


def add_days(day: date, limit: Limit, taken: Sequence[Days], counting: Counting) -> date:
    """Count *limit* (wd, d or mo) from the day after *day*, skipping the days *taken* out.

    *taken* is in order and does not overlap.
    """
    end = _add(day, limit, 0, counting)
    skipped = 0
    for first, last in taken:
        if first >= end:
            break
        if last > day:
            skipped += _between(max(first, day), last, limit, counting)
            end = _add(day, limit, skipped, counting)
    return end


def _add(day: date, limit: Limit, skipped: int, counting: Counting) -> date:
    if limit.unit == "wd":
        return counting.calendar.add_workdays(day, limit.amount + skipped)
    if limit.unit == "mo":
        return add_months(day, limit.amount) + timedelta(days=skipped)
    return day + timedelta(days=limit.amount + skipped)


def _between(first: date, last: date, limit: Limit, counting: Counting) -> int:
    if limit.unit == "wd":
        return counting.calendar.workdays_between(first, last)
    return (last - first).days


def add_months(day: date, months: int) -> date:
    """The same day number *months* later, clipped to that month's end (民法典 202)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_office_hours(
    start: datetime, hours: timedelta, spans: Sequence[Ended], counting: Counting
) -> datetime:
    """The instant at which *hours* of office time after *start*, outside *spans*, are used up."""
    left = hours
    sessions = counting.office_after(start)
    while True:
        opens, closes = next(sessions)
        for begin, end in _outside(opens, closes, spans):
            if left <= end - begin:
                return begin + left
            left -= end - begin


def add_hours(start: datetime, hours: timedelta, spans: Sequence[Ended]) -> datetime:
    """The instant at which *hours* after *start*, outside *spans*, are used up (民法典 201)."""
    due = start + hours
    for begin, end in spans:
        if begin < due and end > start:
            due += end - max(begin, start)
    return due


def _outside(opens: datetime, closes: datetime, spans: Sequence[Ended]) -> Iterator[Ended]:
    since = opens
    for begin, end in spans:
        if end <= since:
            continue
        if begin >= closes:
            break
        if begin > since:
            yield since, begin
        since = end
    if since < closes:
        yield since, closes
