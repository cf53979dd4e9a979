"""Pairs the starts and the ends of one rule of pauses, as a live stage pairs what it is told.

A case is paused once at a time: a start within a pause begins no other, and an end without a start
before it ends nothing. Events go by time, then by their order in the file; where only a day is
known, the days decide.
"""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from infra.replay.moment import Moment, is_before, milliseconds

Hit = tuple[Moment, int]
"""When an event that plays a role happened, and its position among such events of the case."""


def in_time(hit: Hit) -> tuple[int, int]:
    """Return what *hit* is sorted by: its instant, then its position."""
    return milliseconds(hit[0]), hit[1]


def pair_pauses(
    starts: Sequence[Hit], ends: Sequence[Hit], zone: ZoneInfo
) -> Iterator[tuple[Hit, Hit | None]]:
    """Yield the pauses that *starts* and *ends*, both in order of time, make; the last may be open.

    An open pause holds to the end of the case, and so takes in all starts after it.
    """
    waiting = iter(ends)
    last: Hit | None = None
    for start in starts:
        if last is not None and _is_earlier(start, last, zone):
            continue
        last = next((end for end in waiting if not _is_earlier(end, start, zone)), None)
        yield start, last
        if last is None:
            return


def _is_earlier(hit: Hit, other: Hit, zone: ZoneInfo) -> bool:
    """Return whether *hit* comes before *other*; on one day or at one instant, their places say."""
    if is_before(hit[0], other[0], zone):
        return True
    return not is_before(other[0], hit[0], zone) and hit[1] < other[1]
