"""The due instant (到期时刻) of a clock: a start, a limit with its extensions, spans left out.

DESIGN §4 "Due instants" is the rule; 民法典 201–203 and 行政许可法 42, 45, 82 are its sources.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from chalicelib.clock.advance import add_days, add_hours, add_office_time
from chalicelib.clock.counting import Counting
from chalicelib.clock.span import Span, days_of, select_ended
from chalicelib.policy.limit import OFFICE, Limit


class Due(Struct, frozen=True):
    """The instant at which a clock runs out. *missing*: the first unpublished year it rests on.

    *resumes*: when office time runs again, if it was used up as the office closed or a pause began.
    *in_doubt*: another lawful reading has it run out at another instant.
    """

    at: datetime
    missing: int | None = None
    resumes: "Due | None" = None
    in_doubt: bool = False

    @property
    def provisional(self) -> bool:
        """Return whether the date may still change when a calendar is published."""
        return self.missing is not None

    @property
    def waits_for(self) -> str:
        """The calendar that must be published before it is certain; empty when it is."""
        return "" if self.missing is None else f"calendar:{self.missing}"

    @property
    def last_moment(self) -> "Due":
        """The last instant that is not late: the due instant itself, except in convention H.

        There no time is used while the office is closed, so lateness begins when it opens again
        (`Counting.last_moment`). That day may be provisional on its own account.
        """
        return self.resumes or self


def due(
    start: datetime, limits: Sequence[Limit], spans: Sequence[Span], counting: Counting
) -> Due | None:
    """Return when *limits* (the limit, then its extensions) run out from *start* on.

    None where that would fall into a pause without end. Raises Unknown beyond the years that a
    calendar can even guess.
    """
    open_pause = None
    if spans and spans[-1].end is None:
        open_pause, spans = spans[-1], spans[:-1]
    ends = run_out(start, limits, spans, counting)
    if counting.convention == "H" and limits[-1].unit in OFFICE:
        ends = _running_again(ends, spans, counting)
    elif spans:
        ends = _out_of_pauses(ends, limits[-1], spans, counting)
    stands_still = open_pause is not None and ends.last_moment.at >= open_pause.start
    return None if stands_still else ends


def due_unpaused(start: datetime, limit: Limit, counting: Counting) -> Due:
    """Return when *limit* runs out from *start* on without a pause. Raises Unknown as `due`."""
    ends = due(start, (limit,), (), counting)
    assert ends is not None  # noqa: S101 - nothing stands still
    return ends


def run_out(
    start: datetime, limits: Sequence[Limit], spans: Sequence[Span], counting: Counting
) -> Due:
    """Return when the limits run out, before a pause moves the end."""
    instant: datetime | None = start
    begin = day = counting.day_of(start)
    needs_calendar, excluded = False, days_of(spans)
    if counting.after_hours == "next_workday" and limits[0].unit not in counting.by_instant:
        day, needs_calendar = counting.day_zero(start), True
    for limit in limits:
        if limit.unit in counting.by_instant:
            since = instant or counting.end_of(day)
            amount = counting.hours_of(limit)
            if limit.unit == "h":
                instant = add_hours(since, amount, select_ended(spans))
            else:
                needs_calendar = True
                instant = add_office_time(since, amount, select_ended(spans), counting)
            day = counting.day_of(instant)
        else:
            day = add_days(day, limit, excluded, counting)
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
    """Move a due instant inside a pause to the first close of office after that pause."""
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
    return first if (at, missing) == (first.at, first.missing) else Due(at, missing)


def _running_again(first: Due, spans: Sequence[Span], counting: Counting) -> Due:
    """Return the due instant of convention H, with when office time runs again after it.

    If a pause stops the clock from the due instant on, the due instant moves to that pause's end.
    """
    at, missing = first.at, first.missing
    moment = counting.last_moment(at)
    for span in spans:
        if span.start > moment:
            break
        if missing is None:
            missing = span.missing
        if span.end is not None and span.holds(moment):
            at, moment = span.end, counting.last_moment(span.end)
            if missing is None:
                missing = counting.missing(counting.day_of(first.at), counting.day_of(at))
    if moment == at:
        return Due(at, missing)
    later = missing or counting.missing(counting.day_of(at), counting.day_of(moment))
    return Due(at, missing, Due(moment, later))
