"""The due instant (到期时刻) of a clock: a start, a limit with its extensions, spans left out.

DESIGN §4 "Due instants" is the rule; 民法典 201–203 and 行政许可法 42, 45, 82 are its sources.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.clock.advance import add_days, add_hours, add_office_hours
from chalicelib.clock.counting import Counting
from chalicelib.clock.span import Span, days_of, ended
from chalicelib.instant import MILLISECOND
from chalicelib.policy.limit import HOURS, Limit


@dataclass(frozen=True, slots=True)
class Due:
    """When a clock runs out. *missing* names the first unpublished year it rests on, if any."""

    at: datetime
    missing: int | None = None

    @property
    def provisional(self) -> bool:
        """Whether the date may still change when a calendar is published."""
        return self.missing is not None


def due(
    start: datetime, limits: Sequence[Limit], spans: Sequence[Span], counting: Counting
) -> Due | None:
    """Count *limits* (the limit, then its extensions) from *start*.

    None where it would fall into a pause without end. Raises Unknown beyond the years that a
    calendar can even guess.
    """
    if spans and spans[-1].end is None:
        open_pause, spans = spans[-1], spans[:-1]
    else:
        open_pause = None
    ends = _out_of_pauses(run_out(start, limits, spans, counting), limits[-1], spans, counting)
    return None if open_pause is not None and ends.at >= open_pause.start else ends


def warning_point(start: datetime, due_at: datetime, percent: int) -> datetime:
    """The last instant at which at most *percent* of the span from *start* to *due_at* is used."""
    return start + (due_at - start) // MILLISECOND * percent // 100 * MILLISECOND


def run_out(
    start: datetime, limits: Sequence[Limit], spans: Sequence[Span], counting: Counting
) -> Due:
    """Where the limits run out, before a pause that holds the end moves it."""
    taken = ended(spans)
    instant: datetime | None = start
    begin = day = counting.day_of(start)
    needs_calendar = False
    for limit in limits:
        if limit.unit in HOURS:
            since = instant or counting.end_of(day)
            amount = timedelta(hours=limit.amount)
            if limit.unit == "h":
                instant = add_hours(since, amount, taken)
            else:
                instant, needs_calendar = add_office_hours(since, amount, taken, counting), True
            day = counting.day_of(instant)
        else:
            day = add_days(day, limit, days_of(taken, counting), counting)
            needs_calendar = needs_calendar or limit.unit == "wd"
            instant = None
    if instant is not None:
        return Due(instant, counting.missing(begin, day) if needs_calendar else None)
    last = limits[-1].unit
    if last == "wd" or counting.counts_rest_days(last):
        missing = counting.missing(begin, day) if needs_calendar else None
        return Due(counting.end_of(day), missing)
    moved = counting.calendar.workday_from(day)
    since_day = begin if needs_calendar else day
    return Due(counting.end_of(moved), counting.missing(since_day, moved))


def _out_of_pauses(first: Due, limit: Limit, spans: Sequence[Span], counting: Counting) -> Due:
    """Move a due instant that falls inside a pause to the first close of office after it ends."""
    at, missing = first.at, first.missing
    for span in spans:
        if span.start > at:
            break
        if missing is None:
            missing = span.missing
        if span.end is not None and span.holds(at):
            at = counting.first_close_after(span.end, limit.unit)
            if missing is None and not counting.counts_rest_days(limit.unit):
                missing = counting.missing(counting.day_of(span.end), counting.day_of(at))
    return Due(at, missing)
