"""Read the bundles of a log, several ahead; each is held against its hash tile."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.tile import WIDTH, TilePath, read_bundle
from chalicelib.log.tlog.tree import leaf_hash
from infra.verify.hashes import AddIssue, changed_object, get_tile, missing_object, tiles_of
from infra.verify.issue import Issue
from infra.verify.read_ahead import read_ahead
from infra.verify.source import Source


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

    def pair(tile: TilePath) -> tuple[bytes | None, bytes | None]:
        return get_tile(source.get, tile), get_tile(source.get, _tile(tile))

    for tile_path, (body, tile) in read_ahead(
        tiles_of(None, size, first // WIDTH), pair, source.parallel
    ):
        bundle = _read_bundle(body, tile_path, tile)
        if b"".join(bundle.hashes) != tile:
            fresh = get_tile(source.again, tile_path)
            if fresh != body:
                add_issue(changed_object(tile_path.path, bundle.start))
                bundle = _read_bundle(fresh, tile_path, tile)
            if not bundle.entries:
                add_issue(_unreadable(tile_path, fresh))
        yield bundle


def _tile(tile: TilePath) -> TilePath:
    return TilePath(0, tile.index, tile.width)


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
