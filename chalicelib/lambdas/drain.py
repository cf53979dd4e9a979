"""Drain: for the local stage's clock, wait until all reports and due wakes are processed.

The streams themselves are not queried. All is done when no inbox item is pending, no wake is due,
and the board and the public checkpoint have followed the log to its end.
"""

import time
from datetime import timedelta

from chalicelib.lambdas.backlog import Nudged
from chalicelib.lambdas.reconcile import reconcile
from chalicelib.lambdas.sweep import sweep
from chalicelib.log.objects import published_size
from chalicelib.plumbing.services import Services

# Each check takes time from the local cloud: four checks a second instead of twenty halve the time
# that a hundred cases take.
_PAUSE_SECONDS = 0.25
_STUCK = timedelta(seconds=5)
_NOTHING = Nudged(0)


def drain(services: Services, seconds: int) -> bool:
    """Sweep until nothing is due and all is processed. Return False if *seconds* do not suffice.

    Mostly nothing is due: one request says so, where a sweep takes one for each of its shards.
    """
    ends = time.monotonic() + seconds
    while True:
        now = services.now()
        new, oldest = sweep(services, now) if services.cases.has_due(now) else _NOTHING
        if not _wait_until_quiet(services, ends):
            return False
        if new == 0 and oldest is None:
            return True


def _wait_until_quiet(services: Services, ends: float) -> bool:
    healed_at = time.monotonic()
    while not is_quiet(services):
        now = time.monotonic()
        if now > ends:
            return False
        if now - healed_at > _STUCK.total_seconds():
            reconcile(services, _STUCK)
            healed_at = now
        time.sleep(_PAUSE_SECONDS)
    return True


def is_quiet(services: Services) -> bool:
    """Return whether no item is pending and every sealed entry is public."""
    if services.inbox.oldest_pending() is not None:
        return False
    size = services.log.head().size
    return services.board.through().index >= size and published_size(services.objects) >= size
