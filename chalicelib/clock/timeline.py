"""The timeline of a clock: from change to change, when it was due as things stood then.

Settle first (DESIGN §4): what was crossed before a pause or an extension took effect stays crossed.
So each stretch knows only the pauses and extensions that had happened when it began.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.clock.advance import add_office_time
from chalicelib.clock.counting import Counting, within_reach
from chalicelib.clock.due import Due, due, warning_point
from chalicelib.clock.pause import Pause, spans_of
from chalicelib.clock.span import Span, ended
from chalicelib.instant import MILLISECOND
from chalicelib.policy.limit import OFFICE, Limit


@dataclass(frozen=True, slots=True)
class Stretch:
    """From *since* to *until* (None: for good) the clock was *due* then (None: never, paused)."""

    since: datetime
    until: datetime | None
    due: Due | None
    limits: tuple[Limit, ...]
    spans: tuple[Span, ...]

    def reaches(self, instant: datetime) -> bool:
        """Whether *instant* passes within it; what changes at that very instant comes first."""
        return self.until is None or instant < self.until


@dataclass(frozen=True, slots=True)
class Course:
    """What happens to a clock on its way: pauses, and extensions with when each was approved."""

    pauses: Sequence[Pause] = ()
    extensions: Sequence[tuple[datetime, Limit]] = ()


def stretches(
    start: datetime, limit: Limit, course: Course, counting: Counting
) -> Iterator[Stretch]:
    """Walk the clock from change to change; it runs out in the last stretch, if ever.

    An extension approved when the clock had run out already changes nothing (行政许可法 42,
    DOMAIN PAU-07). Raises Unknown where there is no calendar to count by, nor a guess.
    """
    # What was approved by the acceptance, or at its very instant, is in force from the start.
    limits = (limit, *(by for at, by in course.extensions if at <= start))
    since = within_reach(start)
    for until in [*_changes(start, course), None]:
        spans = spans_of(_known(course.pauses, since), counting) if course.pauses else ()
        stretch = Stretch(since, until, due(start, limits, spans, counting), limits, spans)
        yield stretch
        if stretch.due is not None and stretch.reaches(stretch.due.last_moment.at):
            return
        if until is not None:
            in_time = stretch.due is None or until < stretch.due.at
            limits += tuple(by for at, by in course.extensions if at == until and in_time)
            since = until


def percent_point(
    start: datetime, stretch: Stretch, percent: int, counting: Counting
) -> datetime | None:
    """The last instant at which at most *percent* of what the clock has is used; None: never.

    In convention L that is of the span from start to due instant, in H of the office time allowed.
    """
    if stretch.due is None:
        return None
    limits = stretch.limits
    by_office = bool(limits) and all(limit.unit in OFFICE for limit in limits)
    if counting.convention == "L" or not by_office:
        return warning_point(start, stretch.due.at, percent)
    allowed = sum(counting.hours_of(limit) // MILLISECOND for limit in limits)
    part = allowed * percent // 100 * MILLISECOND
    return add_office_time(start, part, ended(stretch.spans), counting)


def _changes(start: datetime, course: Course) -> list[datetime]:
    instants = {pause.start for pause in course.pauses}
    instants |= {pause.end for pause in course.pauses if pause.end is not None}
    instants |= {at for at, _ in course.extensions}
    return sorted(instant for instant in instants if within_reach(instant) > start)


def _known(pauses: Sequence[Pause], now: datetime) -> list[Pause]:
    """The pauses as they stood at *now*: not yet begun ones unknown, not yet ended ones open."""
    return [
        pause if pause.end is None or pause.end <= now else replace(pause, end=None)
        for pause in pauses
        if pause.start <= now
    ]
