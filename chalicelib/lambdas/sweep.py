"""Sweep: turn the passing of time into items. A case whose wake is due gets a nudge, oldest first.

The cost grows with the due cases, not with the open ones: an idle minute is one empty query per
shard.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from heapq import merge
from typing import Any

from chalicelib.cases.head import WAKE_SHARDS
from chalicelib.instant import parse, text
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, current_services

_LAST = ("SWEEP", "LAST")


def run(event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - the schedule says nothing
    """Sweep once. Cases that one run does not reach stay in the index for the next."""
    services = current_services()
    nudged, oldest = sweep(services, services.now())
    # A crash before this makes the sweep look older than it is, for a minute.
    services.registry.put(*_LAST, {"swept_at": text(services.wall())})
    telemetry.count(telemetry.CASES_NUDGED, nudged)
    telemetry.seconds(telemetry.SWEEP_AGE_SECONDS, oldest)
    return {"nudged": nudged}


def sweep(services: Services, now: datetime) -> tuple[int, int]:
    """Nudge every case that is due at *now*. Return how many, and how long the oldest waited.

    A crash midway leaves the rest in the index, still due: the next minute begins with the oldest.
    """
    nudged = oldest = 0
    for wake_at, case in _due(services, now):
        nudged += services.inbox.put_nudge(case, wake_at, now)
        oldest = max(oldest, int((now - wake_at).total_seconds()))
    return nudged, oldest


def _due(services: Services, now: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield the due cases of all shards in due order; each shard is read page by page as needed."""
    shards = (services.cases.waking(shard, now) for shard in range(WAKE_SHARDS))
    return merge(*(((wake_at, case) for case, wake_at in shard) for shard in shards))


def last_swept(services: Services) -> datetime | None:
    """Return when a sweep last came to its end, by the wall clock; None if never."""
    document = services.registry.get(*_LAST)
    return parse(document["swept_at"]) if document else None
