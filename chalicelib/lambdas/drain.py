"""Drain: for the local stage's clock, wait until everything that was told and is due has come through.

Nothing is asked of the streams themselves. All is done when no inbox item is pending, no wake is due,
and the board has followed the log to its end.
"""

import time
from datetime import timedelta

from chalicelib.cases.head import WAKE_SHARDS
from chalicelib.lambdas.reconcile import reconcile
from chalicelib.lambdas.sweep import sweep
from chalicelib.plumbing.services import Services

_PAUSE_SECONDS = 0.05
_STUCK = timedelta(seconds=5)


def drain(chosen: Services, seconds: int) -> bool:
    """Sweep, then wait at most *seconds* for idleness; say whether it came."""
    sweep(chosen, chosen.now())
    began = time.monotonic()
    healed_at = began
    while not is_idle(chosen):
        now = time.monotonic()
        if now - began > seconds:
            return False
        if now - healed_at > _STUCK.total_seconds():
            reconcile(chosen, _STUCK)
            sweep(chosen, chosen.now())
            healed_at = now
        time.sleep(_PAUSE_SECONDS)
    return True


def is_idle(chosen: Services) -> bool:
    """Whether nothing waits: nothing pending, nothing due, and nothing sealed that the board lacks."""
    if chosen.inbox.oldest_pending() or chosen.board.through().index < chosen.log.head().size:
        return False
    now = chosen.now()
    return not any(next(chosen.cases.waking(shard, now), None) for shard in range(WAKE_SHARDS))
