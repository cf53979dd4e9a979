"""The log's own table and the public log: whether they agree, and how the table is filled again.

A function that seals meanwhile fails at the first batch that was written here, or writes its own
batch first and makes this fail: then all is done again.

A leaf that differs is a matter of the whole table. In the rows it is the columns beside equal
leaves: the case, its department and lamp, what the rates need. Others have no effect.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from chalicelib.log.commit import EntryRow, TreeHead
from chalicelib.log.tlog import tree
from chalicelib.plumbing.services import Services
from infra.recovery.difference import Differences
from infra.recovery.public import leaves

_OF_RATES = ("was_left_out", "left_out", "was_days", "days")
COLUMNS = ("case", "department", "was", "was_in", "now", *_OF_RATES)


def compare_table(services: Services, head: TreeHead, size: int) -> tuple[int, bool]:
    """Return how many first entries of the table are public, and whether the table is consistent.

    It is if the rows are as many as in its head and hash to the root, and each cursor counts the
    rows of its case. The cursors of a log that grows meanwhile may be ahead.
    """
    agreed, public = 0, leaves(services.objects, size)
    frontier: tuple[bytes, ...] = ()
    counts: Counter[str] = Counter()
    rows = islice(services.log_reader.rows(0), head.size)
    for index, row in enumerate(rows):
        leaf = row["leaf"].encode()
        agreed += agreed == index < size and next(public) == leaf
        frontier = tree.append(index, frontier, tree.leaf_hash(leaf))
        counts[row.get("case", "")] += 1
    is_consistent = counts.total() == head.size and tree.root(frontier) == head.root
    return agreed, is_consistent and _cursors_fit(services, head, counts)


def _cursors_fit(services: Services, head: TreeHead, counts: Counter[str]) -> bool:
    cursors = dict(services.log.cursors())
    if services.log.head() == head:
        return cursors == counts
    return all(cursors.get(case, 0) >= count for case, count in counts.items())


class Refilling:
    """Fills the table with public entries from index *first*, where a batch begins or may."""

    def __init__(self, services: Services, head: TreeHead, first: int, size: int) -> None:
        """Delete the rows from index *first* on of the table with *head*; the log ends there.

        Crash between the two writes: a head without rows, which is not consistent. Crash after
        them: a shorter log, whose cursors are not consistent. The next restore starts again.
        """
        self._log = services.log
        self._frontier: tuple[bytes, ...] = ()
        for index, leaf in enumerate(islice(leaves(services.objects, size), first)):
            self._frontier = tree.append(index, self._frontier, tree.leaf_hash(leaf))
        self._log.discard(first, head.size)
        self._head = TreeHead(first, self._frontier)
        if head != self._head:
            self._log.move(head, self._head)

    def write(self, first: int, rows: Sequence[EntryRow]) -> None:
        """Write a batch. Raises Conflict where a function sealed one there meanwhile."""
        for index, row in enumerate(rows, first):
            leaf = str(row["leaf"]).encode()
            self._frontier = tree.append(index, self._frontier, tree.leaf_hash(leaf))
        written = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        self._log.refill(first, written)

    def finish(self, size: int, counts: Counter[str]) -> None:
        """Set every cursor to the count of public entries, and then the head.

        Crash in between: the head is where filling began; the next restore starts again.
        """
        cursors = dict(self._log.cursors())
        for case in {*cursors, *counts}:
            if cursors.get(case, 0) != counts[case]:
                self._log.set_cursor(case, counts[case])
        self._log.move(self._head, TreeHead(size, self._frontier))


class RowCheck:
    """Compares the first *size* stored rows with derived ones; where it *writes*, mends them."""

    def __init__(
        self, services: Services, differences: Differences, size: int, *, writes: bool
    ) -> None:
        self._services = services
        self._differences = differences
        self._size = size
        self._writes = writes
        self._stored: Iterator[Mapping[str, Any]] = services.log_reader.rows(0)

    def compare(self, first: int, rows: Sequence[EntryRow]) -> None:
        """Compare derived *rows* from index *first* on; they come in order, each once."""
        wrong: dict[int, Mapping[str, Any]] = {}
        for index, row in enumerate(rows[: max(0, self._size - first)], first):
            stored = next(self._stored, None)
            if stored is None:
                return  # the table has a gap: all of it is made again
            derived = json.loads(json.dumps(row, ensure_ascii=False))
            names = [name for name in COLUMNS if _value(stored, name) != _value(derived, name)]
            for name in names:
                was, now = stored.get(name), derived.get(name)
                zh = f"第 {index} 条的列 {name} 是 {was!r}，应为 {now!r}"
                self._differences.add("log", zh, f"entry {index}: {name} is {was!r}, not {now!r}")
            if names:
                wrong[index] = derived
        if wrong and self._writes:
            self._mend(wrong)

    def _mend(self, wrong: Mapping[int, Mapping[str, Any]]) -> None:
        """Write the batches of *wrong* rows anew, with the same leaves.

        Crash in between: the batches before are right, and the next restore finds the others.
        """
        log = self._services.log
        for first in sorted({self._services.log_reader.first_of_batch(index) for index in wrong}):
            stored = log.batch(first)
            rows = [wrong.get(row["index"], row) for row in json.loads(stored)]
            log.correct(first, stored, json.dumps(rows, ensure_ascii=False, separators=(",", ":")))


def _value(row: Mapping[str, Any], name: str) -> object:
    return row.get(name) or None  # what is empty is left out
