"""The lives of cards as they are known this moment, and what people tell about them.

No table of its own: what is on record about a card is among the facts, what was told and is not
yet a fact waits in the inbox. Both count at the door, so that a second step is judged after the
first, however fast it comes.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.cards.acts import ActRequest
from chalicelib.cards.life import CardState, fold_card
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import card_case
from chalicelib.cases.record import Record
from chalicelib.cases.telling import told_fact
from chalicelib.errors import Conflict, Rejected
from chalicelib.instant import MILLISECOND, parse
from chalicelib.intake.idempotency import HEADER, name_request

if TYPE_CHECKING:  # the stores are heavy; who asks has them already
    from chalicelib.cases.store import Facts
    from chalicelib.intake.store import Inbox, InboxItem
    from chalicelib.intake.taken import Outcome

MustFit = Callable[[CardState], None]
"""Raises Rejected (409) where the step that is asked for does not fit a life."""


class CardOnRecord(NamedTuple):
    """A card's *state* with all that was told, and the *records* of what is a fact already.

    *heard_at* is when the last of what is no fact yet was received.
    """

    state: CardState
    records: Sequence[Record]
    heard_at: datetime | None = None

    def after(self, now: datetime) -> datetime:
        """When something is received that comes *now*: later than all that waits.

        So two within a millisecond, or on machines whose clocks differ, are judged as they came.
        """
        return now if self.heard_at is None else max(now, self.heard_at + MILLISECOND)


class CardStates:
    """Reads the lives of cards, and takes the steps of people."""

    def __init__(self, facts: "Facts", inbox: "Inbox") -> None:
        self._facts = facts
        self._inbox = inbox

    def read(self, card: str) -> CardOnRecord:
        """Read what is known of *card*; its life has no opening where there is no such card."""
        case = card_case(card)
        # The inbox first: what becomes a fact between the two reads is then in both, not in none.
        waiting = self._inbox.waiting(case)
        records = self._facts.of_case(case)
        on_record = {record.cause for record in records if record.fact.told}
        untold = [item for item in waiting if item.event and item.id not in on_record]
        told = [_told(item) for item in untold]
        history = CaseHistory(record.fact for record in records)
        new = [fact.numbered(len(history) + i) for i, fact in enumerate(told)]
        heard_at = max((fact.recorded_at for fact in told), default=None)
        return CardOnRecord(fold_card(history.followed_by(new)), records, heard_at)

    def take(
        self, asked: ActRequest, card: CardOnRecord, key: str, must_fit: MustFit, now: datetime
    ) -> "Outcome":
        """Tell that a step was taken, once: for each *key*, or without one in its turn."""
        if key:
            return self._under_key(asked, card, key, must_fit, now)
        return self._in_turn(asked, card, must_fit, now)

    def _under_key(
        self, asked: ActRequest, seen: CardOnRecord, key: str, must_fit: MustFit, now: datetime
    ) -> "Outcome":
        """Whoever asks again under the same key gets the same answer; other content is refused.

        Two who ask at the same moment, each under a key of its own, are both recorded: the second
        is set aside where the card is judged, and its history says so.
        """
        card, name = seen.state.card, name_request(key, asked.actor)
        case, event = card_case(card), asked.event(card, name, now)
        with _one_use():
            is_again = self._inbox.has_own_event(case, name, event)
        if not is_again:
            must_fit(seen.state)
            with _one_use():
                self._inbox.put_own_event(case, name, event, seen.after(now))
        return "recorded"

    def _in_turn(
        self, asked: ActRequest, card: CardOnRecord, must_fit: MustFit, now: datetime
    ) -> "Outcome":
        """The first who takes a step counts, whatever was said with it."""
        state = card.state
        if asked.is_taken(state):
            return "duplicate"
        must_fit(state)
        case, name = card_case(state.card), asked.name(state)
        event = asked.event(state.card, name, now)
        try:
            return self._inbox.put_own_event(case, name, event, card.after(now))
        except Rejected as refusal:
            # Somebody took it at this moment, and said something else: that is what counts now.
            if refusal.status != HTTPStatus.CONFLICT:
                raise
        state = self.read(state.card).state
        if asked.is_taken(state):
            return "duplicate"
        must_fit(state)
        raise Conflict(f"{asked.act} was taken and given back")


def _told(item: "InboxItem") -> Fact:
    """The fact that it will be; what is told by us is known by its own id, without a secret."""
    event = json.loads(item.event or "")
    received_at = parse(item.received_at or item.pending_since or "")
    return told_fact(event, event["data"], received_at, secret=b"")


@contextmanager
def _one_use() -> Iterator[None]:
    try:
        yield
    except Rejected as refusal:
        detail = f"this {HEADER} has been used for something else about this card"
        raise Rejected(409, detail, field=HEADER) from refusal
