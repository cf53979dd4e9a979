"""Waiting items of the inbox: found by their mark, brought on again, or quarantined (隔离).

A nudge reports nothing, and only wakes its case, because time or rules changed.
A mark is an entry in a sparse index, in one of a few parts by the case. What is quarantined has its
mark in a part of its own: nobody brings it on, and nobody loses sight of it.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any
from zlib import crc32

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib import instant
from chalicelib.intake.inbox_id import EVERY, nudge_id, revision_id
from chalicelib.plumbing.table import StartKey, Table, is_written

PENDING = "pending"


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
    signed = UnicodeAttribute(null=True)  # what its source, or the person, signed with a key
    request = UnicodeAttribute(null=True)  # of ours: what asked for it under an Idempotency-Key
    received_at = UnicodeAttribute(null=True)
    pending_shard = NumberAttribute(null=True)
    pending_since = UnicodeAttribute(null=True)
    touched_at = UnicodeAttribute(null=True)
    tries = NumberAttribute(null=True)  # how often reconcile brought it on
    wake_at = UnicodeAttribute(null=True)
    swept_at = UnicodeAttribute(null=True)
    until = UnicodeAttribute(null=True)  # of a nudge after an outage: when its turn ends


SHARDS = 4
_QUARANTINE = -1  # the part of the index for that
_FEW = 50  # told events of a case: so many settled items cost less to read than an index
_MOST_HINTS = 1000  # entries of the index that are looked through for one case


class PendingItems:
    """The pending items of the inbox; *items* is its model, *wall* dates the marks."""

    shards = SHARDS

    def __init__(self, items: type[InboxItem], wall: Callable[[], datetime]) -> None:
        self._items = items
        self._wall = wall

    def waiting(self, case: str, told: int = 0, known: Collection[str] = ()) -> list[InboxItem]:
        """Return the pending items of *case*, in the order in which they were received.

        Where many of its events were *told*, its settled items are not read: the index names those
        that wait. It may lag behind by a moment, so what is *known* to be there is looked for too;
        the record of an item that both miss is still to come.
        """
        hinted = self._hinted(case) if told > _FEW else None
        if hinted is None:
            marked = self._items.pending_shard >= 0
            items = list(self._items.query(case, filter_condition=marked, consistent_read=True))
        else:
            keys = [(case, item_id) for item_id in sorted(hinted.union(known))]
            named = self._items.batch_get(keys, consistent_read=True)
            items = [item for item in named if waits(item)]
        # Of one instant the shorter id comes first: a case's simultaneous notices end in a number.
        return sorted(items, key=lambda item: (item.received_at or "", len(item.id), item.id))

    def _hinted(self, case: str) -> set[str] | None:
        """Return the ids that the index has of *case*; None where too many wait to look through."""
        items = list(
            self._items.query(
                shard_of(case), index_name=PENDING, limit=_MOST_HINTS, page_size=_MOST_HINTS
            )
        )
        if len(items) == _MOST_HINTS:
            return None
        return {item.id for item in items if item.case == case}

    def is_pending(self, case: str, item_id: str) -> bool:
        """Return whether the item still waits; one consistent read."""
        item = self._items.find(case, item_id)
        return item is not None and waits(item)

    def pending_before(self, before: datetime, limit: int | None) -> list[tuple[str, str]]:
        """Return (case, id) of those received before *before*, *limit* of each shard: a hint."""
        pages = (self.pending_page(shard, before, limit) for shard in range(SHARDS))
        return [key for page, _ in pages for key in page]

    def pending_page(
        self, shard: int, before: datetime, limit: int | None, after: StartKey | None = None
    ) -> tuple[list[tuple[str, str]], StartKey | None]:
        """Return the same of one *shard*, behind the key *after*; and the key to go on from."""
        # By name, not `pending.query`: PynamoDB's index objects belong to the last model made.
        items = self._items.query(
            shard,
            self._items.pending_since < instant.text(before),
            index_name=PENDING,
            limit=limit,
            page_size=limit,
            last_evaluated_key=after,
        )
        keys = [(item.case, item.id) for item in items]
        return keys, items.last_evaluated_key

    def oldest_pending(self) -> datetime | None:
        """Return since when the oldest item waits for the log; None when none waits."""
        first = [
            item.pending_since
            for shard in range(SHARDS)
            for item in self._items.query(shard, index_name=PENDING, limit=1)
        ]
        return instant.parse(min(first)) if first else None

    def touch(self, case: str, item_id: str, now: datetime, *, at_once: bool = False) -> bool:
        """Rewrite a pending item so that the stream carries it again; False when it is too soon.

        At most every five minutes unless *at_once*, and never one whose mark is gone. The item
        counts how often that was.
        """
        last, is_marked = self._items.touched_at, self._items.pending_shard >= 0
        due = last.does_not_exist() | _was_long_ago(last, now)
        actions = [last.set(instant.text(now)), self._items.tries.add(1)]
        return self._update(case, item_id, actions, is_marked if at_once else is_marked & due)

    def quarantine(self, case: str, item_id: str) -> None:
        """Move the mark of an item that cannot be read to where nobody brings it on.

        Crash before the write: it stays pending, and is looked at again within minutes.
        """
        mark = self._items.pending_shard
        self._update(case, item_id, [mark.set(_QUARANTINE)], mark >= 0)

    def list_quarantined(self, most: int) -> list[tuple[str, str]]:
        """Return (case, id) of what is quarantined, at most *most*, the oldest first."""
        items = self._items.query(_QUARANTINE, index_name=PENDING, limit=most, page_size=most)
        return [(item.case, item.id) for item in items]

    def quarantined_in(self, case: str) -> list[InboxItem]:
        """Return the items of *case* that are quarantined; this reads all of its items."""
        quarantined = self._items.pending_shard == _QUARANTINE
        return list(self._items.query(case, filter_condition=quarantined, consistent_read=True))

    def bring_back(self, case: str, item_id: str) -> bool:
        """Mark an item that was quarantined as pending since now, so that the stream carries it.

        If it still cannot be read it is quarantined at once. Crash after it: it is pending.
        """
        mark, since = self._items.pending_shard, self._items.pending_since
        actions = [mark.set(shard_of(case)), since.set(instant.text(self._wall()))]
        return self._update(case, item_id, actions, mark == _QUARANTINE)

    def _update(self, case: str, item_id: str, actions: list[Any], condition: Any) -> bool:
        return is_written(partial(self._items(case, item_id).update, actions, condition=condition))

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
        """Save the nudge that brings *case* under *new* rules; False when too soon, as a wake."""
        return self._renew(self._nudge(case, revision_id(new), now))

    def pending_since(self, since: datetime) -> set[tuple[str, str]]:
        """Return (case, id) of all that came since *since* and is not sealed: a hint."""
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
        return item.save_if(self._items.case.does_not_exist() | _was_long_ago(last, swept_at))


def _was_long_ago(last: Any, now: datetime) -> Any:
    """Return the condition that *last* was minutes before *now*, or that the clock was set back."""
    return (last <= instant.text(now - EVERY)) | (last > instant.text(now + EVERY))


def waits(item: InboxItem) -> bool:
    """Return whether *item* waits for the log, and is not quarantined."""
    shard: float | None = item.pending_shard
    return shard is not None and shard >= 0


def shard_of(case: str) -> int:
    """Spread cases over the pending index; any stable spread will do."""
    return crc32(case.encode()) % SHARDS
