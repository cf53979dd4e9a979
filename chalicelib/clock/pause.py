"""Pauses (特别程序, 行政许可法 45): the time for which a clock is suspended.

A pause takes out at most its approved length (DOMAIN PAU-02: time beyond it counts against the
case). So each pause has an effective end; beyond it the clock runs again, though nobody resumed it.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from chalicelib.clock.advance import add_days, add_office_time
from chalicelib.clock.counting import Counting, within_reach
from chalicelib.clock.span import Span, merge_spans
from chalicelib.errors import Unknown
from chalicelib.policy.limit import OFFICE, Limit


class Pause(NamedTuple):
    """Suspended at *start*, resumed at *end* (None: still open), for *approved* at the most.

    *longest* is the longest that a profile lets it count for, where that may be less.
    """

    start: datetime
    end: datetime | None = None
    approved: Limit | None = None
    longest: Limit | None = None


def spans_of(pauses: Iterable[Pause], counting: Counting) -> tuple[Span, ...]:
    """Cap each pause at its approved length, then merge them (DESIGN §4, Pauses)."""
    return merge_spans(span_of(pause, counting) for pause in pauses)


def span_of(pause: Pause, counting: Counting) -> Span:
    """Return the span that *pause* takes out, capped at its approved length and its longest."""
    first, limit, longest = counting.day_of(pause.start), pause.approved, pause.longest
    if longest and (limit is None or is_longer(pause.start, limit, longest, counting)):
        limit = longest
    cap = None if limit is None else _cap_of(pause.start, limit, counting)
    if limit is None or cap is None:
        last = first if pause.end is None else counting.day_of(pause.end)
        return Span(pause.start, pause.end, (first, last))
    end = cap if pause.end is None else min(pause.end, cap)
    days = first, counting.day_of(end)
    return Span(pause.start, end, days, counting.missing(*days) if limit.unit in OFFICE else None)


def is_longer(start: datetime, limit: Limit, other: Limit, counting: Counting) -> bool:
    """Return whether a pause from *start* for *limit* ends later than one for *other*.

    Instants are compared, so the units do not matter. Raises Unknown.
    """
    if limit.unit == other.unit:
        return limit.amount > other.amount
    end, other_end = (_cap_of(start, each, counting) for each in (limit, other))
    return end is None or (other_end is not None and end > other_end)


@lru_cache(maxsize=2000)
def _cap_of(start: datetime, approved: Limit, counting: Counting) -> datetime | None:
    """Return when *approved* is used up: by dates, at the hour the pause began.

    None where that is beyond all days that a calendar can even guess: it caps nothing. Raises
    Unknown where the pause begins beyond them.
    """
    within_reach(start)
    try:
        cap = _used_up(start, approved, counting)
        counting.calendar.add_workdays(counting.day_of(cap), 1)
    except Unknown:
        return None
    return cap


def _used_up(start: datetime, approved: Limit, counting: Counting) -> datetime:
    if approved.unit == "h":
        return start + counting.hours_of(approved)
    if approved.unit in counting.by_instant:
        return add_office_time(start, counting.hours_of(approved), (), counting)
    local = start.astimezone(counting.zone)
    return counting.at(add_days(local.date(), approved, (), counting), local.time())
