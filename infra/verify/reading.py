"""One reading of a log: who reads it, its leaves from an index on, and the tree over them.

The leaves are only put aside here. `cases.py` checks their form and their chains, case by case.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from msgspec import Struct, field

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.tile import WIDTH, TilePath, read_bundle
from chalicelib.log.tlog.tree import leaf_hash
from infra.verify.cases import Judge
from infra.verify.entries import Entries
from infra.verify.hashes import AddIssue, Hashes, changed_object, get_tile, missing_object, tiles_of
from infra.verify.issue import Issue
from infra.verify.shown.published import Leaves
from infra.verify.signatures import KnownKeys
from infra.verify.source import Document, Source
from infra.verify.trust import Trust

Name = TypeVar("Name")
Result = TypeVar("Result")

_AHEAD = 4  # objects, for each that reads
_GIVE_UP = 100  # bundles that cannot be read: a log can sign any size, and have nothing of it

Bar = Callable[[str, int | None], Callable[[int], None]]


def read_ahead(
    names: Iterable[Name], get: Callable[[Name], Result], parallel: int
) -> Iterator[tuple[Name, Result]]:
    """Yield each of *names* with its result of *get*, in order; few are read before their turn."""
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
            if fresh is None:
                add_issue(missing_object(tile_path.path, bundle.start))
            elif not bundle.entries:
                zh = f"{tile_path.path} 不是恰好 {tile_path.width} 条记录"
                en = f"{tile_path.path} does not hold exactly {tile_path.width} entries"
                add_issue(Issue(bundle.start, "I2", zh, en))
        yield bundle


def _read_bundle(body: bytes | None, tile_path: TilePath, tile: bytes | None) -> Bundle:
    try:
        entries = read_bundle(body or b"", tile_path.width)
    except Corrupt:
        entries = []
    return Bundle(tile_path, entries, [leaf_hash(entry) for entry in entries], tile)


class LogReading:
    """The *entries* of a log, their *hashes*, and the *findings*, each with its bundle's number."""

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


ReplaySupervision = Callable[[Entries, Document, datetime], Judge]

CheckShown = Callable[[Leaves, datetime, datetime | None], Iterator[Issue]]
"""Compares what is shown beside the log with its leaves, as of its last sign of life.

Also as of the reader's clock; None where the log has a clock of its own."""


class VerifyingReader(Struct, frozen=True):
    """The reader of a log: the keys to *trust*, the reader's clock *now*, and kept files.

    *events* are those of *receipts*; the folder *all_receipts* has all that a source was given.
    *disclosed* are files of `duban disclose`. *source_keys* are all the keys of some sources.
    *replay* replays supervision from the entries, the documents of the rules by their SHA-256, and
    the instant up to which the log is complete; None leaves that out. A log that shows no sign of
    life for longer than *max_age* is frozen; None: it is a copy of any age. Only entries from
    *since* on are read. *shown* compares board and feed with the leaves. So many *processes* work
    at once.
    """

    trust: Trust
    now: datetime
    replay: ReplaySupervision | None = None
    max_age: timedelta | None = None
    since: int = 0
    checkpoints: tuple[Path, ...] = ()
    receipts: tuple[Path, ...] = ()
    events: tuple[Path, ...] = ()
    all_receipts: Path | None = None
    all_since: datetime | None = None
    disclosed: tuple[Path, ...] = ()
    source_keys: KnownKeys = field(default_factory=dict)
    shown: tuple[CheckShown, ...] = ()
    bar: Bar = no_bar
    processes: int = 1
