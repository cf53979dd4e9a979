"""Nudges in the inbox: they report nothing, and only wake a case, because time or rules changed."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib import instant
from chalicelib.intake.inbox_id import EVERY, nudge_id, revision_id
from chalicelib.intake.item_store import PENDING, InboxItem
from chalicelib.intake.pending_store import SHARDS, PendingItems, shard_of


class Nudges(PendingItems):
    """Puts nudges among the pending items."""

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
        return item.save_if(condition)
