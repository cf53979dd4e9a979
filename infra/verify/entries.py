"""Read the entries of a log, bundle by bundle, several ahead; each held against its hash tile."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.audit.tlog.tile import WIDTH, Place, read_bundle
from chalicelib.audit.tlog.tree import leaf_hash
from chalicelib.errors import Corrupt
from infra.verify.ahead import ahead
from infra.verify.finding import Finding
from infra.verify.hashes import Say, changed, missing, row
from infra.verify.source import Source


class Bundle(NamedTuple):
    """The *entries* of a bundle and their leaf hashes; none where it cannot be read."""

    place: Place
    entries: list[bytes]
    hashes: list[bytes]
    tile: bytes | None

    @property
    def start(self) -> int:
        """The index of its first entry."""
        return self.place.index * WIDTH


def bundles(source: Source, size: int, first: int, say: Say) -> Iterator[Bundle]:
    """Give each bundle from entry *first* on, in order; what is missing or unreadable is said."""

    def pair(place: Place) -> tuple[bytes | None, bytes | None]:
        return source.get(place.path), source.get(_tile(place).path)

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


def _tile(place: Place) -> Place:
    return Place(0, place.index, place.width)


def _read(bundle: bytes | None, place: Place, tile: bytes | None) -> Bundle:
    try:
        entries = read_bundle(bundle or b"", place.width)
    except Corrupt:
        entries = []
    return Bundle(place, entries, [leaf_hash(entry) for entry in entries], tile)


def _unreadable(place: Place, bundle: bytes | None) -> Finding:
    first = place.index * WIDTH
    if bundle is None:
        return missing(place.path, first)
    return Finding(
        first,
        "I2",
        f"{place.path} 不是恰好 {place.width} 条记录",
        f"{place.path} does not hold exactly {place.width} entries",
    )
