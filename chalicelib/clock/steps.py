"""Day by day (逐日说明): which day counted towards a limit and which did not, and why.

The sum is the law; this is its working, and must always come to the same day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chalicelib.clock.advance import add_months
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import run_out
from chalicelib.clock.span import Days, Span, days_of, ended
from chalicelib.policy.limit import HOURS, Limit, Unit

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One local day: whether it *counts*, and *why* or why not, with the notice that says so."""

    date: date
    counts: bool
    why: str


def steps(
    limits: Sequence[Limit],
    stretch: tuple[datetime, datetime],
    spans: Sequence[Span],
    counting: Counting,
) -> list[Step]:
    """Tell every day of *stretch*, from that of the start to that of the due instant."""
    start, due_at = stretch
    first, last = counting.day_of(start), counting.day_of(due_at)
    taken = days_of(ended(spans), counting)
    told: list[Step] = []
    if limits[0].unit not in HOURS:
        told.append(Step(first, counts=False, why="day of acceptance"))
    for number, limit in enumerate(limits, 1):
        if limit.unit in HOURS:
            ends = counting.day_of(run_out(start, limits[:number], spans, counting).at)
            day = told[-1].date + _DAY if told else first
            told += [_step_by_hours(d, limit.unit, spans, counting) for d in _days(day, ends)]
        else:
            told += _step_by_days(told[-1].date, limit, taken, counting)
    for moved in _days(told[-1].date + _DAY, last):
        why = "paused" if _is_taken(moved, taken) else f"moved on: {_why(moved, counting)}"
        told.append(Step(moved, counts=False, why=why))
    return told


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * _DAY for n in range((last - first).days + 1))


def _is_taken(day: date, taken: Sequence[Days]) -> bool:
    return any(begin < day <= end for begin, end in taken)


def _step_by_hours(day: date, unit: Unit, spans: Sequence[Span], counting: Counting) -> Step:
    """Hours begin at the stated instant (民法典 201), so the first day counts."""
    morning, night = counting.at(day, time.min), counting.at(day, time.max)
    if any(span.holds(morning) and span.holds(night) for span in spans):
        return Step(day, counts=False, why="paused")
    return Step(day, unit == "h" or counting.calendar.is_workday(day), _why(day, counting))


def _step_by_days(
    day: date, limit: Limit, taken: Sequence[Days], counting: Counting
) -> Iterator[Step]:
    left = (add_months(day, limit.amount) - day).days if limit.unit == "mo" else limit.amount
    while left > 0:
        day += _DAY
        is_taken = _is_taken(day, taken)
        counts = not is_taken and (limit.unit != "wd" or counting.calendar.is_workday(day))
        left -= counts
        yield Step(day, counts, "paused" if is_taken else _why(day, counting))


def _why(day: date, counting: Counting) -> str:
    why = counting.calendar.why(day)
    notices = counting.calendar.notices(day) if why in ("holiday", "make-up workday") else ()
    return f"{why} ({'、'.join(notices)})" if notices else why
