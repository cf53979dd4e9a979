"""Spans of time that a clock does not count, and the days they take out."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple

Ended = tuple[datetime, datetime]
"""A span that has its end."""

Days = tuple[date, date]
"""Days after the first, up to and with the second."""


class Span(NamedTuple):
    """The time taken out: from *start* to *end*; None is an open pause without a cap.

    *days* are those that it takes out: after that of the start, up to and with that of the end.
    *missing* names an unpublished year that the end is counted in: then it is a guess.
    """

    start: datetime
    end: datetime | None
    days: Days
    missing: int | None = None

    def holds(self, instant: datetime) -> bool:
        """Return whether *instant* falls inside."""
        return self.start <= instant and (self.end is None or instant < self.end)


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Merge *spans* that touch or overlap, in order of time, so that nothing is taken out twice."""
    result: list[Span] = []
    for span in sorted(spans, key=attrgetter("start")):
        last = result[-1] if result else None
        if last is None or (last.end is not None and span.start > last.end):
            result.append(span)
        elif last.end is not None and (span.end is None or span.end > last.end):
            days = last.days[0], span.days[1]
            result[-1] = Span(last.start, span.end, days, span.missing)
    return tuple(result)


def select_ended(spans: Sequence[Span]) -> tuple[Ended, ...]:
    """Return those of *spans* that have an end; only the last may have none."""
    return tuple([(span.start, span.end) for span in spans if span.end is not None])


def days_of(spans: Sequence[Span]) -> tuple[Days, ...]:
    """Return the days that *spans* take out, those that have an end."""
    return tuple([span.days for span in spans if span.end is not None])
