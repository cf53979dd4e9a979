"""Seal (封存): give every fact its place in the one gap-free sequence (AUDIT_LOG §5.3).

The stream's records only name the cases; the facts are read from their table, from the log's own
cursor on. So lost, repeated and reordered records do no harm, and reconcile seals the same way.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.audit.commit import Commit, commit
from chalicelib.cases.record import Record
from chalicelib.errors import Conflict
from chalicelib.plumbing.services import Services, current_services

_TRIES = 8


def run(event: Mapping[str, Any]) -> dict[str, Any]:
    """Seal the facts of the cases that a batch of the facts stream names."""
    services = current_services()
    seal(services, [record["dynamodb"]["Keys"]["case"]["S"] for record in event["Records"]])
    return {"batchItemFailures": []}


def seal(services: Services, cases: Iterable[str]) -> int:
    """Commit all waiting facts of *cases*. Return the number of entries made.

    After a lost race for the log's head it reads again. Raises Conflict after too many losses; then
    the stream brings the records back.
    """
    case_ids = list(dict.fromkeys(cases))
    sealed = lost = 0
    while True:
        head = services.log.head()  # before the cursors, or two sealers could both see old ones
        waiting = {case: _read_waiting(services, case) for case in case_ids}
        change = commit(head, {case: records for case, records in waiting.items() if records})
        if change is None:
            return sealed
        try:
            services.log.commit(change)
        except Conflict:
            lost += 1
            if lost == _TRIES:
                raise
            continue
        sealed, lost = sealed + len(change.rows), 0
        _settle(services, change, waiting)
        if len(change.rows) == sum(len(records) for records in waiting.values()):
            return sealed  # a fact written from now on has a stream record of its own


def _read_waiting(services: Services, case: str) -> list[Record]:
    return services.facts.of_case(case, services.log.cursor(case))


def _settle(services: Services, change: Commit, waiting: Mapping[str, Sequence[Record]]) -> None:
    """Remove the pending marks of items whose facts are all in the log and in the snapshot.

    A crash before this leaves marks on sealed items; reconcile settles them. It also settles those
    that supervise has not finished: only a snapshot that counts the facts has judged them.
    """
    for case, (_, end) in change.cursors.items():
        snapshot = services.cases.get(case)
        if snapshot is None or snapshot.n < end:
            continue
        sealed = {record.cause: None for record in waiting[case] if record.fact.n < end}
        unsealed = {record.cause for record in waiting[case] if record.fact.n >= end}
        for cause in sealed.keys() - unsealed:
            services.inbox.settle(case, cause)
