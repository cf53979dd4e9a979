"""Proofs by tiles: that an entry is in the log (inclusion), and that the log grew (consistency).

Made from O(log n) tiles of a log of a given size, each read once. Checked from hashes alone, by the
algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2. A `Read` returns an object's bytes by its name,
and raises any error where there is none.
"""

from collections.abc import Callable, Sequence

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.tile import WIDTH, TilePath, new_tiles, read_bundle, read_hashes
from chalicelib.log.tlog.tree import EMPTY, join_hashes, leaf_hash, node_hash, root
from chalicelib.log.tlog.wire import HASH

Read = Callable[[str], bytes]

_HEIGHT = 8  # rows of nodes that a tile stands for: 256 = 2^8


class _Tiles:
    """The tiles of a log of *size* entries, each read at most once."""

    def __init__(self, size: int, read: Read) -> None:
        self._size = size
        self._read = read
        self._hashes_by_path: dict[str, list[bytes]] = {}

    def hashes(self, level: int, index: int) -> list[bytes]:
        count = self._size >> (_HEIGHT * level)
        width = WIDTH if index < count // WIDTH else count % WIDTH
        path = TilePath(level, index, width).path
        if path not in self._hashes_by_path:
            self._hashes_by_path[path] = read_hashes(self._read(path), width)
        return self._hashes_by_path[path]

    def subtree(self, height: int, index: int) -> bytes:
        """Return the root over the 2^height entries from index * 2^height on."""
        level, rows = divmod(height, _HEIGHT)
        first = index << rows
        hashes = self.hashes(level, first // WIDTH)
        start = first % WIDTH
        return join_hashes(hashes[start : start + (1 << rows)])

    def root_over(self, start: int, end: int) -> bytes:
        """Return MTH(D[start:end]); a power of two not below end - start divides *start*."""
        return root(self.perfect_roots(start, end))

    def perfect_roots(self, start: int, end: int) -> list[bytes]:
        """Return the roots of the perfect subtrees of D[start:end], the largest first."""
        parts = []
        while start < end:
            height = (end - start).bit_length() - 1
            parts.append(self.subtree(height, start >> height))
            start += 1 << height
        return parts


def root_by_tiles(size: int, read: Read) -> bytes:
    """Return the root of a log of *size* entries, from the tiles of its right edge."""
    return _Tiles(size, read).root_over(0, size)


def frontier_by_tiles(size: int, read: Read) -> tuple[bytes, ...]:
    """Return the frontier from which a log of *size* entries grows (`tree.append`)."""
    return tuple(_Tiles(size, read).perfect_roots(0, size))


def leaf_hash_by_tiles(index: int, size: int, read: Read) -> bytes:
    """Return the leaf hash of the entry at *index*, from one tile. Raises ValueError."""
    _check_index(index, size)
    return _Tiles(size, read).subtree(0, index)


def inclusion(index: int, size: int, read: Read) -> list[bytes]:
    """Return PATH(index, D[size]), sibling first (RFC 6962 2.1.1). Raises ValueError."""
    _check_index(index, size)
    return _descend(_Tiles(size, read), size, index + 1, to_leaf=True)[1]


def consistency(old: int, size: int, read: Read) -> list[bytes]:
    """Return PROOF(old, D[size]); empty from 0 and from *size* (RFC 6962 section 2.1.2).

    Raises ValueError where *old* is larger than *size*.
    """
    if not 0 <= old <= size:
        raise ValueError(f"{size} entries are no continuation of {old}")
    if old in (0, size):
        return []
    tiles = _Tiles(size, read)
    start, path = _descend(tiles, size, old, to_leaf=False)
    # Where it starts at 0 it is the old root itself, which the verifier has.
    return [tiles.root_over(start, old), *path] if start else path


def _descend(tiles: _Tiles, size: int, end: int, *, to_leaf: bool) -> tuple[int, list[bytes]]:
    """Return the start of the subtree up to *end*, or of its last leaf, and the roots beside it."""
    path: list[bytes] = []
    first, last = 0, size
    while last - first > 1 if to_leaf else last != end:
        half = 1 << ((last - first - 1).bit_length() - 1)  # the largest power of two below
        middle = first + half
        if end <= middle:
            path.append(tiles.root_over(middle, last))
            last = middle
        else:
            path.append(tiles.root_over(first, middle))
            first = middle
    return first, path[::-1]


def _check_index(index: int, size: int) -> None:
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a log of {size}")


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise Corrupt unless *proof* shows the leaf hash *leaf* at *index* under *root*."""
    if not 0 <= index < size:
        raise Corrupt(f"{size} 条的日志没有第 {index} 条", f"no entry {index} in a log of {size}")
    _, now = _climb(index, size - 1, leaf, proof)
    if now != root:
        zh = f"第 {index} 条不在此根的 {size} 条日志中"
        raise Corrupt(zh, f"entry {index} is not in the log of {size} with this root")


def check_consistency(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise Corrupt unless *proof* shows that *size* entries begin with the *old* ones."""
    if not 0 <= old <= size:
        zh = f"{size} 条不是 {old} 条的延续"
        raise Corrupt(zh, f"{size} entries are no continuation of {old}")
    _check_hashes(old_root, root)
    if old in (0, size):
        if proof or old_root != (EMPTY if not old else root) or (root == EMPTY) != (not size):
            zh = f"{old} 条有两个根，或者附了不需要的证明"
            raise Corrupt(zh, f"two roots of {old} entries, or a proof where none is needed")
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]  # a power of two is in the tree
    if not path:
        raise Corrupt("证明过短", "a proof is too short")
    left, last = old - 1, size - 1
    while left & 1:
        left, last = left >> 1, last >> 1
    was, now = _climb(left, last, path[0], path[1:])
    if was != old_root or now != root:
        zh = f"{size} 条的日志不以那 {old} 条开头"
        raise Corrupt(zh, f"the log of {size} does not begin with that of {old}")


def _climb(left: int, last: int, node: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Climb from *node*, number *left* of a row up to *last*, to the roots of old and new tree."""
    _check_hashes(node, *proof)
    was = now = node
    for sibling in proof:
        if not last:
            raise Corrupt("证明过长", "a proof is too long")
        if left & 1 or left == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while left and not left & 1:
                left, last = left >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        left, last = left >> 1, last >> 1
    if last:
        raise Corrupt("证明过短", "a proof is too short")
    return was, now


def _check_hashes(*nodes: bytes) -> None:
    if any(len(node) != HASH for node in nodes):
        raise Corrupt(f"哈希有 {HASH} 字节", f"a hash has {HASH} bytes")


def recompute_root(before: int, size: int, read: Read) -> bytes:
    """Return the root of *size*, after a check of every object that the log of *before* lacked.

    Entries must hash to their tile, a full tile to its hash in the tile above. Only the objects
    that are about to be served are trusted (AUDIT_LOG §5.4, step 3). The objects of *before* at its
    right edge are not needed; their content is within the new ones. Raises Corrupt.
    """
    for tile in new_tiles(before, size):
        if tile.level is None:
            entries = read_bundle(read(tile.path), tile.width)
            hashes = read(TilePath(0, tile.index, tile.width).path)
            if b"".join(map(leaf_hash, entries)) != hashes:
                raise Corrupt(f"{tile.path} 与其分块不符", f"{tile.path} does not hash to its tile")
        elif tile.width == WIDTH:
            node = join_hashes(read_hashes(read(tile.path), WIDTH))
            count = size >> (_HEIGHT * (tile.level + 1))
            above, at = divmod(tile.index, WIDTH)
            width = WIDTH if above < count // WIDTH else count % WIDTH
            hashes_above = read_hashes(read(TilePath(tile.level + 1, above, width).path), width)
            if hashes_above[at] != node:
                zh = f"{tile.path} 与上层分块不符"
                raise Corrupt(zh, f"{tile.path} does not hash to the tile above")
    return root_by_tiles(size, read)
