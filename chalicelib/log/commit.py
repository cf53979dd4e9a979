"""A commit of the log (AUDIT_LOG §5.3): a run of facts takes its places in the one sequence.

Pure: the head of the log and the facts that wait, in; the new head and the entries, out.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge
from operator import itemgetter

from msgspec import Struct

from chalicelib.cases.stored_fact import Record
from chalicelib.log.tlog import tree
from chalicelib.log.tlog.checkpoint import Checkpoint

MAX_CASES = 98  # a DynamoDB transaction holds 100 items; the head and the batch are two
MAX_BYTES = 300_000  # an item holds 400 KB

EntryRow = dict[str, object]


class TreeHead(Struct, frozen=True):
    """The log at *size* entries: its root, and the frontier it grows from."""

    size: int = 0
    frontier: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The Merkle root over all entries."""
        return tree.root(self.frontier)

    def contradicts(self, public: Checkpoint) -> bool:
        """Return whether what is *public* is more than the log, or other than that."""
        if self.size == public.size:
            return self.root != public.root
        return self.size < public.size

    def written(self) -> str:
        """Return the frontier as stored."""
        return ",".join(b64encode(node).decode("ascii") for node in self.frontier)


def read_frontier(stored: str) -> tuple[bytes, ...]:
    """Read a frontier that `TreeHead.written` wrote."""
    return tuple(b64decode(node) for node in stored.split(",") if node)


class Commit(Struct, frozen=True):
    """The entries from `before.size` on, and where each case's cursor moves: case to (from, to)."""

    before: TreeHead
    after: TreeHead
    rows: tuple[EntryRow, ...]
    cursors: Mapping[str, tuple[int, int]]

    def entries(self) -> str:
        """Return the rows as stored."""
        return json.dumps(self.rows, ensure_ascii=False, separators=(",", ":"))


def commit(before: TreeHead, waiting: Mapping[str, Sequence[Record]]) -> Commit | None:
    """Give the facts *waiting* the next places, as far as they fit; None where none wait."""
    rows: list[EntryRow] = []
    cursors: dict[str, tuple[int, int]] = {}
    size, frontier, used = before.size, before.frontier, 0
    for case, record in _in_order(waiting):
        row = row_of(size, case, record)
        used += len(json.dumps(row, ensure_ascii=False).encode())
        is_full = case not in cursors and len(cursors) == MAX_CASES
        if is_full or (rows and used > MAX_BYTES):
            break
        rows.append(row)
        frontier = tree.append(size, frontier, tree.leaf_hash(record.leaf.encode()))
        size += 1
        start = cursors.get(case, (record.fact.n, 0))[0]
        cursors[case] = (start, record.fact.n + 1)
    return Commit(before, TreeHead(size, frontier), tuple(rows), cursors) if rows else None


def _in_order(waiting: Mapping[str, Sequence[Record]]) -> Iterator[tuple[str, Record]]:
    """Yield the facts by their legal instants, those of one case chained, equal ones as given."""
    queues = [
        [(at, case, record) for at, record in zip(_turns(records), records, strict=True)]
        for case, records in waiting.items()
    ]
    return ((case, record) for _, case, record in merge(*queues, key=itemgetter(0)))


def _turns(records: Sequence[Record]) -> list[datetime]:
    """Return when it is the turn of each of a case's *records*.

    A derived fact has its legal instant. A reported one has the instant of its receipt, but does
    not hold up an earlier derived fact behind it. Only a notification does: its cause is elsewhere.
    """
    turns: list[datetime] = []
    for record in reversed(records):
        fact = record.fact
        at = fact.recorded_at if fact.told else fact.at
        turns.append(min(at, turns[-1]) if turns and fact.told and not fact.origin else at)
    return turns[::-1]


def row_of(index: int, case: str, record: Record) -> EntryRow:
    """Return one entry: the leaf, and beside it what no leaf can have, if any (ADR 0059)."""
    was, now = record.was, record.now
    columns: EntryRow = {
        "department": now.department,
        "was": was.lamp,
        "was_in": was.department,
        "now": now.lamp,
        "was_left_out": was.left_out,
        "left_out": now.left_out,
    }
    if (was.days, was.department) != (now.days, now.department):
        columns |= {"was_days": was.days, "days": now.days}
    given = {name: value for name, value in columns.items() if value}
    return {"index": index, "case": case, "leaf": record.leaf, **given}
