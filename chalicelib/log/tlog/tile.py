"""Tiles and entry bundles (C2SP tlog-tiles): the objects that the log consists of, and their names.

A tile at level *l* holds 256 hashes, each over 256^l entries; a bundle holds the entries under one
tile of level 0. The last one of each level is partial, and has its width in its name. So the bytes
under a name never change.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.tree import join_hashes, leaf_hash
from chalicelib.log.tlog.wire import HASH

WIDTH = 256
MAX_LEVEL = 63
MAX_ENTRY = 0xFFFF  # a bundle has an entry's length in 16 bits

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[0-9]{1,3}))?",
    re.ASCII,
)


class TilePath(Struct, frozen=True):
    """One tile, or one bundle where *level* is None; *width* hashes or entries are in it."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its name: `tile/0/x001/234.p/5`, `tile/entries/000`."""
        level = "entries" if self.level is None else str(self.level)
        last, rest = f"{self.index % 1000:03d}", self.index // 1000
        while rest:
            last, rest = f"x{rest % 1000:03d}/{last}", rest // 1000
        return f"tile/{level}/{last}" + (f".p/{self.width}" if self.width < WIDTH else "")


def read_tile_path(text: str) -> TilePath:
    """Read a name as `TilePath.path` writes it, and no other. Raises ValueError."""
    if match := _PATH.fullmatch(text):
        level, width = match["level"], match["width"]
        tile = TilePath(
            None if level == "entries" else int(level),
            int(re.sub("[x/]", "", match["index"])),
            int(width) if width else WIDTH,
        )
        if tile.path == text and tile.width and (tile.level or 0) <= MAX_LEVEL:
            return tile
    raise ValueError(f"not the name of a tile: {text[:60]!r}")


def new_tiles(before: int, size: int) -> list[TilePath]:
    """Return every object that a log of *size* entries has and one of *before* lacks, low first."""
    tiles = list(_row(None, before, size))
    for level in range(MAX_LEVEL + 1):
        if before == size:
            break
        tiles += _row(level, before, size)
        before, size = before // WIDTH, size // WIDTH
    return tiles


def _row(level: int | None, before: int, size: int) -> Iterator[TilePath]:
    """Yield the tiles of one level that *size* hashes fill and *before* hashes did not."""
    if before < size:
        yield from (TilePath(level, index) for index in range(before // WIDTH, size // WIDTH))
        if size % WIDTH:
            yield TilePath(level, size // WIDTH, size % WIDTH)


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return *entries* as one object, each behind its length in 16 bits. Raises Corrupt."""
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise Corrupt(f"条目超过 {MAX_ENTRY} 字节", f"an entry has more than {MAX_ENTRY} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(raw: bytes, width: int) -> list[bytes]:
    """Read the *width* entries of a bundle; more, fewer or a cut one raise Corrupt."""
    entries: list[bytes] = []
    at, end = 0, len(raw)
    while at < end:
        start = at + 2
        at = start + int.from_bytes(raw[at:start], "big")
        entries.append(raw[start:at])
    if at != end or len(entries) != width:
        zh = f"{width} 条的条目块有 {len(entries)} 条、{end} 字节"
        raise Corrupt(zh, f"a bundle of {width} entries has {len(entries)} in {end} bytes")
    return entries


def read_hashes(raw: bytes, width: int) -> list[bytes]:
    """Read the *width* hashes of a tile; more, fewer or a cut one raise Corrupt."""
    if len(raw) != width * HASH:
        zh = f"{width} 个哈希的分块有 {len(raw)} 字节"
        raise Corrupt(zh, f"a tile of {width} hashes has {len(raw)} bytes")
    return [raw[at : at + HASH] for at in range(0, len(raw), HASH)]


def grow(before: int, edge: Callable[[str], bytes], leaves: Sequence[bytes]) -> dict[str, bytes]:
    """Return the objects that *leaves* add to a log of *before* entries: bytes by name.

    *edge* reads a partial tile or bundle of that log by its name; full ones are never read. Its
    bytes are trusted: `proof.recompute_root` checks the objects before they are served. Raises
    Corrupt on a wrong length.
    """
    objects: dict[str, bytes] = {}
    entries = list(leaves)
    if before % WIDTH and entries:
        width = before % WIDTH
        entries = read_bundle(edge(TilePath(None, before // WIDTH, width).path), width) + entries
    for index, run in _runs(before, entries):
        objects[TilePath(None, index, len(run)).path] = bundle(run)

    hashes, level = [leaf_hash(leaf) for leaf in leaves], 0
    while hashes:
        if width := before % WIDTH:
            partial_tile = edge(TilePath(level, before // WIDTH, width).path)
            hashes = read_hashes(partial_tile, width) + hashes
        full = []
        for index, run in _runs(before, hashes):
            objects[TilePath(level, index, len(run)).path] = b"".join(run)
            full += [join_hashes(run)] if len(run) == WIDTH else []
        hashes, before, level = full, before // WIDTH, level + 1
    return objects


def _runs(before: int, items: Sequence[bytes]) -> Iterator[tuple[int, Sequence[bytes]]]:
    """Yield the *items* of each tile with its index, from the tile at the end of *before* on."""
    for start in range(0, len(items), WIDTH):
        yield (before + start) // WIDTH, items[start : start + WIDTH]
