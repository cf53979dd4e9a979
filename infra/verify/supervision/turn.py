"""Catching up: a service that is back from a silence records the oldest step of any case first.

While it works on the backlog (ADR 0068), each step says `noticed: outage`, and what fell due since
waits for its turn too. It is catching up from the end of the silence on, as long as such steps go
on in the order of their legal instants; no longer than the silence was, and a few hours at most.
What is passed over has had its turn: it is late from then on. Without a silence before it nobody
is catching up, whatever the steps say.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from chalicelib.instant import MILLISECOND, NoInstant, parse
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.entries import Entries
from infra.verify.recorded import ms_of

MOST = timedelta(hours=6)
"""What a service takes at most to catch up: thousands of cases took minutes."""
STEP = timedelta(minutes=30) + MERGE_DELAY
"""Between two steps: it waits for news of the outage for half an hour at most."""

_OUTAGE = b'"outage"'


class Return(NamedTuple):
    """The end of a silence: the service was back *since* then, and may catch up *until* another."""

    since: int
    until: int


class CatchingUp:
    """The time in which a service caught up: from its *return* until it *ended*.

    All instants are milliseconds since 1970.
    """

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
    """Return, for each of *returns* by its number after which steps were late, the catching up.

    They are in order and apart.
    """
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
    entry = entries.entry(index)
    if _OUTAGE not in entry.leaf:
        return None
    said = entry.payload
    try:
        is_late = not said.get("told") and said["data"].get("noticed") == "outage"
        return ms_of(parse(said["at"])) if is_late else None
    except (AttributeError, KeyError, TypeError, NoInstant):
        return None  # whoever checks the leaf's form finds that
