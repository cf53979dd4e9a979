"""One reading of a log: its leaves from an index on, and the tree over them.

The leaves are only put aside here. `cases.py` checks their form and their chains, case by case.
"""

from collections.abc import Callable
from typing import Self

from chalicelib.log.tlog.tile import WIDTH
from infra.verify.bundles import Bundle, read_bundles
from infra.verify.entries import Entries
from infra.verify.hashes import Hashes
from infra.verify.issue import Issue
from infra.verify.source import Source

_GIVE_UP = 100  # bundles that cannot be read: a log can sign any size, and have nothing of it

Bar = Callable[[str, int | None], Callable[[int], None]]


def no_bar(title: str, size: int | None) -> Callable[[int], None]:  # noqa: ARG001 - none is shown
    """Show no progress."""
    return lambda _: None


class LogReading:
    """The *entries* of a log, the *root* over them, and the *findings* about bundles and tiles.

    Each finding has the number of the bundle with which it was made.
    """

    def __init__(self, source: Source, size: int, since: int, bar: Bar) -> None:
        """Read the log of *size* entries from *since* on, or from the start of its bundle."""
        first = since // WIDTH * WIDTH
        self.findings: list[tuple[int, Issue]] = []
        self.entries = Entries(first, since)
        self.hashes = Hashes(size, source, self._add_issue, self.entries.leaves)
        self.root, self._bundle = b"", first // WIDTH
        try:
            self._read(source, size, bar)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the room on disk back."""
        self.entries.leaves.close()

    def _read(self, source: Source, size: int, bar: Bar) -> None:
        first, unreadable = self.entries.first, 0
        show = bar("verifying", size - first)
        for bundle in read_bundles(source, size, first, self._add_issue):
            self._take(bundle)
            show(min(bundle.start + WIDTH, size) - first)
            unreadable += not bundle.entries
            if unreadable == _GIVE_UP:
                self._bundle = size // WIDTH + 1
                self._add_issue(_given_up(bundle.start))
                break
        self.entries.finish()
        if unreadable < _GIVE_UP:
            self._bundle = size // WIDTH + 1
            self.root = self.hashes.finish()

    def _take(self, bundle: Bundle) -> None:
        hashes = self.hashes.add(bundle.tile_path, bundle.hashes, bundle.tile)
        self._bundle += 1
        if not bundle.entries:
            self.entries.add_missing(hashes)
            return
        for leaf_hash, leaf in zip(hashes, bundle.entries, strict=True):
            self.entries.add(leaf_hash, leaf)

    def _add_issue(self, issue: Issue) -> None:
        self.findings.append((self._bundle, issue))


def _given_up(index: int) -> Issue:
    zh = f"缺失或无法读取的数据包已达 {_GIVE_UP} 个，不再往下读"
    en = f"{_GIVE_UP} bundles are missing or cannot be read; given up"
    return Issue(index, "I7", zh, en)
