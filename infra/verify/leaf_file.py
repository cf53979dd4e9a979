"""The leaves of a log while it is verified: in a temporary file, each behind its leaf hash.

A log may have millions of leaves, and they are needed twice: for the tree, and then case by case.
Memory has eight bytes for each. The file is gone when it is closed, or when the process ends.
"""

import os
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import suppress

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.log.tlog.wire import HASH

_PREAD = getattr(os, "pread", None)  # not on every system
_AT_ONCE = 1 << 20  # bytes that are written or read at a time


class StoredLeaf(Struct, frozen=True):
    """The *hash* of a leaf, and the *leaf*; b"" where only its hash is known."""

    hash: bytes
    leaf: bytes


class LeafFile:
    """The leaves from index *first* on, in their order."""

    def __init__(self, first: int) -> None:
        self.first = first
        self._file = tempfile.TemporaryFile(buffering=_AT_ONCE)  # noqa: SIM115 - closed by its owner
        self._ends = array("Q", [0])

    def close(self) -> None:
        """Remove the file, and what is not written of it."""
        with suppress(OSError):
            self._file.close()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, leaf_hash: bytes, leaf: bytes) -> None:
        """Append the next leaf. Raises BadInput where there is no room for it."""
        try:
            self._file.write(leaf_hash + leaf)
        except OSError as error:
            raise _no_room(error) from error
        self._ends.append(self._ends[-1] + HASH + len(leaf))

    def finish(self) -> None:
        """Hand what was added to the operating system, so that every process reads it."""
        try:
            self._file.flush()
        except OSError as error:
            raise _no_room(error) from error

    def read(self, index: int) -> StoredLeaf:
        """Return leaf *index* of the log, which was added before `finish`."""
        place = index - self.first
        raw = self._bytes(self._ends[place], self._ends[place + 1])
        return StoredLeaf(raw[:HASH], raw[HASH:])

    def hashes(self, index: int, count: int) -> bytes:
        """Return the hashes of *count* leaves from *index* on, as far as they are there."""
        until = min(index + count, self.first + len(self))
        return b"".join(self.read(each).hash for each in range(index, until))

    def __iter__(self) -> Iterator[StoredLeaf]:
        number = 0
        while number < len(self):
            start, last = self._ends[number], number + 1
            while last < len(self) and self._ends[last + 1] - start <= _AT_ONCE:
                last += 1
            raw = self._bytes(start, self._ends[last])
            for each in range(number, last):
                leaf = raw[self._ends[each] - start : self._ends[each + 1] - start]
                yield StoredLeaf(leaf[:HASH], leaf[HASH:])
            number = last

    def _bytes(self, start: int, end: int) -> bytes:
        """Read without moving a position that other processes share, where that can be done."""
        if _PREAD is not None:
            return bytes(_PREAD(self._file.fileno(), end - start, start))
        self._file.seek(start)
        return bytes(self._file.read(end - start))


def _no_room(error: OSError) -> BadInput:
    zh = "放不下日志的临时副本；请以 TMPDIR 指定另一个文件夹"
    en = f"no room for a temporary copy of the log ({error.strerror}): name another by TMPDIR"
    return BadInput(zh=zh, en=en, where=tempfile.gettempdir())
