"""The tree of a log, computed from its entries and held against every tile that is served.

The hashes of each level above the entries lie one behind the other, each level made from the one
below; those of the leaves themselves are on disk, with the leaves. From a *first* entry other than
0 on, what lies before comes from the tiles of level 1, which the signed root covers as well.
"""

from collections.abc import Callable, Iterator, Sequence

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.proof import root_by_tiles
from chalicelib.log.tlog.tile import WIDTH, TilePath, read_tile_path
from chalicelib.log.tlog.tree import join_hashes
from chalicelib.log.tlog.wire import HASH
from infra.verify.issue import Issue
from infra.verify.leaf_file import LeafFile
from infra.verify.source import Source

AddIssue = Callable[[Issue], None]
Get = Callable[[str], bytes | None]
"""Returns the object of a path, None where there is none."""
_LENGTH = 2  # bytes before each entry of a bundle


class Hashes:
    """The hashes of a log of *size* entries, from the first of *leaves* on, where a tile begins."""

    def __init__(self, size: int, source: Source, add_issue: AddIssue, leaves: LeafFile) -> None:
        self._size = size
        self._first = leaves.first
        self._source = source
        self._add_issue = add_issue
        self._leaves = leaves
        self._bundles = bytearray()
        self._levels: list[bytearray] = []  # from level 1 on
        self.root = b""

    def add(
        self, tile_path: TilePath, hashes: Sequence[bytes], tile: bytes | None
    ) -> Sequence[bytes]:
        """Compare the *hashes* of the next bundle with their *tile*; return them, or its own."""
        if hashes:
            self._compare(TilePath(0, tile_path.index, tile_path.width), b"".join(hashes), tile)
        else:
            length = tile_path.width * HASH
            hashes = _hashes((tile or b"").ljust(length, b"\0")[:length])
        if tile_path.width == WIDTH:
            self._bundles += join_hashes(hashes)
        return hashes

    def finish(self) -> None:
        """Compute the levels above and the *root*, and compare them with their tiles."""
        level = 1
        while self._size >> (8 * level):
            self._levels.append(self._level_above(level))
            for tile in tiles_of(level, self._size):
                self._compare(tile, self._at(tile), get_tile(self._source.get, tile))
            level += 1
        self.root = root_by_tiles(self._size, self.read_tile)

    def read_tile(self, path: str) -> bytes:
        """Return a tile's bytes, of this size of the log or of an earlier one. Raises Corrupt."""
        tile = read_tile_path(path)
        if tile.level == 0 and tile.index * WIDTH < self._first:
            return self._tile_before(tile.index)[: tile.width * HASH]
        return self._at(tile)

    def _tile_before(self, index: int) -> bytes:
        """Return full tile *index* of level 0 before *first*, checked against the level above."""
        tile_path = TilePath(0, index)
        tile = self._source.get(tile_path.path) or b""
        if join_hashes(_hashes(tile)) == self._levels[0][index * HASH : (index + 1) * HASH]:
            return tile
        zh = f"{tile_path.path} {'与所签署的不符' if tile else '没有提供'}"
        raise Corrupt(zh, f"{tile_path.path} is {'not what is signed' if tile else 'not served'}")

    def _at(self, tile: TilePath) -> bytes:
        """Return what *tile* holds, as it was computed; less where the reading was given up."""
        start = tile.index * WIDTH
        if not tile.level:
            return self._leaves.hashes(start, tile.width)
        if tile.level > len(self._levels):
            return b""
        return bytes(self._levels[tile.level - 1][start * HASH : (start + tile.width) * HASH])

    def _level_above(self, level: int) -> bytearray:
        """Compute *level* from the one below it; hashes before *first* come from served tiles."""
        computed = bytearray()
        if level == 1:
            for tile in tiles_of(0, self._first // WIDTH):
                computed += self._served_tile(tile)
            return computed + self._bundles
        below = self._levels[level - 2]
        for index in range(self._size >> (8 * level)):
            at = index * WIDTH * HASH
            computed += join_hashes(_hashes(below[at : at + WIDTH * HASH]))
        return computed

    def _served_tile(self, tile_path: TilePath) -> bytes:
        """Return those hashes of a tile of level 1 that cover entries before *first*, as served."""
        count = self._size // WIDTH
        whole = TilePath(1, tile_path.index, min(WIDTH, count - tile_path.index * WIDTH))
        tile = get_tile(self._source.get, whole) or b""
        return tile[: tile_path.width * HASH].ljust(tile_path.width * HASH, b"\0")

    def _compare(self, tile: TilePath, computed: bytes, served: bytes | None) -> None:
        if computed == served:
            return
        per_hash = WIDTH ** (tile.level or 0)
        index = tile.index * WIDTH * per_hash
        fresh = get_tile(self._source.again, tile)
        if fresh is None:
            self._add_issue(missing_object(tile.path, index))
            return
        if fresh != served:
            self._add_issue(changed_object(tile.path, index))
            if fresh == computed:
                return
        starts = range(0, len(computed), HASH)
        at = next((i // HASH for i in starts if computed[i : i + HASH] != fresh[i : i + HASH]), 0)
        zh = f"哈希瓦片 {tile.path} 与其下内容算出的不符"
        en = f"tile {tile.path} is not what the entries under it hash to"
        self._add_issue(Issue(index + at * per_hash, "I7", zh, en))


def _hashes(tile: bytes | bytearray) -> list[bytes]:
    return [bytes(tile[at : at + HASH]) for at in range(0, len(tile), HASH)]


def missing_object(path: str, index: int) -> Issue:
    """Return the issue that an object which the checkpoint requires is not served."""
    return Issue(index, "I7", f"缺少 {path}", f"{path} is not served")


def changed_object(path: str, index: int) -> Issue:
    """Return the issue that another object was served before under the same name."""
    zh = f"{path} 的内容与先前取得的不同"
    en = f"{path} is not what it was when it was fetched before"
    return Issue(index, "I8", zh, en)


def tiles_of(level: int | None, size: int, first: int = 0) -> Iterator[TilePath]:
    """Yield the tiles of a level, or the bundles (None), of *size* entries, from *first* on."""
    count = size >> (8 * (level or 0))
    yield from (TilePath(level, index) for index in range(first, count // WIDTH))
    if count % WIDTH:
        yield TilePath(level, count // WIDTH, count % WIDTH)


def get_tile(get: Get, tile: TilePath) -> bytes | None:
    """Return the bytes of *tile*, cut out of its full one where only that is served."""
    body = get(tile.path)
    if body is not None or tile.width == WIDTH:
        return body
    full = get(TilePath(tile.level, tile.index).path)
    if full is None or tile.level is not None:
        return full and full[: tile.width * HASH]
    end = 0
    for _ in range(tile.width):
        end += _LENGTH + int.from_bytes(full[end : end + _LENGTH], "big")
    return full[:end]
