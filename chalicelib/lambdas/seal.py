"""Seal (封存): give every fact its place in the one gap-free sequence (AUDIT_LOG §5.3).

The stream's records only name the cases; the facts are read from their table, from the log's own
cursor on. So lost, repeated and reordered records do no harm, and reconcile seals the same way.

One seals at a time, by design (infra/stack/template.yaml): all go through the head of the log.
Where several do all the same, nothing is lost: a sealer that loses a race steps aside for a while.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.cases.decision import LATE
from chalicelib.cases.stored_fact import Record
from chalicelib.errors import SENSELESS, Conflict
from chalicelib.log.commit import MAX_CASES, Commit, commit
from chalicelib.plumbing.services import Services, current_services

_TRIES = 8
_CALL_SECONDS = 0.005  # that a call to the table takes, about
_LONGEST_SECONDS = 4.0  # that one pause takes; seven of them fit into what a run may take


def run(event: Mapping[str, Any]) -> dict[str, Any]:
    """Seal the facts of the cases that a batch of the facts stream names."""
    services = current_services()
    seal(services, [record["dynamodb"]["Keys"]["case"]["S"] for record in event["Records"]])
    return {"batchItemFailures": []}


def seal(services: Services, cases: Iterable[str]) -> int:
    """Commit all waiting facts of *cases*; return how many. Conflict after too many lost races."""
    case_ids = list(dict.fromkeys(cases))
    sealed = lost = 0
    while True:
        head = services.log.head()  # before the cursors, or two sealers could both see old ones
        waiting = _waiting(services, case_ids)
        change = commit(head, {case: records for case, records in waiting.items() if records})
        if change is None:
            return sealed
        try:
            _commit(services, change, has_lost=lost > 0)
        except Conflict:
            lost += 1
            if lost == _TRIES:
                raise
            services.step_aside(longest_pause(lost, len(waiting)))
            continue
        sealed, lost = sealed + len(change.rows), 0
        _settle(services, change, waiting)
        if len(change.rows) == sum(map(len, waiting.values())):
            return sealed  # a fact written from now on has a stream record of its own


def longest_pause(lost: int, cases: int) -> float:
    """Return the longest pause, in seconds, of a sealer of *cases* after *lost* lost races.

    A multiple of what one attempt takes, and twice as long after each loss. How much of it is
    waited is left to chance, or those who lost together would meet again.
    """
    attempt = _CALL_SECONDS * (2 * cases + 3)
    return min(_LONGEST_SECONDS, attempt * float(1 << (lost + 2)))


def _commit(services: Services, change: Commit, *, has_lost: bool) -> None:
    """Commit *change*. Raises Conflict where another sealer moved the log first.

    A transaction that is cancelled costs what it would have written. So where many cases were read,
    or others were seen to seal, the head is looked at once more: that costs one read.
    """
    is_contended = has_lost or len(change.cursors) > 1
    if is_contended and services.log.head() != change.before:
        raise Conflict("读取事实时日志又有增加", "the log moved on while the facts were read")
    services.log.commit(change)


def _waiting(services: Services, cases: Sequence[str]) -> dict[str, list[Record]]:
    """Return the waiting facts of *cases*, and if some are late, those of all cases that wait.

    After an outage the order counts: the facts of a turn come over several streams, in batches. A
    waiting case that cannot be read is left out, or nothing late would be sealed.
    """
    waiting = _read(services, cases)
    facts = (record.fact for records in waiting.values() for record in records)
    if any(not fact.told and fact.recorded_at - fact.at > LATE for fact in facts):
        pending = services.inbox.pending_before(services.wall() + LATE, MAX_CASES)
        others = dict.fromkeys(case for case, _ in pending if case not in waiting)
        waiting |= _read(services, [*others], skipped=SENSELESS)
    return waiting


def _read(
    services: Services, cases: Sequence[str], skipped: tuple[type[Exception], ...] = ()
) -> dict[str, list[Record]]:
    """Return the waiting facts of *cases*; none where an error is *skipped*: reconcile counts."""

    def read_waiting(case: str) -> list[Record]:
        try:
            return services.facts.of_case(case, services.log.cursor(case))
        except skipped:
            return []

    return dict(zip(cases, services.in_parallel(read_waiting, cases), strict=True))


def _settle(services: Services, change: Commit, waiting: Mapping[str, Sequence[Record]]) -> None:
    """Remove the pending marks of items whose facts are all in the log and in the snapshot.

    A crash before this leaves marks on sealed items; reconcile settles them. It also settles those
    that supervise has not finished: only a snapshot that counts the facts has judged them.
    """

    def settle_case(case: str) -> None:
        _, end = change.cursors[case]
        snapshot = services.cases.get(case)
        if snapshot is None or snapshot.n < end:
            return
        unsealed = {record.cause for record in waiting[case] if record.fact.n >= end}
        for cause in dict.fromkeys(record.cause for record in waiting[case]):
            if cause not in unsealed:
                services.inbox.settle(case, cause)

    services.in_parallel(settle_case, change.cursors)
