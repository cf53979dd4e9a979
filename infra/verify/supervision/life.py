"""Signs of life: when the log shows that the service ran. Only a silent log excuses what is late.

Every entry is a sign, and heartbeats come each hour: in a longer silence nobody was judged. A
service that is back has the merge delay to catch up, and longer while it records late steps in the
order of their legal instants (ADR 0068). Each says `noticed: outage`. It may take as long as the
silence was, a few hours at most. Whatever fell due after the silence waits for its turn as well;
what is passed over has had its turn, and is late from then on.
"""

import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, Self

from chalicelib.instant import MILLISECOND, NoInstant, parse
from chalicelib.log.merge_delay import HEARTBEAT, MERGE_DELAY
from infra.verify.entries import Entries
from infra.verify.recorded import DELAY, ms_of

MOST = timedelta(hours=6)
"""What a service takes at most to catch up: thousands of cases took minutes."""
STEP = timedelta(minutes=30) + MERGE_DELAY
"""Between two steps: it waits for news of the outage for half an hour at most."""
UNSEEN = HEARTBEAT + MERGE_DELAY
"""What lies between two signs of life is no silence."""

_OUTAGE = b'"outage"'
_SILENT = HEARTBEAT // MILLISECOND + DELAY


class Return(NamedTuple):
    """The end of a silence, in ms since 1970: back *since*, catching up *until* at most."""

    since: int
    until: int


class CatchingUp:
    """The time, in milliseconds since 1970, in which a service caught up until it *ended*."""

    def __init__(self, back: Return, steps: Iterable[tuple[int, int]]) -> None:
        """*steps* are those that were late: when each was recorded, and its legal instant."""
        self.ended = back.since
        self._recorded, self._latest = array("q"), array("q")
        for recorded, at in sorted(steps):
            if recorded > back.until or recorded - self.ended > STEP // MILLISECOND:
                break
            if not self._latest or at > self._latest[-1]:
                self._recorded.append(recorded)
                self._latest.append(at)
            if at == self._latest[-1]:  # one that was passed over keeps nothing going
                self.ended = recorded

    def passed(self, at: int) -> int:
        """Return when the turn of a step of the instant *at* was over: a later one was recorded."""
        place = bisect_right(self._latest, at)
        return self._recorded[place] if place < len(self._latest) else self.ended


def find_turns(entries: Entries, returns: Sequence[Return]) -> Mapping[int, CatchingUp]:
    """Return the catching up after each of *returns*, by number; none without late steps."""
    since = [back.since for back in returns]
    steps: dict[int, list[tuple[int, int]]] = {}
    for index, recorded in entries.times if returns else ():
        number = bisect_right(since, recorded) - 1
        if number >= 0 and recorded <= returns[number].until:
            at = _late_instant(entries, index)
            if at is not None:
                steps.setdefault(number, []).append((recorded, at))
    return {number: CatchingUp(returns[number], late) for number, late in steps.items()}


def _late_instant(entries: Entries, index: int) -> int | None:
    """Return the legal instant of a step that was late by an outage, None if the leaf is none."""
    leaf = entries.leaves.read(index).leaf
    if _OUTAGE not in leaf:
        return None
    payload = json.loads(leaf)
    try:
        is_late = not payload.get("told") and payload["data"].get("noticed") == "outage"
        return ms_of(parse(payload["at"])) if is_late else None
    except (AttributeError, KeyError, TypeError, NoInstant):
        return None  # whoever checks the leaf's form finds that


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
        """Return whether a fact due *since* an instant was held back *by* another.

        So it was if the service ran for the merge delay in between, or gave any sign of life when
        the fact was overdue, and the merge delay before *by*. While it was catching up, a step of
        the legal instant *at* (by default *since*) must have had its turn.
        """
        last, of = ms_of(by), ms_of(min(at or since, since))
        number = bisect_left(self._at, ms_of(since) + DELAY)
        while number < len(self._at) and self._at[number] <= last - DELAY:
            its_turn = self._turn_over(self._at[number], of)
            if its_turn <= self._at[number]:
                return True
            number = bisect_left(self._at, its_turn)
        return self.ran(since, by, MERGE_DELAY, at)

    def ran(
        self, since: datetime, by: datetime, least: timedelta, at: datetime | None = None
    ) -> bool:
        """Return whether the service ran for the time *least* in between, without a silence.

        While it was catching up, only the time counts after the turn of *at*.
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
