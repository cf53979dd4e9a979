"""Reconcile: find what got stuck between two steps, and bring it on. Nothing depends on a record.

Every inbox item carries a pending mark until its facts are in the log and its head counts them.
What has carried one for too long is looked at here; the cost follows what is stuck, an idle run is
one empty query per shard. The board is brought up to the log as well, the cases are awakened
that a new catalogue, calendar or policy concerns, and the log is told of it and that it is alive.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.audit.commit import MAX_CASES
from chalicelib.cases.head import CaseSnapshot
from chalicelib.intake.inbox_id import nudge_id, rules_in
from chalicelib.lambdas.awaken import awaken
from chalicelib.lambdas.publish import follow
from chalicelib.lambdas.seal import seal
from chalicelib.lambdas.stating import beat, state
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, current_services

if TYPE_CHECKING:  # the store is heavy; `services()` imports it when it is needed
    from chalicelib.intake.store import InboxItem

STUCK = timedelta(minutes=1)
_SECONDS = 40.0  # of the minute that a run may take; what is begun then comes to its end
_RUN = 500  # items of a shard that one run looks at; the oldest come first


def run(event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - the schedule says nothing
    """Reconcile what has been pending for more than a minute."""
    began, services = time.monotonic(), current_services()
    oldest = services.inbox.oldest_pending()
    lag = int((services.wall() - oldest).total_seconds()) if oldest else 0
    telemetry.seconds(telemetry.SEAL_LAG_SECONDS, lag)
    healed = reconcile(services, STUCK)
    telemetry.count(telemetry.CASES_HEALED, healed)
    beat(services, state(services))  # before anybody is judged by what is new
    left = max(0.0, _SECONDS - (time.monotonic() - began))
    awakened = awaken(services, timedelta(seconds=left))
    telemetry.count(telemetry.CASES_AWAKENED, awakened)
    return {"healed": healed, "awakened": awakened}


def reconcile(services: Services, stuck: timedelta) -> int:
    """Heal the cases of what has been pending for longer than *stuck*; say how many those were."""
    found = services.inbox.pending_before(services.wall() - stuck, _RUN)
    cases = list(dict.fromkeys(case for case, _ in found))
    for start in range(0, len(cases), MAX_CASES):
        _heal(services, cases[start : start + MAX_CASES])
    follow(services.log_reader, services.board)
    return len(cases)


def _heal(services: Services, cases: Sequence[str]) -> None:
    """Take *cases* a step further: to supervise, to the log, or out of the pending index.

    A crash anywhere leaves what is not done yet pending, for the next minute.
    """
    done = [(case, item_id) for case in cases for item_id in _done(services, case)]
    seal(services, cases)
    for case, item_id in done:
        services.inbox.settle(case, item_id)


def _done(services: Services, case: str) -> list[str]:
    """Name the items of *case* that only need to be sealed; wake supervise if it has work left."""
    pending = services.inbox.waiting(case)
    records = services.facts.of_case(case)
    snapshot = services.cases.get(case)
    on_record = {record.cause for record in records if record.fact.told}
    untold = [item for item in pending if item.event and item.id not in on_record]
    is_judged = (snapshot.n if snapshot else 0) == len(records)
    left = untold + [
        item for item in pending if rules_in(item.id) and not _is_served(item, snapshot)
    ]
    if pending and (left or not is_judged):
        # One is enough: whatever brings supervise here, it looks at everything that is pending.
        services.inbox.touch(case, (left or pending)[0].id, services.wall())
    if not is_judged:
        return []
    told = [item.id for item in pending if item.event and item not in untold]
    return told + [item.id for item in pending if not item.event and _is_served(item, snapshot)]


def _is_served(nudge: "InboxItem", snapshot: CaseSnapshot | None) -> bool:
    """Whether the wake that *nudge* is about is over; one still due is the sweep's affair.

    One that brings new rules is served when the case was judged by them.
    """
    if rules := rules_in(nudge.id):
        return snapshot is None or snapshot.rules == rules
    return snapshot is None or snapshot.wake_at is None or nudge_id(snapshot.wake_at) > nudge.id
