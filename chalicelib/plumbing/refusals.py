"""The counts of what was refused at the door, by source, day and reason, for the public pages.

REFUSED#<day>/<source>   a number for each reason

A refusal must not cost a write, or a refused source could make us write without end. So a process
counts in memory, and adds to the table at most once a second, with the next request of any source.
When it ends, the counts that it has not added are lost: those of a second, while requests keep
coming. The metric `EventsRefused` has every refusal. Only registered sources are counted here: a
signature that fits none is in the metric `SignaturesRefused`.
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PynamoDBException

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
