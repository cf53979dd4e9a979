"""The inbox: what we were told, once each, until it is a fact in the log.

Key: case and event id. One conditional put is the whole guarantee of "the same event again is a
no-op". A put carries a pending mark (a sparse index) that only seal removes, so whatever was
received and is not yet in the log can be found without any stream record having arrived.
"""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from zlib import crc32

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib import instant
from chalicelib.errors import Conflict, Rejected
from chalicelib.intake.event import Event
from chalicelib.intake.inbox_id import case_of, is_nudge, nudge_id, revision_id, told_id
from chalicelib.intake.taken import Outcome, ReceivedEvent, content_of, digest_of, text_of
from chalicelib.plumbing.table import Table, condition_failed

SHARDS = 4
PENDING = "pending"
EVERY = timedelta(minutes=5)
SALT_BYTES = 16


class PendingIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """What is received and not yet sealed, oldest first; sparse."""

    class Meta:
        """As DynamoDB knows it."""

        index_name = PENDING
        projection = KeysOnlyProjection()

    pending_shard = NumberAttribute(hash_key=True)
    pending_since = UnicodeAttribute(range_key=True)


class InboxItem(Table):
    """One told event, one wake of a case (`W#` and the instant) or one revision (`R#`, rules)."""

    pending = PendingIndex()
    case = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    event = UnicodeAttribute(null=True)
    digest = UnicodeAttribute(null=True)
    salt = UnicodeAttribute(null=True)  # of what its receipt commits to, in hexadecimal
    put_by = UnicodeAttribute(null=True)
    received_at = UnicodeAttribute(null=True)
    pending_shard = NumberAttribute(null=True)
    pending_since = UnicodeAttribute(null=True)
    touched_at = UnicodeAttribute(null=True)
    wake_at = UnicodeAttribute(null=True)
    swept_at = UnicodeAttribute(null=True)


class Inbox:
    """Puts, nudges and pending marks. Nothing here decides anything about a case."""

    def __init__(self, table: str, wall: Callable[[], datetime]) -> None:
        """Use *table*; *wall* dates the pending marks: they are about us, not about the case."""
        self._wall = wall

        class Item(InboxItem):
            class Meta:
                table_name = table

        self._items = Item

    def put_event(self, event: Event, received_at: datetime) -> ReceivedEvent:
        """Record a told event under its case and id, with the salt of its receipt; see `_put`."""
        item = self._item(case_of(event), told_id(event["id"]), event, received_at)
        item.salt = secrets.token_hex(SALT_BYTES)
        outcome, stored = self._put(item, digest_of(event))
        salt = bytes.fromhex(stored.salt) if stored.salt else None
        return ReceivedEvent(outcome, salt, instant.parse(stored.received_at or ""))

    def notify(self, case: str, event: Event, now: datetime) -> None:
        """Tell *case* what happened in another; told before, it stays as it was told first.

        A crash after the write leaves an item on its way, as any other.
        """
        try:
            self.put_told_by_us(case, event["id"], event, now)
        except Rejected as refusal:
            if refusal.status != HTTPStatus.CONFLICT:
                raise

    def put_told_by_us(self, case: str, key: str, event: Event, received_at: datetime) -> Outcome:
        """Record what was told through our own API (id `A#<key>`); see `_put`.

        Its time is ours, of when it was asked for, so it is no part of the content: who asks again
        asks at another time.
        """
        item = self._item(case, f"A#{key}", event, received_at)
        return self._put(item, content_of(event))[0]

    def was_told_by_us(self, case: str, key: str, event: Event) -> bool:
        """Whether *event* was recorded under *key* before; 409 where something else was."""
        stored = self.get(case, f"A#{key}")
        if stored is None:
            return False
        if stored.digest not in (content_of(event), None):
            raise _other_content()
        return True

    def _item(self, case: str, item_id: str, event: Event, received_at: datetime) -> InboxItem:
        return self._items(
            case,
            item_id,
            kind="event",
            event=text_of(event),
            put_by=secrets.token_hex(8),
            received_at=instant.text(received_at),
            pending_shard=shard_of(case),
            pending_since=instant.text(self._wall()),
        )

    def _put(self, item: InboxItem, digest: str) -> tuple[Outcome, InboxItem]:
        """Write once; the same content again is a duplicate, other content is refused (409).

        What is stored is given too: by this call, or by the one that came first.

        A crash before the write leaves nothing, and the sender retries. After it, the item is on
        its way: by its stream record, or, if that is lost, by its pending mark (reconcile).
        """
        item.digest = digest
        try:
            item.save(condition=self._items.case.does_not_exist())
        except PutError as error:
            if not condition_failed(error):
                raise
            return self._judge(item)
        return "recorded", item

    def _judge(self, item: InboxItem) -> tuple[Outcome, InboxItem]:
        # The condition also fails when the SDK repeats a put whose answer was lost: then what is
        # stored was put by this very call, and it counts as recorded.
        try:
            stored = self._items.get(item.case, item.id, consistent_read=True)
        except self._items.DoesNotExist as error:
            raise Conflict("the inbox item came and went") from error
        if stored.put_by == item.put_by:
            return "recorded", stored
        if stored.digest in (item.digest, None):  # what it said is forgotten, that it came is not
            return "duplicate", stored
        raise _other_content()

    def put_nudge(self, case: str, wake_at: datetime, swept_at: datetime) -> bool:
        """Write the nudge for this wake, again so that the stream carries it; False when too soon.

        At most every five minutes while the same *wake_at* is due. A crash after the write leaves
        a nudge that supervise answers; a lost nudge is written again while the wake is due.
        """
        return self._put_nudge(case, nudge_id(wake_at), swept_at, wake_at)

    def put_revision(self, case: str, rules: str, now: datetime) -> bool:
        """Write the nudge that brings *case* under *rules*: one item however often it is asked for.

        As with a wake: within five minutes the second is not written, and False is given.
        """
        return self._put_nudge(case, revision_id(rules), now)

    def _put_nudge(
        self, case: str, item_id: str, swept_at: datetime, wake_at: datetime | None = None
    ) -> bool:
        item = self._items(
            case,
            item_id,
            kind="nudge",
            wake_at=instant.text(wake_at) if wake_at else None,
            swept_at=instant.text(swept_at),
            pending_shard=shard_of(case),
            pending_since=instant.text(self._wall()),
        )
        last = self._items.swept_at
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

    def touch(self, case: str, item_id: str, now: datetime, *, at_once: bool = False) -> bool:
        """Rewrite a pending item so that the stream carries it again; False when it is too soon.

        At most every five minutes unless *at_once*, and never one whose mark is gone.
        """
        last, is_pending = self._items.touched_at, self._items.pending_shard.exists()
        due = (
            last.does_not_exist()
            | (last <= instant.text(now - EVERY))
            | (last > instant.text(now + EVERY))
        )
        condition = is_pending if at_once else is_pending & due
        return self._update(case, item_id, [last.set(instant.text(now))], condition)

    def settle(self, case: str, item_id: str) -> None:
        """Take the mark off what is in the log, and the event with it; a nudge goes altogether.

        The digest stays, so that the same event is known for the life of the case; what was
        personal in the event has its one place in the vault now. A crash before this leaves the
        mark: reconcile finds the item sealed and settles it.
        """
        if is_nudge(item_id):
            self._items(case, item_id).delete()
            return
        self._update(
            case,
            item_id,
            [
                self._items.pending_shard.remove(),
                self._items.pending_since.remove(),
                self._items.event.remove(),
            ],
            self._items.pending_shard.exists(),
        )

    def forget(self, case: str, ids: Collection[str], before: datetime) -> None:
        """Keep of what was told under *ids*, or settled and received *before*, only that it was.

        What is pending stays so. No digest is kept: it has no salt, so whoever guesses the event
        sees that it is right. A crash leaves the rest: whoever shreds the case does it again.
        """
        items, until = self._items, instant.text(before)
        said = [one.remove() for one in (items.event, items.digest, items.salt, items.put_by)]
        for item in items.query(case, consistent_read=True):
            if item.id in ids or (not item.pending_since and (item.received_at or "") < until):
                self._update(case, item.id, said, items.digest.exists())

    def _update(self, case: str, item_id: str, actions: list[Any], condition: Any) -> bool:
        try:
            self._items(case, item_id).update(actions, condition=condition)
        except UpdateError as error:
            if not condition_failed(error):
                raise
            return False
        return True

    def pending_before(self, before: datetime, limit: int) -> list[tuple[str, str]]:
        """Give (case, id) of what was received before *before* and is not sealed.

        At most *limit* of each shard, the oldest. The index may lag behind by a moment: a hint.
        """
        # By name, not `pending.query`: PynamoDB's index objects belong to the last model made.
        earlier = self._items.pending_since < instant.text(before)
        return [
            (item.case, item.id)
            for shard in range(SHARDS)
            for item in self._items.query(shard, earlier, index_name=PENDING, limit=limit)
        ]

    def oldest_pending(self) -> datetime | None:
        """Since when the oldest item waits to become part of the log; None when nothing does."""
        first = [
            item.pending_since
            for shard in range(SHARDS)
            for item in self._items.query(shard, index_name=PENDING, limit=1)
        ]
        return instant.parse(min(first)) if first else None

    def get(self, case: str, item_id: str) -> InboxItem | None:
        """Read one item, consistently."""
        try:
            return self._items.get(case, item_id, consistent_read=True)
        except self._items.DoesNotExist:
            return None

    def ids(self, case: str) -> list[str]:
        """Name all items of *case*, settled ones too."""
        return [item.id for item in self._items.query(case, consistent_read=True)]

    def waiting(self, case: str) -> list[InboxItem]:
        """What is pending of *case*, events in the order in which they were received."""
        marked = self._items.pending_shard.exists()
        items = self._items.query(case, filter_condition=marked, consistent_read=True)
        # Of one instant the shorter id comes first: what a case relays at once ends in a number.
        return sorted(items, key=lambda item: (item.received_at or "", len(item.id), item.id))


def shard_of(case: str) -> int:
    """Spread cases over the pending index; any stable spread will do."""
    return crc32(case.encode()) % SHARDS


def _other_content() -> Rejected:
    return Rejected(409, "this source has sent this id before, with other content", field="id")
