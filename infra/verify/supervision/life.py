"""Signs of life: when the log shows that the service ran. Only a silent log excuses what is late.

Every entry is a sign, and heartbeats come each hour. So the service ran between two entries that
are no further apart than that. In a silence nobody was judged, and nobody was spared. A service
that is back has the merge delay to catch up.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

from chalicelib.audit.promise import HEARTBEAT, MERGE_DELAY
from chalicelib.instant import parse, text
from infra.verify.entry import CheckedEntry

_SILENT = HEARTBEAT + MERGE_DELAY


class SignsOfLife:
    """The times in which the service ran, in order: each from one entry to another."""

    def __init__(self, entries: Iterable[CheckedEntry]) -> None:
        self._began: list[str] = []
        self._ended: list[str] = []
        self._find_times(sorted({entry.recorded for entry in entries}))

    def _find_times(self, recorded: list[str]) -> None:
        until = ""  # an entry after it comes out of a silence
        for at in recorded:
            if at > until:
                self._began.append(at)
                self._ended.append(at)
            self._ended[-1] = at
            until = text(parse(at) + _SILENT)

    def show(self, since: datetime, by: datetime) -> bool:
        """Return whether the service ran from *since*, or later, for the merge delay, until *by*.

        What was due *since* then was judged, unless somebody held it back.
        """
        first, last = text(since), text(by)
        number = bisect_right(self._ended, first)
        while number < len(self._began) and self._began[number] < last:
            began = parse(max(first, self._began[number]))
            ended = parse(min(last, self._ended[number]))
            if ended - began >= MERGE_DELAY:
                return True
            number += 1
        return False
