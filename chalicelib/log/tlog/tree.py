"""The Merkle tree of RFC 6962 section 2.1, grown at its right edge.

A frontier is the list of roots of the perfect subtrees that a size is made of, the largest first.
It is enough to append a leaf and to compute the root.
"""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Return SHA-256(0x00 || leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(size: int, frontier: Sequence[bytes], leaf: bytes) -> tuple[bytes, ...]:
    """Return the frontier after the leaf with hash *leaf* joins a tree of *size* leaves."""
    subtrees = list(frontier)
    node = leaf
    while size & 1:  # each trailing one bit of the size is a subtree as large as the new one
        node = node_hash(subtrees.pop(), node)
        size >>= 1
    return (*subtrees, node)


def root(frontier: Sequence[bytes]) -> bytes:
    """Return the root over a frontier; of no leaves, the SHA-256 of no bytes."""
    if not frontier:
        return EMPTY
    *rest, node = frontier
    for subtree in reversed(rest):
        node = node_hash(subtree, node)
    return node


def join_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return the root over *hashes*, which are leaves or roots of perfect subtrees of one size."""
    row = list(hashes)
    while len(row) > 1:
        odd = [row[-1]] if len(row) & 1 else []  # has no sibling yet, and rises as it is
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        row += odd
    return row[0] if row else EMPTY
