"""Writes the few glyphs that a PDF shows as a CFF font program of its own, keyed by CID.

Pure. Adobe TN 5176 (CFF), §18 (CID-keyed fonts); ISO 32000-1 §9.7.4 reads it as `CIDFontType0C`.
The CID of a glyph is its index here; the first is the glyph for a missing character.
"""

from collections.abc import Sequence
from itertools import accumulate

_ADOBE, _IDENTITY = 391, 392  # the first two strings of our own
_WIDTH = 1000  # of a glyph without a width of its own, as in the typeface


def program(name: str, outlines: Sequence[bytes], box: Sequence[int]) -> bytes:
    """Return the font program *name* with these *outlines*, all within *box*."""
    before = bytes((1, 0, 4, 4)) + _index([name.encode("ascii")])
    after = _index([b"Adobe", b"Identity"]) + _index([])
    top = _top(len(outlines), box, (0, 0, 0, 0))  # as long as it will be
    charset = len(before) + len(_index([top])) + len(after)
    charsets = b"\x02" + _short(1) + _short(len(outlines) - 2)
    select = b"\x03" + _short(1) + _short(0) + b"\x00" + _short(len(outlines))
    charstrings = _index(outlines)
    private = _integer(_WIDTH) + b"\x14" + _integer(0) + b"\x15"
    selects = charset + len(charsets)
    drawings = selects + len(select)
    font = drawings + len(charstrings)
    # The font's own dictionary says where its private one is: right behind it.
    dictionary = _index([_integer(len(private)) + _integer(0) + b"\x12"])
    behind = font + len(dictionary)
    dictionary = _index([_integer(len(private)) + _integer(behind) + b"\x12"])
    top = _top(len(outlines), box, (charset, selects, drawings, font))
    return before + _index([top]) + after + charsets + select + charstrings + dictionary + private


def _top(count: int, box: Sequence[int], offsets: tuple[int, int, int, int]) -> bytes:
    """Return the Top DICT; every number takes five bytes, so its length is known beforehand."""
    charset, select, outlines, fonts = map(_integer, offsets)
    return b"".join(
        (
            _integer(_ADOBE) + _integer(_IDENTITY) + _integer(0) + b"\x0c\x1e",  # ROS, comes first
            b"".join(map(_integer, box)) + b"\x05",  # FontBBox
            _integer(count) + b"\x0c\x22",  # CIDCount
            charset + b"\x0f",
            select + b"\x0c\x25",  # FDSelect
            outlines + b"\x11",  # CharStrings
            fonts + b"\x0c\x24",  # FDArray
        )
    )


def _index(items: Sequence[bytes]) -> bytes:
    """Return an INDEX (§5): the number of *items*, where each begins, and the items."""
    if not items:
        return _short(0)
    offsets = accumulate(map(len, items), initial=1)
    ends = b"".join(offset.to_bytes(4, "big") for offset in offsets)
    return _short(len(items)) + b"\x04" + ends + b"".join(items)


def _integer(number: int) -> bytes:
    return b"\x1d" + number.to_bytes(4, "big", signed=True)


def _short(number: int) -> bytes:
    return number.to_bytes(2, "big")
