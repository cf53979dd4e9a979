"""Signs of life: when the log shows that the service ran. Only a silent log excuses what is late.

Every entry is a sign, and heartbeats come each hour. So the service ran between two entries that
are no further apart than that. In a silence nobody was judged, and nobody was spared. A service
that is back has the merge delay to catch up, and longer while the log shows that it goes on with
it (`turn.py`).
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta

from chalicelib.instant import MILLISECOND
from chalicelib.log.merge_delay import HEARTBEAT, MERGE_DELAY
from infra.verify.recorded import ms_of

_DELAY = MERGE_DELAY // MILLISECOND
_SILENT = HEARTBEAT // MILLISECOND + _DELAY


class SignsOfLife:
    """The instants at which anything was recorded, and the times in which the service ran."""

    def __init__(
        self, recorded: Iterable[int], turn: tuple[datetime, datetime] | None = None
    ) -> None:
        """*recorded* are milliseconds since 1970, in any order.

        While a stage catches up, *turn* is the step it has come to, and the end of the log.
        """
        self._turn = turn
        self._at = array("q")
        self._began, self._ended = list[int](), list[int]()
        for at in sorted(recorded):
            if not self._at or at - self._at[-1] > _SILENT:
                self._began.append(at)
                self._ended.append(at)
            if not self._at or at > self._at[-1]:
                self._at.append(at)
                self._ended[-1] = at

    def show(self, since: datetime, by: datetime) -> bool:
        """Return whether what was due *since* an instant was held back *by* another.

        So it was if the service ran for the merge delay in between, or gave any sign of life when
        it was overdue, and the merge delay before *by*. What is still to have its turn at the end
        of the log is not.
        """
        if self._turn is not None and since >= self._turn[0] and by == self._turn[1]:
            return False
        first, last = ms_of(since), ms_of(by)
        number = bisect_left(self._at, first + _DELAY)
        is_seen = number < len(self._at) and self._at[number] <= last - _DELAY
        return is_seen or self.ran(since, by, MERGE_DELAY)

    def ran(self, since: datetime, by: datetime, least: timedelta) -> bool:
        """Return whether the service ran for the time *least* in between, without a silence."""
        first, last, enough = ms_of(since), ms_of(by), least // MILLISECOND
        number = bisect_right(self._ended, first)
        while number < len(self._began) and self._began[number] < last:
            began = max(first, self._began[number])
            if min(last, self._ended[number]) - began >= enough:
                return True
            number += 1
        return False
