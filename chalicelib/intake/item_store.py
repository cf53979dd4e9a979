"""An item of the inbox in DynamoDB, and the sparse index of those that wait for the log.

A nudge reports nothing: it only wakes its case, because time or rules changed.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib import instant
from chalicelib.intake.inbox_id import nudge_id, revision_id
from chalicelib.plumbing.table import Table, condition_failed

PENDING = "pending"
SHARDS = 4
EVERY = timedelta(minutes=5)


class PendingIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """The items received and not yet sealed, oldest first; sparse."""

    class Meta:
        """As DynamoDB knows it."""

        index_name = PENDING
        projection = KeysOnlyProjection()

    pending_shard = NumberAttribute(hash_key=True)
    pending_since = UnicodeAttribute(range_key=True)


class InboxItem(Table):
    """One event, one wake of a case (`W#` and the instant) or one revision (`R#`, rules)."""

    pending = PendingIndex()
    case = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    event = UnicodeAttribute(null=True)
    digest = UnicodeAttribute(null=True)
    salt = UnicodeAttribute(null=True)  # of what its receipt commits to, in hexadecimal
    put_by = UnicodeAttribute(null=True)
    signed = UnicodeAttribute(null=True)  # the request, where its source signed it with a key
    request = UnicodeAttribute(null=True)  # of ours: what asked for it under an Idempotency-Key
    received_at = UnicodeAttribute(null=True)
    pending_shard = NumberAttribute(null=True)
    pending_since = UnicodeAttribute(null=True)
    touched_at = UnicodeAttribute(null=True)
    wake_at = UnicodeAttribute(null=True)
    swept_at = UnicodeAttribute(null=True)
    until = UnicodeAttribute(null=True)  # of a nudge after an outage: when its turn ends


class Nudges:
    """Puts nudges. *wall* dates the pending marks: they are about us, not about the case."""

    def __init__(self, items: type[InboxItem], wall: Callable[[], datetime]) -> None:
        """Put them among *items*."""
        self._items = items
        self._wall = wall

    def put_nudge(
        self, case: str, wake_at: datetime, swept_at: datetime, until: datetime | None = None
    ) -> bool:
        """Save the nudge for this wake, so that the stream carries it again; False when too soon.

        At most every five minutes while the same *wake_at* is due. A crash after the write leaves
        a nudge that supervise answers; a lost nudge is written again while the wake is due.
        *until* is when the case's turn ends, while others wait for theirs.
        """
        return self._renew(self._wake(case, wake_at, swept_at, until))

    def put_nudges(self, due: Iterable[tuple[datetime, str]], swept_at: datetime) -> None:
        """Save the nudges of many wakes and their cases, in batches, whatever is there.

        What DynamoDB has no room for is asked again, some times. A crash leaves a part of them,
        which supervise answers; the next sweep sees which.
        """
        with self._items.batch_write() as batch:
            for wake_at, case in due:
                batch.save(self._wake(case, wake_at, swept_at))

    def put_revision(self, case: str, new: str, now: datetime) -> bool:
        """Save the nudge that brings *case* under *new* rules: one item for any number of calls.

        As with a wake: within five minutes a second is not saved, and the result is False.
        """
        return self._renew(self._nudge(case, revision_id(new), now))

    def pending_since(self, since: datetime) -> set[tuple[str, str]]:
        """Return (case, id) of all that came at *since* or later, and is not sealed.

        The index may lag behind by a moment: a hint.
        """
        later = self._items.pending_since >= instant.text(since)
        return {
            (item.case, item.id)
            for shard in range(SHARDS)
            for item in self._items.query(shard, later, index_name=PENDING)
        }

    def _wake(
        self, case: str, wake_at: datetime, swept_at: datetime, until: datetime | None = None
    ) -> InboxItem:
        item = self._nudge(case, nudge_id(wake_at), swept_at)
        item.wake_at = instant.text(wake_at)
        item.until = instant.text(until) if until else None
        return item

    def _nudge(self, case: str, item_id: str, swept_at: datetime) -> InboxItem:
        return self._items(
            case,
            item_id,
            kind="nudge",
            swept_at=instant.text(swept_at),
            pending_shard=shard_of(case),
            pending_since=instant.text(self._wall()),
        )

    def _renew(self, item: InboxItem) -> bool:
        swept_at, last = instant.parse(item.swept_at or ""), self._items.swept_at
        condition = (
            self._items.case.does_not_exist()
            | (last <= instant.text(swept_at - EVERY))
            | (last > instant.text(swept_at + EVERY))  # the clock was set back
        )
        try:
            item.save(condition=condition)
        except PutError as error:
            if not condition_failed(error):
                raise
            return False
        return True


def shard_of(case: str) -> int:
    """Spread cases over the pending index; any stable spread will do."""
    return crc32(case.encode()) % SHARDS
