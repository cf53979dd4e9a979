"""Signs of life: when the log shows that the service ran. Only a silent log excuses what is late.

Every entry is a sign, and heartbeats come each hour. So the service ran between two entries that
are no further apart than that. In a silence nobody was judged, and nobody was spared. A service
that is back has the merge delay to catch up, and longer while the log shows that it goes on with
it: until then nothing is held back but what was passed over (`turn.py`).
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Self

from chalicelib.instant import MILLISECOND
from chalicelib.log.merge_delay import HEARTBEAT, MERGE_DELAY
from infra.verify.entries import Entries
from infra.verify.recorded import ms_of
from infra.verify.supervision.turn import MOST, CatchingUp, Return, find_turns

_DELAY = MERGE_DELAY // MILLISECOND
_SILENT = HEARTBEAT // MILLISECOND + _DELAY


class SignsOfLife:
    """The instants at which anything was recorded, and the times in which the service ran."""

    def __init__(self, recorded: Iterable[int]) -> None:
        """*recorded* are milliseconds since 1970, in any order."""
        self._at = array("q")
        self._began, self._ended = list[int](), list[int]()
        self._turns: Mapping[int, CatchingUp] = {}
        for at in sorted(recorded):
            if not self._at or at - self._at[-1] > _SILENT:
                self._began.append(at)
                self._ended.append(at)
            if not self._at or at > self._at[-1]:
                self._at.append(at)
                self._ended[-1] = at

    @classmethod
    def of(cls, entries: Entries) -> Self:
        """Read them, and when the service caught up, from a log's *entries*."""
        alive = cls(at for _, at in entries.times)
        alive.know_turns(find_turns(entries, alive.returns))
        return alive

    @property
    def returns(self) -> list[Return]:
        """The ends of the silences, in order."""
        most, periods = MOST // MILLISECOND, zip(self._began, self._ended, strict=True)
        return [
            Return(began, min(ended, began + min(most, began - was)))
            for (_, was), (began, ended) in pairwise(periods)
        ]

    def know_turns(self, turns: Mapping[int, CatchingUp]) -> None:
        """Take what is known of the catching up after each of `returns`, by its number."""
        self._turns = {number + 1: turn for number, turn in turns.items()}

    def show(self, since: datetime, by: datetime, at: datetime | None = None) -> bool:
        """Return whether what was due *since* an instant was held back *by* another.

        So it was if the service ran for the merge delay in between, or gave any sign of life when
        it was overdue, and the merge delay before *by*. A step of the legal instant *at* (by
        default *since*) was not while the service was catching up and its turn was yet to come.
        """
        last, of = ms_of(by), ms_of(min(at or since, since))
        number = bisect_left(self._at, ms_of(since) + _DELAY)
        while number < len(self._at) and self._at[number] <= last - _DELAY:
            its_turn = self._turn_over(self._at[number], of)
            if its_turn <= self._at[number]:
                return True
            number = bisect_left(self._at, its_turn)
        return self.ran(since, by, MERGE_DELAY, at)

    def ran(
        self, since: datetime, by: datetime, least: timedelta, at: datetime | None = None
    ) -> bool:
        """Return whether the service ran for the time *least* in between, without a silence.

        While it was catching up, the time counts in which the turn of *at* was over.
        """
        first, last, enough = ms_of(since), ms_of(by), least // MILLISECOND
        of = ms_of(min(at or since, since))
        number = bisect_right(self._ended, first)
        while number < len(self._began) and self._began[number] < last:
            began = max(first, self._began[number])
            began = max(began, self._turn_over(began, of))
            if min(last, self._ended[number]) - began >= enough:
                return True
            number += 1
        return False

    def _turn_over(self, now: int, at: int) -> int:
        """Return when the turn of *at* was over, if the service was catching up *now*; else now."""
        turn = self._turns.get(bisect_right(self._began, now) - 1)
        return turn.passed(at) if turn is not None and now < turn.ended else now
