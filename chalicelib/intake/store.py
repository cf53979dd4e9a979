"""The inbox: each reported event, once, until it is a fact in the log.

Key: case and event id. One conditional put is the whole guarantee of "the same event again is a
no-op". A put carries a pending mark (a sparse index) that only seal removes, so every item that is
not yet in the log can be found, even if no stream record arrived.
"""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from http import HTTPStatus

from chalicelib import instant
from chalicelib.errors import Conflict, Rejected
from chalicelib.intake import taken
from chalicelib.intake.event import Event
from chalicelib.intake.inbox_id import case_of, is_nudge, own_id, reported_id
from chalicelib.intake.pending_store import InboxItem, PendingItems, shard_of, waits
from chalicelib.intake.signed_body import SignedBody
from chalicelib.intake.taken import Outcome, ReceivedEvent

SALT_BYTES = 16
_TRIES = 20  # at what DynamoDB leaves undone of a batch of nudges, as it may for a while


class Inbox(PendingItems):
    """Puts, nudges and pending marks. Nothing here decides anything about a case."""

    def __init__(self, table: str, wall: Callable[[], datetime]) -> None:
        """Use *table*; *wall* dates the pending marks: they are about us, not about the case."""
        super().__init__(InboxItem.named(table, max_retry_attempts=_TRIES), wall)

    def put_event(
        self, event: Event, received_at: datetime, signed: SignedBody | None = None
    ) -> ReceivedEvent:
        """Save a reported event under its case and id, with the salt of its receipt; see `_put`.

        *signed* is the request, where the source signed it with a key of its own. Of the same event
        again, signed anew, the first request stays.
        """
        item = self._item(case_of(event), reported_id(event["id"]), event, received_at)
        item.salt = secrets.token_hex(SALT_BYTES)
        item.signed = signed.stored() if signed else None
        outcome, stored = self._put(item, taken.digest_of(event))
        return _received(outcome, event, stored)

    def notify(self, case: str, event: Event, now: datetime) -> None:
        """Notify *case* of an *event* in another case; of two with one id the first stays.

        A crash after the write leaves an item on its way, as any other.
        """
        try:
            self.put_own_event(case, event["id"], event, now)
        except Rejected as refusal:
            if refusal.status != HTTPStatus.CONFLICT:
                raise

    def put_own_event(self, case: str, key: str, event: Event, received_at: datetime) -> Outcome:
        """Save our own event (id `A#<key>`), which needs no receipt: a notification; see `_put`."""
        item = self._item(case, own_id(key), event, received_at)
        return self._put(item, taken.digest_of_own(event))[0]

    def put_act(self, event: Event, request: str = "", signed: str = "") -> ReceivedEvent:
        """Save an act through our API, received at its own time, with the salt of its receipt.

        That time is no part of the content: a repeated request has another. *request* names the
        request under an Idempotency-Key, if one asked for it. *signed* is what the person signed of
        it with a passkey, as `SignedAct.stored` has it. See `_put`.
        """
        received_at = instant.parse(event["time"])
        item = self._item(event["subject"], own_id(event["id"]), event, received_at)
        item.salt, item.request = secrets.token_hex(SALT_BYTES), request or None
        item.signed = signed or None
        outcome, stored = self._put(item, taken.digest_of_own(event))
        return _received_act(outcome, event, stored)

    def find_act(self, event: Event) -> ReceivedEvent | None:
        """Return the act under the id of *event*, if it is recorded; 409 where another one is."""
        stored = self.get(event["subject"], own_id(event["id"]))
        return self.repeated(stored, event) if stored else None

    def repeated(self, stored: InboxItem, event: Event) -> ReceivedEvent:
        """Return the act *event* as it was *stored* when it came first; 409 where another was."""
        taken.must_have_content(stored.digest, event)
        return _received_act("recorded", event, stored)

    def of_request(self, case: str, request: str) -> InboxItem | None:
        """Return the item of the act that *request* asked for in *case*; None: none yet."""
        asked = self._items.request == request
        items = self._items.query(case, filter_condition=asked, consistent_read=True)
        return next(iter(items), None)

    def _item(self, case: str, item_id: str, event: Event, received_at: datetime) -> InboxItem:
        return self._items(
            case,
            item_id,
            kind="event",
            event=taken.canonical_json(event),
            put_by=secrets.token_hex(8),
            received_at=instant.text(received_at),
            pending_shard=shard_of(case),
            pending_since=instant.text(self._wall()),
        )

    def _put(self, item: InboxItem, digest: str) -> tuple[Outcome, InboxItem]:
        """Save once; the same content again is a duplicate, other content is refused (409).

        Also return the stored item, which may be that of an earlier call. Crash before the write:
        nothing is stored, and the sender retries. After it, the item is on its way: by its stream
        record, or, if that is lost, by its pending mark (reconcile).
        """
        item.digest = digest
        if item.save_if(self._items.case.does_not_exist()):
            return "recorded", item
        # The condition also fails when the SDK repeats a put whose answer was lost: then the stored
        # item is from this very call, and it counts as recorded.
        stored = self._items.find(item.case, item.id)
        if stored is None:
            raise Conflict("收件项刚出现又消失了", "the inbox item came and went")
        if stored.put_by == item.put_by:
            return "recorded", stored
        if stored.digest in (item.digest, None):  # without a digest: shredded
            return "duplicate", stored
        raise taken.content_differs()

    def settle(self, case: str, item_id: str) -> None:
        """Remove the mark, the event and the signed request of a sealed item; delete a nudge.

        The digest stays, so that the same event is a duplicate for the life of the case. The
        personal data of the event are in the vault only. Crash before this: the mark is left;
        reconcile finds the item sealed and settles it.
        """
        if is_nudge(item_id):
            self._items(case, item_id).delete()
            return
        items = self._items
        removed = (items.pending_shard, items.pending_since, items.event, items.signed)
        removals = [attribute.remove() for attribute in removed]
        self._update(case, item_id, removals, items.pending_shard.exists())

    def forget(self, case: str, ids: Collection[str], before: datetime) -> None:
        """Remove the content of the items *ids*, and of those settled and received *before*.

        Pending items stay so; what is quarantined goes, as nothing will ever come of it. No digest
        is kept: without a salt it confirms a guessed event. Crash: the other items are left;
        shredding the case again removes them.
        """
        items, until = self._items, instant.text(before)
        content = (items.event, items.digest, items.salt, items.put_by, items.signed)
        marks = (items.pending_shard, items.pending_since)
        for item in items.query(case, consistent_read=True):
            if item.id in ids or (not waits(item) and (item.received_at or "") < until):
                removed = content if waits(item) else content + marks
                removals = [attribute.remove() for attribute in removed]
                self._update(case, item.id, removals, items.digest.exists())

    def get(self, case: str, item_id: str) -> InboxItem | None:
        """Read one item, consistently."""
        return self._items.find(case, item_id)

    def ids(self, case: str) -> list[str]:
        """Return the ids of all items of *case*, settled ones too."""
        return [item.id for item in self._items.query(case, consistent_read=True)]


def _received(outcome: Outcome, event: Event, stored: InboxItem) -> ReceivedEvent:
    salt = bytes.fromhex(stored.salt) if stored.salt else None
    return ReceivedEvent(outcome, event, instant.parse(stored.received_at or ""), salt)


def _received_act(outcome: Outcome, event: Event, stored: InboxItem) -> ReceivedEvent:
    """Return *event* as it was recorded: with the id and the time of its first arrival."""
    name, at = stored.id.removeprefix(own_id("")), stored.received_at or ""
    return _received(outcome, {**event, "id": name, "time": at}, stored)
