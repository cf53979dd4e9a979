"""A draw made again from docs/draws.md alone: the list, the value, and a sheet of paper."""

import hashlib
import json
from collections.abc import Sequence


def drawn_again(document: bytes, value: str) -> list[str]:
    """All entries of the committed *document* in the order in which *value* draws them."""
    said = json.loads(document)
    entries = [each if isinstance(each, list) else [each, ""] for each in said["entries"]]
    weights = said.get("weights", {"": 1000})
    left = [(name, weights.get(risk, 1000)) for name, risk in entries]
    digest = hashlib.sha256(document).hexdigest()
    seed = hashlib.sha256(b"duban-draw/1\n%b\n%b\n" % (digest.encode(), value.encode())).digest()
    return _in_turn(left, seed)


def _in_turn(left: list[tuple[str, int]], seed: bytes) -> list[str]:
    drawn, block = [], 0
    while left:
        total = sum(weight for _, weight in left)
        while True:
            number = int.from_bytes(hashlib.sha256(seed + block.to_bytes(8, "big")).digest(), "big")
            block += 1
            if number < 2**256 // total * total:
                break
        drawn.append(left.pop(_chosen([weight for _, weight in left], number % total))[0])
    return drawn


def _chosen(widths: Sequence[int], point: int) -> int:
    for place, width in enumerate(widths):
        if point < width:
            return place
        point -= width
    raise AssertionError("the point lies beyond")
