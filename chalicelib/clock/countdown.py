"""The countdown (倒计时): how much of a clock is used and left at an instant, for display only.

In convention H that is office time, as Hunan's system shows it: a day is used from its first second
on, `used_days = ceil(elapsed / standard day)` (DOMAIN §1.3). In convention L it is whole days as
`steps` counts them; the running day is a used one. Judgements never rest on it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from chalicelib.clock.advance import used_between
from chalicelib.clock.chinese import duration
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due, run_out
from chalicelib.clock.span import Span, select_ended
from chalicelib.clock.steps import steps
from chalicelib.policy.limit import OFFICE, Limit

_NONE, _DAY = timedelta(0), timedelta(days=1)
_DAYS = frozenset({"wd", "d"})


class Countdown(Struct, frozen=True):
    """The used and left parts of a clock; the left one is negative once the clock has run out.

    *used* and *left* are None unless time is counted: office time, or elapsed hours. The days are
    those of the limit; in convention H and for office hours they are standard days.
    """

    used_days: int
    left_days: int
    used: timedelta | None = None
    left: timedelta | None = None

    def written(self) -> dict[str, object]:
        """Return it as the API has it; time past the limit is `over`: durations have no sign."""
        days: dict[str, object] = {"used_days": self.used_days, "left_days": self.left_days}
        if self.used is None or self.left is None:
            return days
        name = "left" if self.left >= _NONE else "over"
        return {**days, "used": duration(self.used), name: duration(abs(self.left))}


def countdown(
    start: datetime,
    limits: Sequence[Limit],
    spans: Sequence[Span],
    now: datetime,
    counting: Counting,
) -> Countdown | None:
    """Return the countdown of *limits* from *start* at *now*, without the paused time.

    None where months stand still in a pause without end: their number of days is not known yet.
    """
    if all(limit.unit in counting.by_instant for limit in limits):
        # A pause without an end lasts until now.
        ended = [s if s.end else s._replace(end=max(now, s.start)) for s in spans]
        return _by_time(start, limits, ended, now, counting)
    ends = due(start, limits, spans, counting)
    if ends is None:
        if any(limit.unit not in _DAYS for limit in limits):
            return None
        days = steps(limits, (start, max(spans[-1].start, start)), spans, counting)
        used = sum(day.counts for day in days)
        return Countdown(used, sum(limit.amount for limit in limits) - used)
    today, last = counting.day_of(now), counting.day_of(ends.at)
    counted = [day for day in steps(limits, (start, ends.at), spans, counting) if day.counts]
    used, over = sum(day.date <= today for day in counted), 0
    if today > last:
        by_calendar, elapsed = limits[-1].unit in OFFICE, (today - last).days
        over = counting.calendar.workdays_between(last, today) if by_calendar else elapsed
    return Countdown(used + over, len(counted) - used - over)


def _by_time(
    start: datetime,
    limits: Sequence[Limit],
    spans: Sequence[Span],
    now: datetime,
    counting: Counting,
) -> Countdown:
    """Count each limit in its own measure, in turn; the last goes on when it is over."""
    used, since = _NONE, start
    for number, limit in enumerate(limits, 1):
        until = now
        if number < len(limits):
            until = min(now, run_out(start, limits[:number], spans, counting).at)
        used += used_between(since, until, select_ended(spans), counting, limit.unit)
        since = until
    allowed = sum((counting.hours_of(limit) for limit in limits), _NONE)
    day = counting.office.standard_day if limits[-1].unit in OFFICE else _DAY
    used_days = -(-used // day)
    return Countdown(used_days, -(-allowed // day) - used_days, used, allowed - used)
