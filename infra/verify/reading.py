"""One reading of a log: its leaves from an index on, and the tree over them.

The leaves are only put aside here. `cases.py` checks their form and their chains, case by case.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, Self, TypeVar

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.tile import WIDTH, TilePath, read_bundle
from chalicelib.log.tlog.tree import leaf_hash
from infra.verify.entries import Entries
from infra.verify.hashes import AddIssue, Hashes, changed_object, get_tile, missing_object, tiles_of
from infra.verify.issue import Issue
from infra.verify.source import Source

Name = TypeVar("Name")
Result = TypeVar("Result")

_AHEAD = 4  # objects, for each that reads
_GIVE_UP = 100  # bundles that cannot be read: a log can sign any size, and have nothing of it

Bar = Callable[[str, int | None], Callable[[int], None]]


def read_ahead(
    names: Iterable[Name], get: Callable[[Name], Result], parallel: int
) -> Iterator[tuple[Name, Result]]:
    """Yield each of *names* with its result of *get*, in order; *parallel* calls run at once.

    Never many more are read than are wanted.
    """
    if parallel == 1:
        yield from ((name, get(name)) for name in names)
        return
    waiting: deque[tuple[Name, Future[Result]]] = deque()
    with ThreadPoolExecutor(parallel) as readers:
        try:
            for name in names:
                waiting.append((name, readers.submit(get, name)))
                if len(waiting) == _AHEAD * parallel:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            for _, unwanted in waiting:
                unwanted.cancel()


def no_bar(title: str, size: int | None) -> Callable[[int], None]:  # noqa: ARG001 - none is shown
    """Show no progress."""
    return lambda _: None


class Bundle(NamedTuple):
    """The *entries* of a bundle and their leaf hashes; none where it cannot be read.

    *tile* is the hash tile of level 0 beside it, None where it is not served.
    """

    tile_path: TilePath
    entries: list[bytes]
    hashes: list[bytes]
    tile: bytes | None

    @property
    def start(self) -> int:
        """The index of its first entry."""
        return self.tile_path.index * WIDTH


def read_bundles(source: Source, size: int, first: int, add_issue: AddIssue) -> Iterator[Bundle]:
    """Yield each bundle from entry *first* on, in order; add an issue for each unreadable one."""

    def pair(path: TilePath) -> tuple[bytes | None, bytes | None]:
        hash_tile = TilePath(0, path.index, path.width)
        return get_tile(source.get, path), get_tile(source.get, hash_tile)

    paths = tiles_of(None, size, first // WIDTH)
    for tile_path, (body, tile) in read_ahead(paths, pair, source.parallel):
        bundle = _read_bundle(body, tile_path, tile)
        if b"".join(bundle.hashes) != tile:
            fresh = get_tile(source.again, tile_path)
            if fresh != body:
                add_issue(changed_object(tile_path.path, bundle.start))
                bundle = _read_bundle(fresh, tile_path, tile)
            if not bundle.entries:
                add_issue(_unreadable(tile_path, fresh))
        yield bundle


def _read_bundle(body: bytes | None, tile_path: TilePath, tile: bytes | None) -> Bundle:
    try:
        entries = read_bundle(body or b"", tile_path.width)
    except Corrupt:
        entries = []
    return Bundle(tile_path, entries, [leaf_hash(entry) for entry in entries], tile)


def _unreadable(tile: TilePath, bundle: bytes | None) -> Issue:
    first = tile.index * WIDTH
    if bundle is None:
        return missing_object(tile.path, first)
    zh = f"{tile.path} 不是恰好 {tile.width} 条记录"
    en = f"{tile.path} does not hold exactly {tile.width} entries"
    return Issue(first, "I2", zh, en)


class LogReading:
    """The *entries* of a log, their *hashes*, and the *findings* about bundles and tiles.

    Each finding has the number of the bundle with which it was made.
    """

    def __init__(self, source: Source, size: int, since: int, bar: Bar) -> None:
        """Read the log of *size* entries from *since* on, or from the start of its bundle."""
        first = since // WIDTH * WIDTH
        self.findings: list[tuple[int, Issue]] = []
        self.entries = Entries(first, since)
        self.hashes = Hashes(size, source, self._add_issue, self.entries.leaves)
        self._bundle = first // WIDTH
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
                zh = f"缺失或无法读取的数据包已达 {_GIVE_UP} 个，不再往下读"
                en = f"{_GIVE_UP} bundles are missing or cannot be read; given up"
                self._add_issue(Issue(bundle.start, "I7", zh, en))
                break
        self.entries.finish()
        if unreadable < _GIVE_UP:
            self._bundle = size // WIDTH + 1
            self.hashes.finish()

    def _take(self, bundle: Bundle) -> None:
        hashes = self.hashes.add(bundle.tile_path, bundle.hashes, bundle.tile)
        self._bundle += 1
        if not bundle.entries:
            self.entries.add_missing(hashes)
            return
        for digest, leaf in zip(hashes, bundle.entries, strict=True):
            self.entries.add(digest, leaf)

    def _add_issue(self, issue: Issue) -> None:
        self.findings.append((self._bundle, issue))
