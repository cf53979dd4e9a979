"""The tree of RFC 6962, as one who checks it needs it: written from the RFCs alone."""

import hashlib
from collections.abc import Sequence

from tests.stranger.untrue import require

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def folded(hashes: Sequence[bytes]) -> list[bytes]:
    """The next level: two and two; one that is left over goes up as it is."""
    pairs = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)]
    return [*pairs, hashes[-1]] if len(hashes) % 2 else pairs


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf *hashes*."""
    level = list(hashes)
    while len(level) > 1:
        level = folded(level)
    return level[0] if level else EMPTY


def check_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], wanted: bytes
) -> None:
    """Check an inclusion proof (RFC 9162 section 2.1.3.2)."""
    require(0 <= index < size, f"there is no entry {index} among {size}")
    at, last, reached = index, size - 1, leaf
    for sibling in path:
        require(last > 0, "the inclusion proof is too long")
        if at % 2 or at == last:
            reached = node_hash(sibling, reached)
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            reached = node_hash(reached, sibling)
        at, last = at // 2, last // 2
    require(last == 0, "the inclusion proof is too short")
    require(reached == wanted, f"entry {index} is not under the root of {size}")


def check_consistency(
    old: int, old_root: bytes, size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check a consistency proof (RFC 9162 section 2.1.4.2); one from nothing or itself is empty."""
    require(old <= size, f"the log shrank from {old} to {size}")
    if old in (0, size):
        require(not path, "a proof where none is needed")
        require(old == 0 or old_root == new_root, f"two roots of {size}")
        require(old > 0 or old_root == EMPTY, "a log of nothing has another root")
        return
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    require(bool(steps), "the consistency proof is empty")
    at, last = old - 1, size - 1
    while at % 2:
        at, last = at // 2, last // 2
    before = after = steps[0]
    for sibling in steps[1:]:
        require(last > 0, "the consistency proof is too long")
        if at % 2 or at == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            after = node_hash(after, sibling)
        at, last = at // 2, last // 2
    require(last == 0, "the consistency proof is too short")
    require(before == old_root, f"the root of {old} is another one")
    require(after == new_root, f"the log of {size} does not extend that of {old}")
