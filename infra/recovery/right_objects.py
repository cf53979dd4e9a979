"""The tiles and bundles that a log's entries make, each once and whole, in little memory. Pure."""

from collections.abc import Iterable, Iterator
from itertools import islice

from chalicelib.log.tlog.tile import WIDTH, TilePath, bundle, grow, read_bundle, read_tile_path
from chalicelib.log.tlog.wire import HASH


def right_objects(leaves: Iterable[bytes]) -> Iterator[tuple[TilePath, bytes]]:
    """Yield each tile and bundle of the log with these *leaves*, and its bytes; the partial last.

    It holds the entries of one bundle, and the last tile of each level.
    """
    rest, size = iter(leaves), 0
    partial: dict[int | None, tuple[TilePath, bytes]] = {}
    while run := [*islice(rest, WIDTH)]:
        edge = {tile.path: body for tile, body in partial.values()}
        for path, body in grow(size, edge.__getitem__, run).items():
            tile = read_tile_path(path)
            partial.pop(tile.level, None)
            if tile.width == WIDTH:
                yield tile, body
            else:
                partial[tile.level] = (tile, body)
        size += len(run)
    yield from partial.values()


def cut(tile: TilePath, body: bytes, width: int) -> tuple[TilePath, bytes]:
    """Return the partial object of the first *width* items of *tile*, whose bytes are *body*."""
    partial = TilePath(tile.level, tile.index, width)
    if tile.level is None:
        return partial, bundle(read_bundle(body, tile.width)[:width])
    return partial, body[: width * HASH]
