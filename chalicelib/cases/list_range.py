"""A part of a department's list of open cases, which is sorted by when they are due.

Pure. Cases without a due instant, not accepted yet or paused, are its end. A place in the list is a
text: `<due instant>#<case>`; the case at it need not be in the list any more.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.instant import text

NEVER = "9999"  # sorts after every instant
PLACE = re.compile(r"(9999|[0-9TZ:.-]{10,40})#([\x20-\x7e]{1,600})", re.ASCII)


class ListRange(Struct, frozen=True):
    """From the instant *since* on, or what lies before *before*; behind the place *after*.

    *is_backward*: from its end. An empty text sets no bound.
    """

    since: str = ""
    before: str = ""
    after: str = ""
    is_backward: bool = False


UNDATED = ListRange(since=NEVER)


def due_from(instant: datetime) -> ListRange:
    """Return what is due from *instant* on, and what has no due instant."""
    return ListRange(since=text(instant))


def last_before(instant: datetime) -> ListRange:
    """Return what is due before *instant*, the last first."""
    return ListRange(before=text(instant), is_backward=True)


def place_of(snapshot: CaseSnapshot) -> str:
    """Return the place of a case in the list of its department."""
    return f"{text(snapshot.listed_at) if snapshot.listed_at else NEVER}#{snapshot.case}"


def is_place(after: str) -> bool:
    """Return whether a text is a place."""
    return PLACE.fullmatch(after) is not None


def merge(lists: Sequence[Sequence[CaseSnapshot]], most: int) -> tuple[list[CaseSnapshot], bool]:
    """Return what was read of several *lists* in their common order, and whether that is all.

    *most* of each were asked for. Where a list has more, what lies behind its last one waits.
    """
    full = [place_of(each[-1]) for each in lists if len(each) >= most]
    every = sorted((snapshot for each in lists for snapshot in each), key=place_of)
    known = [each for each in every if not full or place_of(each) <= min(full)]
    return known, not full
