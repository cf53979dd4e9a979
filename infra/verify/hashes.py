"""The tree of a log, computed from its entries and held against every tile that is served.

The hashes of each level lie one behind the other. Level 0 is made from the entries, each next one
from the one below; from a *first* entry other than 0 on, what lies before comes from the tiles of
level 1, which the signed root covers as well.
"""

from collections.abc import Callable, Iterator, Sequence

from chalicelib.audit.tlog.proof import root_by_tiles
from chalicelib.audit.tlog.tile import WIDTH, TilePath, read_path
from chalicelib.audit.tlog.tree import joined
from chalicelib.audit.tlog.wire import HASH
from chalicelib.errors import Corrupt
from infra.verify.finding import Issue
from infra.verify.source import Source

Say = Callable[[Issue], None]


class Hashes:
    """The hashes of a log of *size* entries, from entry *first* (the first of a tile) on."""

    def __init__(self, size: int, first: int, source: Source, say: Say) -> None:
        self._size = size
        self._first = first
        self._source = source
        self._say = say
        self._levels = [bytearray()]
        self.root = b""

    def add(self, place: TilePath, hashes: Sequence[bytes], tile: bytes | None) -> None:
        """Take the leaf hashes of the next bundle and hold them against their *tile* of level 0.

        Where there are none, the tile's own stand in, so that the rest can be looked at.
        """
        made = b"".join(hashes) or tile or b""
        if hashes:
            self._same(TilePath(0, place.index, place.width), made, tile)
        self._levels[0] += made.ljust(place.width * HASH, b"\0")[: place.width * HASH]

    def finish(self) -> bytes:
        """Make the levels above, hold them against their tiles, and tell the *root*."""
        level = 1
        while self._size >> (8 * level):
            self._levels.append(self._above(level))
            for tile in row(level, self._size):
                self._same(tile, self._at(tile), self._source.get(tile.path))
            level += 1
        self.root = root_by_tiles(self._size, self.read)
        return self.root

    def read(self, path: str) -> bytes:
        """A tile's bytes, of this size of the log or of an earlier one. Raises Corrupt."""
        tile = read_path(path)
        if tile.level == 0 and tile.index * WIDTH < self._first:
            return self._before(tile.index)[: tile.width * HASH]
        return self._at(tile)

    def _before(self, index: int) -> bytes:
        """A full tile of level 0 from before what is read, held against the level above."""
        place = TilePath(0, index)
        tile = self._source.get(place.path) or b""
        if joined(_hashes(tile)) == self._levels[1][index * HASH : (index + 1) * HASH]:
            return tile
        raise Corrupt(f"{place.path} is {'not what is signed' if tile else 'not served'}")

    def _at(self, tile: TilePath) -> bytes:
        start = tile.index * WIDTH - (0 if tile.level else self._first)
        hashes = self._levels[tile.level or 0]
        return bytes(hashes[start * HASH : (start + tile.width) * HASH])

    def _above(self, level: int) -> bytearray:
        """Level *level* from the one below it; what that does not have, from what is served."""
        below, made = self._levels[level - 1], bytearray()
        skipped = self._first // WIDTH if level == 1 else 0
        for tile in row(0, skipped):
            made += self._served(tile)
        for index in range((self._size >> (8 * level)) - skipped):
            at = index * WIDTH * HASH
            made += joined(_hashes(below[at : at + WIDTH * HASH]))
        return made

    def _served(self, place: TilePath) -> bytes:
        """So many of a tile's hashes of level 1 as this reading takes as they are served."""
        count = self._size // WIDTH
        whole = TilePath(1, place.index, min(WIDTH, count - place.index * WIDTH))
        tile = self._source.get(whole.path) or b""
        return tile[: place.width * HASH].ljust(place.width * HASH, b"\0")

    def _same(self, tile: TilePath, made: bytes, served: bytes | None) -> None:
        if made == served:
            return
        per_hash = WIDTH ** (tile.level or 0)
        index = tile.index * WIDTH * per_hash
        fresh = self._source.again(tile.path)
        if fresh is None:
            self._say(missing(tile.path, index))
            return
        if fresh != served:
            self._say(changed(tile.path, index))
            if fresh == made:
                return
        starts = range(0, len(made), HASH)
        at = next((i // HASH for i in starts if made[i : i + HASH] != fresh[i : i + HASH]), 0)
        self._say(
            Issue(
                index + at * per_hash,
                "I7",
                f"哈希瓦片 {tile.path} 与其下内容算出的不符",
                f"tile {tile.path} is not what the entries under it hash to",
            )
        )


def _hashes(tile: bytes | bytearray) -> list[bytes]:
    return [bytes(tile[at : at + HASH]) for at in range(0, len(tile), HASH)]


def missing(path: str, index: int) -> Issue:
    """An object that the checkpoint requires is not served."""
    return Issue(index, "I7", f"缺少 {path}", f"{path} is not served")


def changed(path: str, index: int) -> Issue:
    """What is served under a name is not what was served under it before."""
    return Issue(
        index,
        "I8",
        f"{path} 的内容与先前取得的不同",
        f"{path} is not what it was when it was fetched before",
    )


def row(level: int | None, size: int, first: int = 0) -> Iterator[TilePath]:
    """Name the tiles of a level, or the bundles (None), of *size* entries, from the *first* on."""
    count = size >> (8 * (level or 0))
    yield from (TilePath(level, index) for index in range(first, count // WIDTH))
    if count % WIDTH:
        yield TilePath(level, count // WIDTH, count % WIDTH)
