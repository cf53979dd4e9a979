"""What a process remembers of those at the door: how much each source sent, what was refused.

REFUSED#<day>/<source>   a number for each reason, for the public pages

A refusal must not cost a write, or a refused source could make us write without end. So a process
counts in memory, and adds to the table at most once a second, with the next request of any source.
When it ends, the counts that it has not added are lost. The metric `EventsRefused` has every
refusal. Only registered sources are counted here: a signature that fits none is in the metric
`SignaturesRefused`.
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PynamoDBException

from chalicelib.errors import Rejected
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.table import Table

_SECOND = 10**9


class RefusedItem(Table):
    """The refusals of one source on one day, by reason (`intake/bounds.py` has the reasons)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    unreadable = NumberAttribute(null=True)
    wrong_source = NumberAttribute(null=True)
    not_registered = NumberAttribute(null=True)
    conflict = NumberAttribute(null=True)
    rate = NumberAttribute(null=True)
    time = NumberAttribute(null=True)
    field = NumberAttribute(null=True)


REASONS = frozenset(RefusedItem.get_attributes()) - {"pk", "sk"}


class RefusedCount(NamedTuple):
    """So many *events* of *source* were refused for a *reason*."""

    source: str
    reason: str
    events: int


class Refusals:
    """Counts refusals in memory, adds them to the table now and then, and reads the sums."""

    def __init__(self, table: str, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._items = RefusedItem.named(table)
        self._clock = clock
        self._counted: Counter[tuple[str, str, str]] = Counter()  # by day, source and reason
        self._added_at: int | None = None

    def count(self, source: str, reason: str, day: str) -> None:
        """Count one refusal on *day*; `flush` adds it to the table."""
        self._counted[day, source, reason] += 1

    def flush(self) -> None:
        """Add what was counted to the table, if the last time was a second ago or more.

        It never fails the request: counts that cannot be added are logged, and added later.
        Crash before a write: its counts are lost. After it: they are there.
        """
        now = self._clock()
        if not self._counted or (self._added_at is not None and now - self._added_at < _SECOND):
            return
        counted, self._counted, self._added_at = self._counted, Counter(), now
        for day, source in sorted({key[:2] for key in counted}):
            mine = Counter({key: n for key, n in counted.items() if key[:2] == (day, source)})
            sums = sorted((reason, n) for (_, _, reason), n in mine.items())
            actions = [getattr(self._items, reason).add(n) for reason, n in sums]
            try:
                self._items(_partition(day), source).update(actions)
            except PynamoDBException:
                telemetry.logger.exception("refusals not added up yet")
                self._counted += mine

    def of_day(self, day: str) -> list[RefusedCount]:
        """Return the counts of a *day*, by source and reason."""
        return [
            RefusedCount(item.sk, name, int(value))
            for item in self._items.query(_partition(day))
            for name, value in sorted(item.attribute_values.items())
            if name in REASONS and value
        ]


def _partition(day: str) -> str:
    return f"REFUSED#{day}"


class _Bucket(NamedTuple):
    """The *tokens* that were left at an instant *at* of the monotonic clock, in nanoseconds."""

    tokens: int
    at: int


class Throttle:
    """Takes up to *rate* events of each source a second, and as many at once, in this process.

    The gateway limits all processes and sources together (`EventsRate` in
    infra/stack/template.yaml). This keeps one source that runs wild from filling the inbox alone.
    """

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


class Doorkeeper:
    """The throttle of sources, at a *rate* for each second, and the refusals, summed in *table*."""

    def __init__(self, rate: int, table: str) -> None:
        self.throttle = Throttle(rate)
        self.refusals = Refusals(table)
