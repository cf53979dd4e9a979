"""Read the entries of a log, bundle by bundle, several ahead; each held against its hash tile."""

from collections.abc import Callable, Iterator
from itertools import islice

from chalicelib.audit.tile import WIDTH, Place, read_bundle
from chalicelib.audit.tree import leaf_hash
from chalicelib.errors import Corrupt
from infra.verify.ahead import ahead
from infra.verify.finding import Finding
from infra.verify.hashes import Hashes, Say, changed, missing, row
from infra.verify.source import Source

Show = Callable[[int], None]


def bundles(
    source: Source, size: int, first: int, hashes: Hashes, say: Say
) -> Iterator[tuple[int, list[bytes] | None]]:
    """Give each bundle from entry *first* on: its first index, its entries or None.

    None where it is missing or cannot be read, which is said.
    """

    def pair(place: Place) -> tuple[bytes | None, bytes | None]:
        return source.get(place.path), source.get(_tile(place).path)

    wanted = islice(row(None, size), first // WIDTH, None)
    for place, (bundle, tile) in ahead(wanted, pair):
        entries = _read(bundle, place)
        if entries is None or b"".join(map(leaf_hash, entries)) != tile:
            fresh = source.again(place.path)
            if fresh != bundle:
                say(changed(place.path, place.index * WIDTH))
                entries = _read(fresh, place)
            if entries is None:
                say(_unreadable(place, fresh))
        hashes.add(place, entries, tile)
        yield place.index * WIDTH, entries


def _tile(place: Place) -> Place:
    return Place(0, place.index, place.width)


def _read(bundle: bytes | None, place: Place) -> list[bytes] | None:
    try:
        return None if bundle is None else read_bundle(bundle, place.width)
    except Corrupt:
        return None


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
