"""The ranking (排序): all entries of a committed list, in the order in which they are drawn.

Pure, in whole numbers. The seed is SHA-256 of the text

    duban-draw/1 LF <SHA-256 of the commitment, hex> LF <value> LF

Block i, from 0 on, is SHA-256 of the seed and i as eight bytes, a number below 2^256. To choose one
of T the next block is taken, unless it is among the last 2^256 mod T numbers, which would favour
some; then the one after it. What is left of it when divided by T is the choice.

One entry is drawn after the other. T is the weight of those that are left. They lie side by side in
the order of the list, each as wide as its weight; the entry on which the choice falls has the next
rank. So the first has exactly the chance that its weight gives it, and a replacement is the next.
"""

import hashlib
from collections.abc import Iterator, Sequence

from chalicelib.draw.commitment import METHOD, Commitment

_RANGE = 1 << 256


def seed_of(digest: str, value: str) -> bytes:
    """Return the seed of the commitment with this *digest*, for a canonical *value*."""
    return hashlib.sha256(f"{METHOD}\n{digest}\n{value}\n".encode()).digest()


def ranking(commitment: Commitment, value: str) -> list[str]:
    """Return the ids of all entries, the first drawn first."""
    weights = [commitment.weight(entry) for entry in commitment.entries]
    chosen = drawing(weights, seed_of(commitment.digest, value))
    return [commitment.entries[place].id for place in chosen]


def ranking_digest(ranked: Sequence[str]) -> str:
    """Return the SHA-256 of a ranking: each id, and a line feed."""
    return hashlib.sha256("".join(f"{each}\n" for each in ranked).encode()).hexdigest()


def drawing(weights: Sequence[int], seed: bytes) -> Iterator[int]:
    """Yield the places in *weights*, one after the other, as *seed* draws them."""
    left, blocks = _Left(weights), _blocks(seed)
    for _ in weights:
        place = left.find(_below(left.total, blocks))
        left.remove(place)
        yield place


def _blocks(seed: bytes) -> Iterator[int]:
    """Yield numbers below 2^256, without an end."""
    count = 0
    while True:
        yield int.from_bytes(hashlib.sha256(seed + count.to_bytes(8, "big")).digest(), "big")
        count += 1


def _below(total: int, blocks: Iterator[int]) -> int:
    """Return a number below *total*, each with the same chance."""
    fair = _RANGE - _RANGE % total
    return next(block for block in blocks if block < fair) % total


class _Left:
    """What is left to draw from, as a Fenwick tree: sums of weights, found in log n steps."""

    def __init__(self, weights: Sequence[int]) -> None:
        self.total = sum(weights)
        self._weights = list(weights)
        self._sums = [0, *weights]
        self._top = 1 << (len(weights).bit_length() - 1)
        for at in range(1, len(self._sums)):
            parent = at + (at & -at)
            if parent < len(self._sums):
                self._sums[parent] += self._sums[at]

    def find(self, choice: int) -> int:
        """Return the place on which *choice* falls."""
        at, step = 0, self._top
        while step:
            if at + step < len(self._sums) and self._sums[at + step] <= choice:
                at += step
                choice -= self._sums[at]
            step >>= 1
        return at

    def remove(self, place: int) -> None:
        """Take the entry at *place* out."""
        weight, at = self._weights[place], place + 1
        self.total -= weight
        while at < len(self._sums):
            self._sums[at] -= weight
            at += at & -at
