"""Sweep: turn the passing of time into items. A case whose wake is due gets a nudge, oldest first.

The cost grows with the due cases, not with the open ones: an idle minute is one empty query per
shard.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from heapq import merge
from itertools import chain
from typing import Any

from chalicelib.cases.head import WAKE_SHARDS
from chalicelib.instant import parse, text
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, current_services

_LAST = ("SWEEP", "LAST")


def run(event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - the schedule says nothing
    """Sweep once. Cases that one run does not reach stay in the index for the next."""
    services = current_services()
    now = services.now()
    due = _due(services, now)
    oldest = next(due, None)
    # Noted before the work: a sweep that never comes to its end is seen by the age that grows.
    _note_age(now, oldest[0] if oldest else now)
    nudged = _nudge(services, chain([oldest] if oldest else [], due), now)
    # A crash before this makes the sweep look older than it is, for a minute.
    services.registry.put(*_LAST, {"swept_at": text(services.wall())})
    telemetry.count(telemetry.CASES_NUDGED, nudged)
    _note_age(services.now(), now)  # all that was due then is nudged now
    return {"nudged": nudged}


def sweep(services: Services, now: datetime) -> int:
    """Nudge every case that is due at *now*. Return how many nudges are new."""
    return _nudge(services, _due(services, now), now)


def _nudge(services: Services, due: Iterable[tuple[datetime, str]], now: datetime) -> int:
    """Nudge the *due* cases. A crash leaves the rest in the index; the next minute begins there."""
    return sum(services.inbox.put_nudge(case, wake_at, now) for wake_at, case in due)


def _note_age(now: datetime, oldest: datetime) -> None:
    """Record how far the sweep is behind: the age at *now* of the *oldest* wake not nudged yet."""
    telemetry.seconds(telemetry.SWEEP_AGE_SECONDS, int((now - oldest).total_seconds()))


def _due(services: Services, now: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield the due cases of all shards in due order; each shard is read page by page as needed."""
    shards = (services.cases.waking(shard, now) for shard in range(WAKE_SHARDS))
    return merge(*(((wake_at, case) for case, wake_at in shard) for shard in shards))


def last_swept(services: Services) -> datetime | None:
    """Return when a sweep last came to its end, by the wall clock; None if never."""
    document = services.registry.get(*_LAST)
    return parse(document["swept_at"]) if document else None
