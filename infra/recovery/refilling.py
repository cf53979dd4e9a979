"""The log's own table against what is public: whether it fits, and how it is filled again.

Whoever seals meanwhile is stopped by the first batch that lies where theirs would begin, or stops
this by having been there first: then all is done again.
"""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from chalicelib.audit.commit import EntryRow, TreeHead
from chalicelib.audit.tlog import tree
from chalicelib.plumbing.services import Services
from infra.recovery.public import leaves


def compared(services: Services, head: TreeHead, size: int) -> tuple[int, bool]:
    """How many entries of the table are the first of the *size* public ones, and whether it is one.

    That is: the rows are as many as the head says and hash to its root, and each cursor counts
    those of its case. Of a log that grows meanwhile cursors may be ahead.
    """
    agreed, public = 0, leaves(services.objects, size)
    frontier: tuple[bytes, ...] = ()
    counts: Counter[str] = Counter()
    rows = islice(services.log_reader.rows(0), head.size)
    for index, row in enumerate(rows):
        leaf = row["leaf"].encode()
        agreed += agreed == index < size and next(public) == leaf
        frontier = tree.append(index, frontier, tree.leaf_hash(leaf))
        counts[row["case"]] += 1
    is_one = counts.total() == head.size and tree.root(frontier) == head.root
    return agreed, is_one and _counted(services, head, counts)


def _counted(services: Services, head: TreeHead, counts: Counter[str]) -> bool:
    cursors = dict(services.log.cursors())
    if services.log.head() == head:
        return cursors == counts
    return all(cursors.get(case, 0) >= count for case, count in counts.items())


class Refilling:
    """Fills the table with public entries from index *first*, where a batch begins or may."""

    def __init__(self, services: Services, head: TreeHead, first: int, size: int) -> None:
        """Take away what lies there, of the table with *head*, and have the log end there.

        A crash between the two leaves a head without rows, which does not fit together; after it, a
        shorter log, whose cursors do not.
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
        """Write a batch. Raises Conflict where somebody sealed one there meanwhile."""
        for index, row in enumerate(rows, first):
            leaf = str(row["leaf"]).encode()
            self._frontier = tree.append(index, self._frontier, tree.leaf_hash(leaf))
        written = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        self._log.refill(first, written)

    def finish(self, size: int, counts: Counter[str]) -> None:
        """Set every cursor that is not as the public entries have it, and then the head.

        A crash in between leaves the head where filling began: all is done again.
        """
        cursors = dict(self._log.cursors())
        for case in {*cursors, *counts}:
            if cursors.get(case, 0) != counts[case]:
                self._log.set_cursor(case, counts[case])
        self._log.move(self._head, TreeHead(size, self._frontier))
