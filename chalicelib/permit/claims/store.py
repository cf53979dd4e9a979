"""The late claims of a case at this moment, and the decisions of inspectors about them."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chalicelib.cases.from_event import told_fact
from chalicelib.cases.rules import Rules
from chalicelib.cases.waiting import WaitingCase, read_with_waiting
from chalicelib.errors import Rejected
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import CLAIM_TYPES
from chalicelib.intake.idempotency import name_request, refuse_other_use
from chalicelib.permit.claims.claim import CaseClaims, claims_in
from chalicelib.permit.claims.decision import ClaimDecision, misfit, must_fit

if TYPE_CHECKING:  # the stores are heavy; the caller has them already
    from chalicelib.cases.fact_store import Facts
    from chalicelib.intake.store import Inbox
    from chalicelib.intake.taken import ReceivedEvent


class ClaimedCase(WaitingCase, frozen=True, dict=True):
    """A case with the decisions about its late claims that wait."""

    @cached_property
    def claims(self) -> CaseClaims:
        """The late claims, as they stand now."""
        return claims_in(self.case, self.rules, self.received_at)

    def followed_by(self, decision: ClaimDecision) -> "ClaimedCase":
        """Return the case in which *decision* waits too."""
        seen, at = len(self.records), self.received_at
        event = decision.event(self.name, decision.name(self.case), seen, at)
        last = told_fact(event, event["data"], at, secret=b"")
        return replace(self, wait=(*self.wait, last))


class ClaimDecisions:
    """Reads the claims of a case, and records what inspectors decide."""

    def __init__(self, facts: "Facts", inbox: "Inbox") -> None:
        self._facts = facts
        self._inbox = inbox

    def read(self, name: str, rules: Rules, now: datetime) -> ClaimedCase:
        """Read the claims of the case *name* as they stand *now*."""
        records, wait = read_with_waiting(self._facts, self._inbox, name, CLAIM_TYPES)
        return ClaimedCase(name, records, wait, CLAIM_TYPES, rules, now)

    def record(
        self,
        decision: ClaimDecision,
        claimed: ClaimedCase,
        key: str,
        *,
        is_one_of_many: bool = False,
        must_hold: Callable[[ClaimedCase], None] = lambda _: None,
    ) -> "tuple[ClaimedCase, ReceivedEvent]":
        """Record *decision* once for each *key*, and only if it fits. Return the case with it.

        *must_hold* refuses it where its signature is of another state. Beside the case is the
        decision as it was recorded. Of several under one key each is recorded once. A crash after
        the write leaves an item on its way, as any other. Raises Rejected.
        """
        request = name_request(key, decision.actor) if key else ""
        request = f"{request}/{decision.n}" if request and is_one_of_many else request
        if earlier := self._earlier(decision, claimed, request):
            return self.read(claimed.name, claimed.rules, claimed.now), earlier
        must_fit(decision, claimed.case, claimed.claims)
        must_hold(claimed)
        return self._in_turn(decision, claimed, request)

    def _earlier(
        self, decision: ClaimDecision, claimed: ClaimedCase, request: str
    ) -> "ReceivedEvent | None":
        """Return *decision* as *request* led to it before; another content is refused (409)."""
        stored = self._inbox.of_request(claimed.name, request) if request else None
        if stored is None:
            return None
        seen = _seen_by(stored.id, claimed)
        event = decision.event(claimed.name, decision.name(claimed.case), seen, claimed.received_at)
        with refuse_other_use("case"):
            return self._inbox.repeated(stored, event)

    def _in_turn(
        self, decision: ClaimDecision, claimed: ClaimedCase, request: str
    ) -> "tuple[ClaimedCase, ReceivedEvent]":
        """Record *decision* if it is the first that answers the one before it."""
        name, seen = decision.name(claimed.case), len(claimed.records)
        event = decision.event(claimed.name, name, seen, claimed.received_at)
        try:
            act = self._inbox.put_act(event, request, decision.stored_signature)
            if act.outcome == "recorded":
                return claimed.followed_by(decision), act
        except Rejected as refusal:
            if refusal.status != HTTPStatus.CONFLICT:
                raise
        # Somebody decided at this very moment: that one counts, and this one may not have seen it,
        # unless it is the same request, sent twice at once.
        again = self.read(claimed.name, claimed.rules, claimed.now)
        if earlier := self._earlier(decision, again, request):
            return again, earlier
        raise misfit(decision, again.case, again.claims.of_fact(decision.n))


def _seen_by(item_id: str, claimed: ClaimedCase) -> int:
    """Return how many facts the decision of the inbox item *item_id* saw when it came."""
    key = f"{OURS}/{item_id.removeprefix('A#')}"
    earlier = next((fact for fact in claimed.case.facts if fact.key == key), None)
    seen = earlier.data.get("seen") if earlier else None
    return seen if isinstance(seen, int) else len(claimed.records)
