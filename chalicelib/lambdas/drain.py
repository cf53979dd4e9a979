"""Drain: for the local stage's clock, wait until all that was told and is due has come through.

Nothing is asked of the streams themselves. All is done when no inbox item is pending, no wake is
due, and the board and the public checkpoint have followed the log to its end.
"""

import time
from datetime import timedelta

from chalicelib.audit.shown import published_size
from chalicelib.lambdas.reconcile import reconcile
from chalicelib.lambdas.sweep import sweep
from chalicelib.plumbing.services import Services

# Looking takes from the local cloud what it would do meanwhile: four looks a second, not twenty,
# halve the time that a hundred cases take.
_PAUSE_SECONDS = 0.25
_STUCK = timedelta(seconds=5)


def drain(services: Services, seconds: int) -> bool:
    """Sweep until nothing is due and all has come through; False after *seconds* in vain."""
    ends = time.monotonic() + seconds
    while True:
        nudged, _ = sweep(services, services.now())
        if not _comes_through(services, ends):
            return False
        if nudged == 0:
            return True


def _comes_through(services: Services, ends: float) -> bool:
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
    """Whether nothing is on its way: nothing pending, nothing sealed that the public lacks."""
    if services.inbox.oldest_pending() is not None:
        return False
    size = services.log.head().size
    return services.board.through().index >= size and published_size(services.objects) >= size
