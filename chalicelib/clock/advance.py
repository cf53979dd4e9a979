"""Moving forward by a limit: in working days, calendar days, months, hours or office hours.

The day of the start does not count (民法典 201); what a pause takes out is stepped over.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from chalicelib.clock.counting import Counting
from chalicelib.clock.span import DaySpan, Span
from chalicelib.policy.limit import Limit


def add_days(day: date, limit: Limit, taken: Sequence[DaySpan], counting: Counting) -> date:
    """Count *limit* (wd, d or mo) from the day after *day*, skipping the days *taken* out.

    *taken* is in order and does not overlap; its last entry may be open only if it lies beyond.
    """
    end = _add(day, limit, 0, counting)
    skipped = 0
    for first, last in taken:
        if first >= end:
            break
        if last is None:
            raise ValueError("an open pause has no due date; close it at an instant first")
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
    start: datetime, hours: timedelta, spans: Sequence[Span], counting: Counting
) -> datetime:
    """The instant at which *hours* of office time after *start*, outside *spans*, are used up."""
    left = hours
    for opens, closes in counting.office_after(start):
        for begin, end in _outside(opens, closes, spans):
            if left <= end - begin:
                return begin + left
            left -= end - begin
    raise AssertionError("office hours do not end")


def add_hours(start: datetime, hours: timedelta, spans: Sequence[Span]) -> datetime:
    """The instant at which *hours* after *start*, outside *spans*, are used up (民法典 201)."""
    due = start + hours
    for span in spans:
        if span.start >= due or (span.end is not None and span.end <= start):
            continue
        if span.end is None:
            raise ValueError("an open pause has no due date; close it at an instant first")
        due += span.end - max(span.start, start)
    return due


def _outside(
    opens: datetime, closes: datetime, spans: Sequence[Span]
) -> Iterable[tuple[datetime, datetime]]:
    begin = opens
    for span in spans:
        if span.start >= closes:
            break
        if span.end is not None and span.end <= begin:
            continue
        if span.start > begin:
            yield begin, span.start
        if span.end is None or span.end >= closes:
            return
        begin = span.end
    yield begin, closes
