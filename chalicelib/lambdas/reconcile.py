"""Reconcile: find the cases stuck between two steps, and bring them on, without stream records.

Every inbox item carries a pending mark until its facts are in the log and the snapshot counts them.
Items that are pending for too long are handled here. The cost grows with the stuck items; an idle
run is one empty query per shard. Reconcile also brings the board up to the log, and wakes the cases
that a new catalogue, calendar or profile may change. It writes to the log which rules are in force,
and a heartbeat.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.audit.commit import MAX_CASES
from chalicelib.cases.head import CaseSnapshot
from chalicelib.intake.inbox_id import catalogue_in, nudge_id, rules_in
from chalicelib.lambdas.awaken import awaken
from chalicelib.lambdas.publish import follow
from chalicelib.lambdas.seal import seal
from chalicelib.lambdas.stating import beat, state
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, current_services

if TYPE_CHECKING:  # the store is heavy; `current_services` imports it when it is needed
    from chalicelib.intake.item_store import InboxItem

STUCK = timedelta(minutes=1)
_SECONDS = 40.0  # of the minute that a run may take; what is begun then comes to its end
_RUN = 500  # items of a shard that one run looks at; the oldest come first


def run(event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - the schedule says nothing
    """Reconcile the items that have been pending for more than a minute."""
    began, services = time.monotonic(), current_services()
    oldest = services.inbox.oldest_pending()
    lag = int((services.wall() - oldest).total_seconds()) if oldest else 0
    telemetry.seconds(telemetry.SEAL_LAG_SECONDS, lag)
    healed = reconcile(services, STUCK)
    telemetry.count(telemetry.CASES_HEALED, healed)
    beat(services, state(services))  # before any case is judged by new rules
    left = max(0.0, _SECONDS - (time.monotonic() - began))
    awakened = awaken(services, timedelta(seconds=left))
    telemetry.count(telemetry.CASES_AWAKENED, awakened)
    return {"healed": healed, "awakened": awakened}


def reconcile(services: Services, stuck: timedelta) -> int:
    """Heal the cases with items pending for longer than *stuck*. Return their number."""
    pending = services.inbox.pending_before(services.wall() - stuck, _RUN)
    cases = list(dict.fromkeys(case for case, _ in pending))
    for start in range(0, len(cases), MAX_CASES):
        _heal(services, cases[start : start + MAX_CASES])
    follow(services.log_reader, services.board)
    return len(cases)


def _heal(services: Services, cases: Sequence[str]) -> None:
    """Take *cases* a step further: to supervise, to the log, or out of the pending index.

    A crash anywhere leaves the unfinished items pending, for the next minute.
    """
    served = [(case, item_id) for case in cases for item_id in _find_served(services, case)]
    seal(services, cases)
    for case, item_id in served:
        services.inbox.settle(case, item_id)


def _find_served(services: Services, case: str) -> list[str]:
    """Return the items of *case* that only need to be sealed; wake supervise if work is left."""
    pending = services.inbox.waiting(case)
    records = services.facts.of_case(case)
    snapshot = services.cases.get(case)
    on_record = {record.cause for record in records if record.fact.told}
    untold = [item for item in pending if item.event and item.id not in on_record]
    is_judged = (snapshot.n if snapshot else 0) == len(records)
    revisions = [item for item in pending if rules_in(item.id) or catalogue_in(item.id)]
    unserved = untold + [item for item in revisions if not _is_served(item, snapshot)]
    if pending and (unserved or not is_judged):
        # One is enough: whichever item wakes supervise, it handles all that are pending.
        services.inbox.touch(case, (unserved or pending)[0].id, services.wall())
    if not is_judged:
        return []
    reported = [item.id for item in pending if item.event and item not in untold]
    return reported + [item.id for item in pending if not item.event and _is_served(item, snapshot)]


def _is_served(nudge: "InboxItem", snapshot: CaseSnapshot | None) -> bool:
    """Return whether the wake of *nudge* has been served; the sweep sees to one that is still due.

    A nudge with new rules is served once the case was judged by them; one with a new catalogue,
    once the case has its item from there.
    """
    if catalogue_in(nudge.id):
        return snapshot is None or not snapshot.is_unlisted
    if rules := rules_in(nudge.id):
        return snapshot is None or snapshot.rules == rules
    return snapshot is None or snapshot.wake_at is None or nudge_id(snapshot.wake_at) > nudge.id
