"""Signs of life: when the log shows that the service ran. Only a silent log excuses what is late.

Every entry is a sign, and heartbeats come each hour. So the service ran between two entries that
are no further apart than that. In a silence nobody was judged, and nobody was spared. A service
that is back has the merge delay to catch up.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from chalicelib.audit.promise import HEARTBEAT, MERGE_DELAY
from chalicelib.instant import parse, text
from infra.verify.entry import CheckedEntry

_SILENT = HEARTBEAT + MERGE_DELAY


class SignsOfLife:
    """The instants at which anything was recorded, and the times in which the service ran."""

    def __init__(self, entries: Iterable[CheckedEntry]) -> None:
        self._at = sorted({entry.recorded for entry in entries})
        self._began: list[str] = []
        self._ended: list[str] = []
        for before, at in pairwise(["", *self._at]):
            if not before or _is_silent(before, at):
                self._began.append(at)
                self._ended.append(at)
            self._ended[-1] = at

    def show(self, since: datetime, by: datetime) -> bool:
        """Return whether what was due *since* an instant was held back *by* another.

        So it was if the service ran for the merge delay in between, or gave any sign of life when
        it was overdue, and the merge delay before *by*.
        """
        first, last = text(since + MERGE_DELAY), text(by - MERGE_DELAY)
        number = bisect_left(self._at, first)
        is_seen = number < len(self._at) and self._at[number] <= last
        return is_seen or self.ran(since, by, MERGE_DELAY)

    def ran(self, since: datetime, by: datetime, least: timedelta) -> bool:
        """Return whether the service ran for the time *least* in between, without a silence."""
        first, last = text(since), text(by)
        number = bisect_right(self._ended, first)
        while number < len(self._began) and self._began[number] < last:
            began = parse(max(first, self._began[number]))
            if parse(min(last, self._ended[number])) - began >= least:
                return True
            number += 1
        return False


def _is_silent(before: str, after: str) -> bool:
    """Return whether the log was silent between two entries; not within one hour of the clock."""
    hour = len("2026-11-09T17")
    return before[:hour] != after[:hour] and parse(after) - parse(before) > _SILENT
