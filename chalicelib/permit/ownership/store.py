"""Records what people do about whose a case is."""

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from chalicelib.cases.rules import Rules
from chalicelib.cases.waiting import WaitingCase, read_with_waiting
from chalicelib.errors import Rejected
from chalicelib.intake.event_types import Reported
from chalicelib.intake.idempotency import name_request, refuse_other_use
from chalicelib.permit.ownership.acts import Reassignment, TransferAnswer

if TYPE_CHECKING:  # the stores are heavy; the caller has them already
    from chalicelib.cases.fact_store import Facts
    from chalicelib.intake.store import Inbox
    from chalicelib.intake.taken import ReceivedEvent

_TYPES = (Reported.TRANSFER_AGREED, Reported.TRANSFER_DECLINED, Reported.CASE_REASSIGNED)


class OwnershipActs:
    """Reads a case with what waits to be a fact of it, and records an act once."""

    def __init__(self, facts: "Facts", inbox: "Inbox") -> None:
        self._facts = facts
        self._inbox = inbox

    def read(self, name: str, rules: Rules, now: datetime) -> WaitingCase:
        """Read the case *name* with the acts about whose it is that wait *now*."""
        records, wait = read_with_waiting(self._facts, self._inbox, name, _TYPES)
        return WaitingCase(name, records, wait, _TYPES, rules, now)

    def record(
        self, act: TransferAnswer | Reassignment, owned: WaitingCase, key: str
    ) -> "ReceivedEvent":
        """Record *act* once: once for each *key*, and only if it fits. Raises Rejected.

        Of two acts with one name at the same moment one is saved, and the other is judged after it.
        A crash after the write leaves an item on its way, as any other.
        """
        request = name_request(key, act.actor) if key else ""
        event = act.event(owned.name, act.name(owned.case), owned.received_at)
        if stored := self._inbox.of_request(owned.name, request) if request else None:
            with refuse_other_use("case"):  # another content is refused (409)
                return self._inbox.repeated(stored, event)
        act.must_fit(owned.case, owned.rules)
        try:
            return self._inbox.put_act(event, request)
        except Rejected as refusal:
            if refusal.status != HTTPStatus.CONFLICT:
                raise
            # Somebody did another at this very moment: it counts, and this one has not seen it.
            again = self.read(owned.name, owned.rules, owned.now)
            act.must_fit(again.case, again.rules)
            zh = "他人刚刚对本件作了同类处理；请重新查看后再办。"
            en = "somebody did the like about this case at this moment; look again first"
            raise Rejected(409, zh=zh, en=en) from refusal
