"""A log of any size in the tables in memory: as seal leaves it, without the facts behind it.

Its rows hold only what a publisher reads.
"""

from base64 import b64encode
from functools import reduce
from typing import Any

from tests.stranger.merkle import EMPTY, leaf_hash, node_hash, root
from tests.support.batches import packed
from tests.support.memory_cloud import MemoryCloud

PAGE = 4096
RUN = 98  # cases in a commit at most
AT = "2026-11-09T09:30:00.000Z"


class LongLog:
    """Grows by entries of its own, each of a case of its own.

    A second one over the same tables stands in the place of the first, as another log *from* there
    on: a backup that was restored and went on, or somebody's edit.
    """

    def __init__(self, cloud: MemoryCloud, other_from: int | None = None) -> None:
        self._items = cloud.items["test-Log"]
        self._items.clear()
        self._other_from = other_from
        self.root = EMPTY
        self.entries: list[bytes] = []
        self._hashes: list[bytes] = []

    def grow(self, size: int) -> None:
        """Commit entries until there are *size*; the head says so last."""
        if not size:
            return
        for first in range(len(self.entries), size, RUN):
            rows = [self._row(index) for index in range(first, min(first + RUN, size))]
            self.entries += [row["leaf"].encode() for row in rows]
            self._put(f"BATCH#{first // PAGE}", f"{first:016d}", **packed(rows))
        self._hashes += [leaf_hash(entry) for entry in self.entries[len(self._hashes) :]]
        frontier = self._frontier()
        self.root = reduce(lambda right, left: node_hash(left, right), reversed(frontier))
        self._put(
            "HEAD",
            "HEAD",
            size={"N": str(size)},
            root={"S": b64encode(self.root).decode()},
            frontier={"S": ",".join(b64encode(one).decode() for one in frontier)},
        )

    def _frontier(self) -> list[bytes]:
        """The roots of the perfect subtrees, the largest first."""
        hashes: list[bytes] = []
        start, size = 0, len(self._hashes)
        for bit in reversed(range(size.bit_length())):
            if size >> bit & 1:
                hashes.append(root(self._hashes[start : start + (1 << bit)]))
                start += 1 << bit
        return hashes

    def _row(self, index: int) -> dict[str, Any]:
        is_other = self._other_from is not None and index >= self._other_from
        leaf = _LEAF.replace("*", f"{index:026d}".translate(_OTHER if is_other else _LETTERS))
        return {"index": index, "case": f"hall:{index}", "leaf": leaf, **_REST}

    def _put(self, pk: str, sk: str, **fields: dict[str, str]) -> None:
        self._items[pk, sk] = {"pk": {"S": pk}, "sk": {"S": sk}, **fields}


_OTHER = str.maketrans("0123456789", "qrstuvwxyz")
_LETTERS = str.maketrans("0123456789", "abcdefghij")
_LEAF = (
    f'{{"at":"{AT}","case":"c_*","data":{{"stage":"review"}},"k":"stage.entered","key":"e_*",'
    f'"n":0,"prev":"","rec":"{AT}","src":"hall","told":true,"v":1}}'
)
_REST = {"n": 0, "kind": "stage.entered", "at": AT, "recorded_at": AT}
