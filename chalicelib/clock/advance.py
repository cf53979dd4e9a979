"""Moving forward by a limit: in working days, calendar days, months, hours or office hours.

The day of the start does not count (民法典 201); what a pause takes out is stepped over.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chalicelib.clock.counting import Counting
from chalicelib.clock.span import Days, Ended
from chalicelib.policy.limit import Limit


def add_days(day: date, limit: Limit, taken: Sequence[Days], counting: Counting) -> date:
    """Count *limit* (wd, d or mo) from the day after *day*, skipping the days *taken* out.

    *taken* is in order and does not overlap.
    """
    if limit.unit == "wd":
        return counting.calendar.add_workdays(day, limit.amount, taken)
    is_months = limit.unit == "mo"
    end = add_months(day, limit.amount) if is_months else day + timedelta(days=limit.amount)
    for first, last in taken:
        if first >= end:
            break
        if last > day:
            end += last - max(first, day)
    return end


def add_months(day: date, months: int) -> date:
    """The same day number *months* later, clipped to that month's end (民法典 202)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_office_time(
    start: datetime, amount: timedelta, spans: Sequence[Ended], counting: Counting
) -> datetime:
    """The first instant by which *amount* of office time after *start*, outside *spans*, passed.

    Where the amount is nothing, that is when the office is open next.
    """
    office = counting.office_time
    if not amount:
        return _opening(start, spans, counting)
    for begin, end in spans:
        if end > start:
            if office.between(start, begin) >= amount:
                break
            amount += office.between(max(start, begin), end)
    return office.after(start, amount)


def used_between(
    since: datetime, until: datetime, spans: Sequence[Ended], counting: Counting
) -> timedelta:
    """The office time after *since*, up to *until*, outside *spans* (in order, apart)."""
    office = counting.office_time
    return office.between(since, until) - sum(
        (office.between(max(since, begin), min(until, end)) for begin, end in spans), timedelta(0)
    )


def _opening(instant: datetime, spans: Sequence[Ended], counting: Counting) -> datetime:
    opening = counting.office_time.opening(instant)
    for begin, end in spans:
        if begin <= opening < end:
            opening = counting.office_time.opening(end)
    return opening


def add_hours(start: datetime, hours: timedelta, spans: Sequence[Ended]) -> datetime:
    """The instant at which *hours* after *start*, outside *spans*, are used up (民法典 201)."""
    due = start + hours
    for begin, end in spans:
        if begin < due and end > start:
            due += end - max(begin, start)
    return due
