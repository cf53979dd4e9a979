"""How many events of one source this process takes: a bucket of tokens for each source.

In memory, so it costs no write. The gateway limits all processes and sources together
(`EventsRate` in infra/stack/template.yaml). This limit does not share the gateway fairly among
sources; it keeps one source that runs wild from filling the inbox alone.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from chalicelib.errors import Rejected


class _Bucket(NamedTuple):
    """The *tokens* that were left at an instant *at* of the monotonic clock, in nanoseconds."""

    tokens: int
    at: int


_SECOND = 10**9


class Throttle:
    """Takes up to *rate* events of each source a second, and as many at once."""

    def __init__(self, rate: int, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def take(self, source: str, events: int) -> None:
        """Take this number of *events* of *source*. Raises Rejected (429) where it is too large.

        Only registered sources come here, so the buckets are few. None of *events* is taken then.
        """
        now = self._clock()
        bucket = self._buckets.get(source, _Bucket(self._rate * _SECOND, now))
        gained = (now - bucket.at) * self._rate
        tokens = min(bucket.tokens + gained, self._rate * _SECOND) - events * _SECOND
        if tokens < 0:
            raise Rejected(
                429,
                zh=f"每秒超过 {self._rate} 个事件，请稍后重发。",
                en=f"more than {self._rate} events a second; send them again later",
            )
        self._buckets[source] = _Bucket(tokens, now)
