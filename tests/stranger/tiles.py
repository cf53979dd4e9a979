"""Tiles and entry bundles (C2SP tlog-tiles): their names, what is in them, proofs out of them.

Written from the page that describes the log, for one who reads it from outside.
"""

from collections.abc import Callable, Iterator

from tests.stranger.merkle import node_hash, root
from tests.stranger.untrue import Untrue, require

FULL = 256
HASH = 32

Get = Callable[[str], bytes | None]


def spelled(number: int) -> str:
    """A tile's number: 1234067 is x001/x234/067."""
    digits = f"{number:03d}"
    digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join([*("x" + group for group in groups[:-1]), groups[-1]])


def named(level: int | str, number: int, width: int = FULL) -> str:
    """The name of a tile, or with the level `entries` of a bundle."""
    end = "" if width == FULL else f".p/{width}"
    return f"tile/{level}/{spelled(number)}{end}"


def required(size: int) -> Iterator[tuple[int | str, int, int]]:
    """Every tile and bundle that a log of *size* needs: level, number, width."""
    level, count = 0, size
    while count:
        for number in range(-(-count // FULL)):
            width = min(FULL, count - number * FULL)
            yield level, number, width
            if level == 0:
                yield "entries", number, width
        level, count = level + 1, count // FULL


def beyond(size: int) -> Iterator[str]:
    """Some names that a log of *size* must not answer to while nothing is on its way."""
    first, width = divmod(size + 1, FULL)
    for level in (0, "entries"):
        yield named(level, size // FULL)
        yield named(level, first, width or FULL)
        yield named(level, first + 1, 7)
        yield named(level, first + 1000)
        yield f"tile/{level}/000.p/0"
        yield f"tile/{level}/000.p/256"
        yield f"tile/{level}/000.p/01"
    yield "tile/64/000.p/1"
    yield f"checkpoints/{size + 1}"


def read_bundle(raw: bytes, width: int) -> list[bytes]:
    """The entries in a bundle: each behind its length in two bytes."""
    entries: list[bytes] = []
    at = 0
    while at < len(raw):
        require(at + 2 <= len(raw), "a bundle ends in the middle of a length")
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        require(end <= len(raw), "a bundle ends in the middle of an entry")
        entries.append(raw[at + 2 : end])
        at = end
    require(len(entries) == width, f"a bundle of {width} has {len(entries)} entries")
    return entries


class Tiles:
    """The tree of a log of *size*, read tile by tile, each once."""

    def __init__(self, size: int, get: Get) -> None:
        self.size = size
        self.reads = 0
        self._get = get
        self._seen: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, number: int) -> bytes:
        """A tile, as wide as it is in this log."""
        if (level, number) not in self._seen:
            count = self.size // FULL**level
            width = min(FULL, count - number * FULL)
            name = named(level, number, width)
            raw = self._get(name)
            self.reads += 1
            if raw is None:
                raise Untrue(f"{name} is missing")
            require(len(raw) == width * HASH, f"{name} has {len(raw)} bytes")
            self._seen[level, number] = raw
        return self._seen[level, number]

    def subtree(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]), where that is a subtree of the log's tree."""
        count = end - start
        if count & (count - 1):  # not perfect: the largest perfect one, and the rest
            cut = start + (1 << (count.bit_length() - 1))
            return node_hash(self.subtree(start, cut), self.subtree(cut, end))
        level, rest = divmod(count.bit_length() - 1, 8)
        first = start // FULL**level
        raw = self.tile(level, first // FULL)
        at = first % FULL * HASH
        return root([raw[i : i + HASH] for i in range(at, at + (HASH << rest), HASH)])

    def root(self) -> bytes:
        """The root of the whole."""
        return self.subtree(0, self.size) if self.size else root([])

    def inclusion(self, index: int) -> list[bytes]:
        """PATH(index, D[size]) of RFC 6962 section 2.1.1."""
        return self._path(index, 0, self.size)

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        cut = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < cut:
            return [*self._path(index, start, cut), self.subtree(cut, end)]
        return [*self._path(index, cut, end), self.subtree(start, cut)]

    def consistency(self, old: int) -> list[bytes]:
        """PROOF(old, D[size]) of RFC 6962 section 2.1.2."""
        return self._proof(old, 0, self.size, is_whole=True) if 0 < old < self.size else []

    def _proof(self, old: int, start: int, end: int, *, is_whole: bool) -> list[bytes]:
        if old == end:
            return [] if is_whole else [self.subtree(start, end)]
        cut = start + (1 << ((end - start - 1).bit_length() - 1))
        if old <= cut:
            return [*self._proof(old, start, cut, is_whole=is_whole), self.subtree(cut, end)]
        return [*self._proof(old, cut, end, is_whole=False), self.subtree(start, cut)]
