"""The share of defects among what was reviewed, and where the share of the whole list lies.

Pure, in whole thousandths, rounded outwards. The interval is that of Wilson (1927) at 95 %, with
1.96 for the normal deviate. A draw without putting back is a little more certain than it says.
"""

from math import isqrt
from typing import NamedTuple

_Z2 = 38416  # 1.96 squared, in ten-thousandths
_ONE = 10_000
_MILLE = 1000


class FoundShare(NamedTuple):
    """*found* of *reviewed*, in thousandths rounded to the nearest; the bounds are rounded out."""

    reviewed: int
    found: int
    permille: int
    lower: int
    upper: int


def share_of(found: int, reviewed: int) -> FoundShare | None:
    """Return the share of *found* in *reviewed*; None where nothing was reviewed."""
    if not reviewed:
        return None
    middle = _MILLE * (2 * _ONE * found + _Z2)
    spread = _Z2 * (_Z2 * reviewed + 4 * _ONE * found * (reviewed - found))
    half = isqrt(_MILLE**2 * spread // reviewed) + 1
    whole = 2 * (_ONE * reviewed + _Z2)
    return FoundShare(
        reviewed,
        found,
        (2 * _MILLE * found + reviewed) // (2 * reviewed),
        max(0, (middle - half) // whole),
        min(_MILLE, -(-(middle + half) // whole)),
    )
