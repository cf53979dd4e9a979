"""What people did about a case that is not a fact of it yet: it waits in the inbox.

Acts have no table of their own. One is checked against the facts on record and what waits, so a
second one is judged after the first, however fast it comes.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from chalicelib.cached import cached_property
from chalicelib.cases.fact import Fact
from chalicelib.cases.from_event import told_fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.stored_fact import Record
from chalicelib.instant import MILLISECOND, parse
from chalicelib.intake.event import OURS

if TYPE_CHECKING:  # the stores are heavy; the caller has them already
    from chalicelib.cases.fact_store import Facts
    from chalicelib.intake.pending_store import InboxItem
    from chalicelib.intake.store import Inbox


class WaitingCase(Struct, frozen=True, dict=True):
    """Case *name*: *records*, then the acts of *types* that *wait*; judged by *rules* at *now*."""

    name: str
    records: Sequence[Record]
    wait: tuple[Fact, ...]
    types: Collection[str]
    rules: Rules
    now: datetime

    @cached_property
    def case(self) -> CaseHistory:
        """The facts on record and the acts that wait to be facts."""
        return join_waiting(self.records, self.wait)

    @cached_property
    def received_at(self) -> datetime:
        """When an act that comes now is received: later than those of its types before."""
        earlier = self.case.of_type(*self.types)
        return max([self.now, *(fact.recorded_at + MILLISECOND for fact in earlier)])


def read_with_waiting(
    facts: "Facts", inbox: "Inbox", case: str, types: Collection[str] = ()
) -> tuple[list[Record], tuple[Fact, ...]]:
    """Return the records of *case*, and our own events of *types*, or of all, that wait."""
    # The inbox first: what becomes a fact between the reads is in both, not lost.
    waiting = [fact for item in inbox.waiting(case) if (fact := _waiting_fact(item, types))]
    records = facts.of_case(case)
    keys = {record.fact.key for record in records}
    return records, tuple(fact for fact in waiting if fact.key not in keys)


def join_waiting(records: Collection[Record], wait: Collection[Fact]) -> CaseHistory:
    """Return the case as on record, followed by the facts that *wait*."""
    on_record = CaseHistory(record.fact for record in records)
    return on_record.followed_by(on_record.numbered(wait))


def _waiting_fact(item: "InboxItem", types: Collection[str]) -> Fact | None:
    """Return the fact that *item* will be, if it is one of *types*; our key needs no secret."""
    event = json.loads(item.event) if item.event else None
    if event is None or event["source"] != OURS or (types and event["type"] not in types):
        return None
    received_at = parse(item.received_at or item.pending_since or "")
    return told_fact(event, event["data"], received_at, secret=b"")
