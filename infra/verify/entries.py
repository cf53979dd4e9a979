"""Read the entries of a log, bundle by bundle, several ahead; each held against its hash tile."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.audit.tlog.tile import WIDTH, TilePath, read_bundle
from chalicelib.audit.tlog.tree import leaf_hash
from chalicelib.errors import Corrupt
from infra.verify.ahead import ahead
from infra.verify.finding import Issue
from infra.verify.hashes import Say, changed, missing, row
from infra.verify.source import Source


class Bundle(NamedTuple):
    """The *entries* of a bundle and their leaf hashes; none where it cannot be read."""

    place: TilePath
    entries: list[bytes]
    hashes: list[bytes]
    tile: bytes | None

    @property
    def start(self) -> int:
        """The index of its first entry."""
        return self.place.index * WIDTH


def bundles(source: Source, size: int, first: int, say: Say) -> Iterator[Bundle]:
    """Give each bundle from entry *first* on, in order; what is missing or unreadable is said."""

    def pair(tile: TilePath) -> tuple[bytes | None, bytes | None]:
        return source.get(tile.path), source.get(_tile(tile).path)

    for place, (bundle, tile) in ahead(row(None, size, first // WIDTH), pair, source.parallel):
        found = _read(bundle, place, tile)
        if b"".join(found.hashes) != tile:
            fresh = source.again(place.path)
            if fresh != bundle:
                say(changed(place.path, found.start))
                found = _read(fresh, place, tile)
            if not found.entries:
                say(_unreadable(place, fresh))
        yield found


def _tile(tile: TilePath) -> TilePath:
    return TilePath(0, tile.index, tile.width)


def _read(bundle: bytes | None, place: TilePath, tile: bytes | None) -> Bundle:
    try:
        entries = read_bundle(bundle or b"", place.width)
    except Corrupt:
        entries = []
    return Bundle(place, entries, [leaf_hash(entry) for entry in entries], tile)


def _unreadable(tile: TilePath, bundle: bytes | None) -> Issue:
    first = tile.index * WIDTH
    if bundle is None:
        return missing(tile.path, first)
    return Issue(
        first,
        "I2",
        f"{tile.path} 不是恰好 {tile.width} 条记录",
        f"{tile.path} does not hold exactly {tile.width} entries",
    )
