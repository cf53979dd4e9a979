"""Backlog: nudge what is due. A minute's wakes go out at once; those of an outage go in order.

supervise judges a case with all its steps at once. If a whole backlog were nudged, one case's last
step would be in the log before another's first. So while the oldest wake is late, a few cases have
their turn at a time: each records its steps up to the next one's wake, and says when its own next
step is. A step that falls before the present joins the queue.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

from chalicelib.cases.decision import LATE
from chalicelib.cases.snapshot import WAKE_SHARDS
from chalicelib.instant import parse, text
from chalicelib.intake.inbox_id import EVERY, is_nudge, nudge_id
from chalicelib.plumbing.services import Services

Wake = tuple[datetime, str]
"""When a case is due, and the case."""

FEW = 100  # at most this many wakes are put one by one, each on a condition
BATCH = 25  # more wakes go in requests of this size, the most that DynamoDB takes
_LEAST, _SHARE = 32, 100  # of a backlog 32 cases have their turn at once, or a hundredth if more
_PAUSE_SECONDS, _PATIENCE = 0.2, 25  # how often a turn is looked at, after the last that moved
_NOTE, _NOTED = ("SWEEP", "BACKLOG"), timedelta(minutes=3)  # a run comes each minute
_NEWS_FIRST = timedelta(minutes=30)  # a backlog waits no longer for news


class Nudged(NamedTuple):
    """How many nudges are *new*, and the *oldest* wake that was left for the next run."""

    new: int
    oldest: datetime | None = None


def due_wakes(services: Services, now: datetime) -> list[Wake]:
    """Return the wakes that are due at *now*, of all shards, in due order."""
    shards = (services.cases.waking(shard, now) for shard in range(WAKE_SHARDS))
    return sorted((wake_at, case) for shard in shards for case, wake_at in shard)


def nudge(services: Services, due: Sequence[Wake], now: datetime, seconds: float) -> Nudged:
    """Nudge the cases that are *due* at *now*, in order; for *seconds* if they are a backlog.

    A crash leaves the rest in the index, and the next run goes on behind the nudged ones.
    """
    due = _without_nudged(services, due)
    if due and due[0][0] < now - LATE:
        return _catch_up(services, [*due], now, time.monotonic() + seconds)
    return Nudged(_at_once(services, due, now))


def _without_nudged(services: Services, due: Sequence[Wake]) -> Sequence[Wake]:
    """Return *due* without the wakes that were nudged lately, and are on their way."""
    if len(due) <= FEW:
        return due  # the nudge itself is conditional, which is less to ask
    on_its_way = services.inbox.pending_since(services.wall() - EVERY)
    return [(at, case) for at, case in due if (case, nudge_id(at)) not in on_its_way]


def _at_once(services: Services, due: Sequence[Wake], now: datetime) -> int:
    """Nudge all cases that are *due*, several at a time. Return how many nudges are new."""
    if len(due) <= FEW:
        return sum(services.in_parallel(partial(_put, services, now, None), due))
    parts = [due[start : start + BATCH] for start in range(0, len(due), BATCH)]
    services.in_parallel(lambda part: services.inbox.put_nudges(part, now), parts)
    return len(due)


def is_catching_up(services: Services, wall: datetime) -> bool:
    """Return whether the sweep works on a backlog, at an instant of the *wall* clock."""
    return _read_note(services, wall) is not None


def _read_note(services: Services, wall: datetime) -> Mapping[str, Any] | None:
    """Return the last run's note of the backlog; None if it is old: that backlog is done."""
    note = services.registry.get(*_NOTE)
    return note if note and wall - parse(note["at"]) < _NOTED else None


def _catch_up(services: Services, queue: list[Wake], now: datetime, ends: float) -> Nudged:
    """Nudge the cases in *queue*, some at a time, until each is at *now* or the time is over."""
    new, size = 0, max(_LEAST, len(queue) // _SHARE)
    if len(queue) > size:
        if _is_news_to_come(services, ends):
            return Nudged(0, queue[0][0])
        queue = [*_without_nudged(services, due_wakes(services, now))]
    heapify(queue)
    while queue and time.monotonic() < ends:
        turn = [heappop(queue) for _ in range(min(size, len(queue)))]
        until = queue[0][0] if queue and queue[0][0] < now else None  # the last go all the way
        are_new = services.in_parallel(partial(_put, services, now, until), turn)
        nudged = [wake for wake, is_new in zip(turn, are_new, strict=True) if is_new]
        new += len(nudged)
        if not queue:
            break  # no case waits for these
        moved = _wait(services, nudged, ends)
        if nudged and not moved:
            break  # none was judged: the cases behind them have their turn in a later run
        for wake_at, case in moved:
            if wake_at is not None and wake_at <= now:
                heappush(queue, (wake_at, case))
    return Nudged(new, queue[0][0] if queue else None)


def _is_news_to_come(services: Services, ends: float) -> bool:
    """Note that the sweep works on a backlog. Return whether news is still to be recorded first.

    News of the outage may lead to earlier steps than the known ones. The run waits for it until it
    *ends*, and the next runs do, as long as the news becomes less. After half an hour news and
    backlog go on together, or a flood of news would keep all cards back.
    """
    note, wall = _read_note(services, services.wall()), services.wall()
    began = parse(note["began"]) if note else wall
    count = _wait_for_news(services, ends) if wall - began < _NEWS_FIRST else 0
    # A crash after it: for some minutes, news of an overdue case leaves the rest to a sweep.
    noted = {"at": text(services.wall()), "began": text(began), "news": count}
    services.registry.put(*_NOTE, noted)
    return 0 < count < (note["news"] if note else count + 1)


def _wait_for_news(services: Services, ends: float) -> int:
    """Wait while news becomes less, until the run *ends*. Return how many items are left."""
    count, patience = _count_news(services), _PATIENCE
    while count and patience and time.monotonic() < ends:
        services.pause(_PAUSE_SECONDS)
        left = _count_news(services)
        count, patience = left, _PATIENCE if left < count else patience - 1
    return count


def _count_news(services: Services) -> int:
    """Return how many items of the outage still wait, besides nudges."""
    pending = services.inbox.pending_before(services.wall() - LATE, None)
    return sum(not is_nudge(item_id) for _, item_id in pending)


def _put(services: Services, now: datetime, until: datetime | None, wake: Wake) -> bool:
    return services.inbox.put_nudge(wake[1], wake[0], now, until)


def _wait(
    services: Services, wakes: Sequence[Wake], ends: float
) -> list[tuple[datetime | None, str]]:
    """Wait until the cases of *wakes* have been judged. Return the next wake of each that was.

    A case that is still not judged some seconds after the others is left to the next sweeps; so is
    one that is not judged when the run *ends*.
    """
    waiting, moved, patience = list(wakes), list[tuple[datetime | None, str]](), _PATIENCE
    while waiting and patience and time.monotonic() < ends:
        services.pause(_PAUSE_SECONDS)
        snapshots = services.in_parallel(services.cases.get, [case for _, case in waiting])
        next_wakes = [snapshot.wake_at if snapshot else None for snapshot in snapshots]
        pairs = [*zip(waiting, next_wakes, strict=True)]
        moved += [(next_at, case) for (wake_at, case), next_at in pairs if next_at != wake_at]
        waiting = [wake for wake, next_at in pairs if next_at == wake[0]]
        patience = _PATIENCE if len(waiting) < len(pairs) else patience - 1
    return moved
