"""What a case's side clocks come to, worked out by walking day by day. It shares no code.

A life is told in order: received, perhaps asked for supplements, accepted or not, ended or not.
What is walked is what the law says of each clock, one after the other, as a clerk would do it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from tests.unit.oracle import Amount, Stop, due, settled

Found = tuple[str, datetime]


class Visit(Struct, frozen=True, dict=True):
    """A stage: entered, perhaps left, for so long."""

    entered: datetime
    left: datetime | None
    limit: Amount


class Life(Struct, frozen=True, dict=True):
    """What happened, by the clock on the wall."""

    received: datetime
    asked: Sequence[tuple[datetime, datetime | None]]  # told what is missing, and when it came
    accepted: datetime | None
    gap_closed: datetime | None
    promise: int
    visits: Sequence[Visit]
    procedures: Sequence[Stop]
    ended: datetime | None
    how: str  # granted, refused, withdrawn
    delivered: datetime | None
    published: datetime | None


def silent_since(life: Life) -> tuple[datetime, datetime] | None:
    """From when silence accepted it, and when it was over; None where somebody spoke."""
    ends = [end for end in (life.accepted, life.ended) if end is not None]
    waiting: datetime | None = life.received
    for told, came in life.asked:
        if waiting is None:
            break
        over = due(waiting, [(5, "wd")], [])
        assert over is not None
        if min([told, *ends]) > over:
            return waiting, over
        waiting = came
    if waiting is not None:
        over = due(waiting, [(5, "wd")], [])
        assert over is not None
        if not ends or min(ends) > over:
            return waiting, over
    return None


def expected(life: Life) -> Iterator[Found]:
    """Rule and instant of every card there is to be, but for the main clocks."""
    silent = silent_since(life)
    if silent:
        yield "V-14", silent[1]
    yield from _left_lying(life, silent)
    if life.accepted is not None:
        limit = min(20, max(life.promise - 2, 0))
        yield from _over("V-34", due(life.accepted, [(limit, "wd")], []), life.gap_closed, life)
    for visit in life.visits:
        if life.ended is None or visit.entered <= life.ended:
            over = settled(visit.entered, visit.limit, life.procedures, None)
            yield from _over("V-05", over, visit.left, life)
    for stop in life.procedures:
        assert stop.approved is not None
        over = due(stop.begin, [stop.approved], [])
        if life.ended is not None and life.how in ("granted", "refused"):
            yield from _over("V-06", over, stop.end, None)
        else:
            yield from _over("V-06", over, stop.end, life)
    if life.ended is not None and life.how == "granted":
        yield from _over("V-08", due(life.ended, [(10, "wd")], []), life.delivered, None)
        yield from _over("V-28", due(life.ended, [(7, "wd")], []), life.published, None)


def _left_lying(life: Life, silent: tuple[datetime, datetime] | None) -> Iterator[Found]:
    """What was asked for in time and not brought within thirty days, in a case that goes on."""
    for told, came in life.asked:
        if silent and told > silent[1]:
            return
        stops = [end for end in (came, life.accepted, life.ended) if end is not None]
        over = due(told, [(30, "d")], [])
        if over is not None and (not stops or min(stops) > over):
            yield "V-34", over


def _over(
    rule: str, over: datetime | None, done: datetime | None, life: Life | None
) -> list[Found]:
    """Over, unless it was done by then, or the case had ended."""
    stops = [end for end in (done, life.ended if life else None) if end is not None]
    return [(rule, over)] if over is not None and (not stops or min(stops) > over) else []
