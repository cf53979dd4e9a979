"""Reconcile: find what got stuck between two steps, and bring it on. Nothing depends on a stream record.

Every inbox item carries a pending mark until its facts are in the log and its head counts them. What
has carried one for too long is looked at here; the cost follows what is stuck, an idle run is one
empty query per shard. The board is brought up to the log as well.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.cases.telling import told_key
from chalicelib.lambdas.awaken import awaken
from chalicelib.lambdas.publish import follow
from chalicelib.lambdas.seal import seal
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, services

STUCK = timedelta(minutes=1)
_RUN = 500  # items of a shard that one run looks at; the oldest come first


def run(event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - the schedule says nothing
    """Reconcile what has been pending for more than a minute."""
    chosen = services()
    healed = reconcile(chosen, STUCK) + awaken(chosen)
    telemetry.count(telemetry.CASES_HEALED, healed)
    return {"healed": healed}


def reconcile(chosen: Services, stuck: timedelta) -> int:
    """Heal what has been pending for longer than *stuck*; say how many items that were."""
    before = chosen.wall() - stuck
    items = chosen.inbox.pending_before(before, _RUN)
    for case, item_id in items:
        _heal(chosen, case, item_id)
    follow(chosen.log_reader, chosen.board)
    return len(items)


def _heal(chosen: Services, case: str, item_id: str) -> None:
    """Take one item a step further: to supervise, to the log, or out of the pending index."""
    item = chosen.inbox.get(case, item_id)
    if item is None:
        return
    records = chosen.facts.of_case(case)
    head = chosen.cases.get(case)
    keys = {record.fact.key for record in records}
    is_fact = item.event is None or told_key(json.loads(item.event)) in keys
    is_counted = head is not None and head.n == len(records)
    if not (is_fact and is_counted):
        chosen.inbox.touch(case, item_id, chosen.wall())  # the stream carries it to supervise
    seal(chosen, [case])
    if is_fact and is_counted:
        chosen.inbox.settle(case, item_id)
