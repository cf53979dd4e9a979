"""Add a limit to a start: in working days, calendar days, months, hours or office hours.

The day of the start does not count (民法典 201), nor does the time that a pause takes out.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chalicelib.clock.counting import Counting
from chalicelib.clock.span import Days, Ended
from chalicelib.policy.limit import Limit, Unit


def add_days(day: date, limit: Limit, excluded: Sequence[Days], counting: Counting) -> date:
    """Return the last day of *limit* (wd, d or mo) from the day after *day*.

    The *excluded* days do not count. They are in order and do not overlap.
    """
    if limit.unit == "wd":
        return counting.calendar.add_workdays(day, limit.amount, excluded)
    amount = limit.amount
    end = add_months(day, amount) if limit.unit == "mo" else day + timedelta(days=amount)
    for first, last in excluded:
        if first >= end:
            break
        if last > day:
            end += last - max(first, day)
    return end


def add_months(day: date, months: int) -> date:
    """Return the same day number *months* later, or that month's end (民法典 202)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_office_time(
    start: datetime, amount: timedelta, spans: Sequence[Ended], counting: Counting
) -> datetime:
    """Return the instant at which *amount* of office time after *start* has passed.

    Time in *spans* does not count. Without an amount, it is when the office is open next.
    """
    office = counting.office_time
    if not amount:
        opening = office.opening(start)
        for begin, end in spans:
            if begin <= opening < end:
                opening = office.opening(end)
        return opening
    for begin, end in spans:
        if end > start:
            if office.between(start, begin) >= amount:
                break
            amount += office.between(max(start, begin), end)
    return office.after(start, amount)


def used_between(
    since: datetime, until: datetime, spans: Sequence[Ended], counting: Counting, unit: Unit = "wh"
) -> timedelta:
    """Return the time after *since*, up to *until*, outside *spans* (in order, apart).

    Hours (h) run day and night; the other *unit*s run while the office is open.
    """
    measure = _elapsed if unit == "h" else counting.office_time.between
    taken_out = (measure(max(since, begin), min(until, end)) for begin, end in spans)
    return measure(since, until) - sum(taken_out, timedelta(0))


def _elapsed(since: datetime, until: datetime) -> timedelta:
    return max(until - since, timedelta(0))


def add_hours(start: datetime, hours: timedelta, spans: Sequence[Ended]) -> datetime:
    """Return when *hours* after *start*, outside *spans*, are used up (民法典 201)."""
    due = start + hours
    for begin, end in spans:
        if begin < due and end > start:
            due += end - max(begin, start)
    return due
