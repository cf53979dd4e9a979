"""Proofs by tiles: what a reader of the log needs to see that an entry is in it, and that it grew.

Made from O(log n) tiles of a log of a given size, each read once; checked from hashes alone, as
RFC 9162 sections 2.1.3.2 and 2.1.4.2 say, word for word. A `Read` gives an object's bytes by its
name, and raises what it likes where there is none.
"""

from collections.abc import Callable, Sequence

from chalicelib.audit.tlog.tile import WIDTH, TilePath, new_tiles, read_bundle, read_hashes
from chalicelib.audit.tlog.tree import EMPTY, joined, leaf_hash, node_hash, root
from chalicelib.audit.tlog.wire import HASH
from chalicelib.errors import Corrupt

Read = Callable[[str], bytes]

_HEIGHT = 8  # rows of nodes that a tile stands for: 256 = 2^8


class _Tiles:
    """The tiles of a log of *size* entries, each read at most once."""

    def __init__(self, size: int, read: Read) -> None:
        self._size = size
        self._read = read
        self._known: dict[str, list[bytes]] = {}

    def hashes(self, level: int, index: int) -> list[bytes]:
        count = self._size >> (_HEIGHT * level)
        width = WIDTH if index < count // WIDTH else count % WIDTH
        path = TilePath(level, index, width).path
        if path not in self._known:
            self._known[path] = read_hashes(self._read(path), width)
        return self._known[path]

    def subtree(self, height: int, index: int) -> bytes:
        """The root over the 2^height entries from index * 2^height on."""
        level, rows = divmod(height, _HEIGHT)
        first = index << rows
        hashes = self.hashes(level, first // WIDTH)
        start = first % WIDTH
        return joined(hashes[start : start + (1 << rows)])

    def over(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]), where *start* divides by a power of two not below end - start."""
        return root(self.perfect(start, end))

    def perfect(self, start: int, end: int) -> list[bytes]:
        """The roots of the perfect subtrees that D[start:end] is made of, the largest first."""
        parts = []
        while start < end:
            height = (end - start).bit_length() - 1
            parts.append(self.subtree(height, start >> height))
            start += 1 << height
        return parts


def root_by_tiles(size: int, read: Read) -> bytes:
    """The root of a log of *size* entries, from the tiles of its right edge."""
    return _Tiles(size, read).over(0, size)


def frontier_by_tiles(size: int, read: Read) -> tuple[bytes, ...]:
    """The frontier from which a log of *size* entries grows (`tree.append`)."""
    return tuple(_Tiles(size, read).perfect(0, size))


def leaf_hash_by_tiles(index: int, size: int, read: Read) -> bytes:
    """The leaf hash of the entry at *index*, from the one tile that holds it. Raises ValueError."""
    _within(index, size)
    return _Tiles(size, read).subtree(0, index)


def inclusion(index: int, size: int, read: Read) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962 section 2.1.1, the leaf's sibling first. ValueError."""
    _within(index, size)
    tiles, path = _Tiles(size, read), []
    start, end = 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            path.append(tiles.over(middle, end))
            end = middle
        else:
            path.append(tiles.over(start, middle))
            start = middle
    return path[::-1]


def consistency(old: int, size: int, read: Read) -> list[bytes]:
    """PROOF(old, D[size]) of RFC 6962 section 2.1.2; empty from 0 and from *size*. ValueError."""
    if not 0 <= old <= size:
        raise ValueError(f"{size} entries are no continuation of {old}")
    if old in (0, size):
        return []
    tiles, path = _Tiles(size, read), []
    start, end = 0, size
    while old != end:
        middle = start + _half(end - start)
        if old <= middle:
            path.append(tiles.over(middle, end))
            end = middle
        else:
            path.append(tiles.over(start, middle))
            start = middle
    if start:  # else it is the old root itself, which whoever checks knows
        path.append(tiles.over(start, end))
    return path[::-1]


def _half(length: int) -> int:
    """The largest power of two below *length*."""
    return 1 << ((length - 1).bit_length() - 1)


def _within(index: int, size: int) -> None:
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a log of {size}")


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise Corrupt unless *proof* shows the leaf hash *leaf* at *index* under *root*."""
    if not 0 <= index < size:
        raise Corrupt(f"no entry {index} in a log of {size}")
    _, now = _climb(index, size - 1, leaf, proof)
    if now != root:
        raise Corrupt(f"entry {index} is not in the log of {size} with this root")


def check_consistency(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise Corrupt unless *proof* shows that *size* entries begin with the *old* ones."""
    if not 0 <= old <= size:
        raise Corrupt(f"{size} entries are no continuation of {old}")
    _all_hashes(old_root, root)
    if old in (0, size):
        if proof or old_root != (EMPTY if not old else root) or (root == EMPTY) != (not size):
            raise Corrupt(f"two roots of {old} entries, or a proof where none is needed")
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]  # a power of two is in the tree
    if not path:
        raise Corrupt("a proof is too short")
    left, last = old - 1, size - 1
    while left & 1:
        left, last = left >> 1, last >> 1
    was, now = _climb(left, last, path[0], path[1:])
    if was != old_root or now != root:
        raise Corrupt(f"the log of {size} does not begin with that of {old}")


def _climb(left: int, last: int, node: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Go from *node*, the *left*-th of its row up to *last*, to the root: of what was, and is."""
    _all_hashes(node, *proof)
    was = now = node
    for sibling in proof:
        if not last:
            raise Corrupt("a proof is too long")
        if left & 1 or left == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while left and not left & 1:
                left, last = left >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        left, last = left >> 1, last >> 1
    if last:
        raise Corrupt("a proof is too short")
    return was, now


def _all_hashes(*given: bytes) -> None:
    if any(len(one) != HASH for one in given):
        raise Corrupt(f"a hash has {HASH} bytes")


def recomputed(before: int, size: int, read: Read) -> bytes:
    """The root of *size*, after a look at every object that the log of *before* did not have.

    Entries must hash to their tile, a full tile to its hash in the tile above: what is about to be
    served is all that is believed (AUDIT_LOG §5.4, step 3). The objects of *before* at its right
    edge are not needed; their content is within the new ones. Raises Corrupt.
    """
    for tile in new_tiles(before, size):
        if tile.level is None:
            entries = read_bundle(read(tile.path), tile.width)
            served = read(TilePath(0, tile.index, tile.width).path)
            if b"".join(map(leaf_hash, entries)) != served:
                raise Corrupt(f"{tile.path} does not hash to its tile")
        elif tile.width == WIDTH:
            node = joined(read_hashes(read(tile.path), WIDTH))
            count = size >> (_HEIGHT * (tile.level + 1))
            above, at = divmod(tile.index, WIDTH)
            width = WIDTH if above < count // WIDTH else count % WIDTH
            over = read_hashes(read(TilePath(tile.level + 1, above, width).path), width)
            if over[at] != node:
                raise Corrupt(f"{tile.path} does not hash to the tile above")
    return root_by_tiles(size, read)
