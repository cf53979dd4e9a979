"""Fetch a tile or a bundle; where a partial one is gone, its full one takes its place.

A log may remove partial tiles once the full tile is public (C2SP tlog-tiles): a reader of an older
checkpoint reads the full one up to his width.
"""

from collections.abc import Callable

from chalicelib.log.tlog.tile import WIDTH, TilePath
from chalicelib.log.tlog.wire import HASH

Get = Callable[[str], bytes | None]
"""Returns the object of a path, None where there is none."""

_LENGTH = 2  # bytes before each entry


def get_tile(get: Get, tile: TilePath) -> bytes | None:
    """Return the bytes of *tile*, cut out of its full one where only that is served."""
    body = get(tile.path)
    if body is not None or tile.width == WIDTH:
        return body
    full = get(TilePath(tile.level, tile.index).path)
    if full is None:
        return None
    return _first_entries(full, tile.width) if tile.level is None else full[: tile.width * HASH]


def _first_entries(bundle: bytes, count: int) -> bytes:
    """Return the first *count* entries of *bundle*, each with its length before it."""
    end = 0
    for _ in range(count):
        end += _LENGTH + int.from_bytes(bundle[end : end + _LENGTH], "big")
    return bundle[:end]
