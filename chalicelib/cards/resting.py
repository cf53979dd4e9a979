"""What a finding rests on, in as many numbers as the public log has room for.

A leaf has 4096 bytes (AUDIT_LOG §4.1). Whoever tells of a thousand pauses must not get away without
a card because its grounds fill a leaf: of very many, the first and the last are named. Whoever
judges again finds the others in the case itself.
"""

from collections.abc import Iterable

MOST = 60


def bounded(numbers: Iterable[int]) -> list[int]:
    """The numbers of facts in order, all or the first and the last MOST / 2."""
    known = sorted(numbers)
    half = MOST // 2
    return known if len(known) <= MOST else [*known[:half], *known[-half:]]
