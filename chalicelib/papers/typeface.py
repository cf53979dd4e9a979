"""The typeface of the PDF: the glyph, width and outline that `song.otf` has for a character.

Pure, but for reading that file once. It is Noto Serif CJK SC (OFL.txt), cut down to the 8105
characters of 通用规范汉字表, those of GB 2312 and their punctuation, without hints or subroutines,
so that every outline stands by itself and can be taken over as it is (`cff.py`).
"""

import struct
from bisect import bisect_left
from functools import cache
from pathlib import Path

from chalicelib.errors import Corrupt

NAME = "NotoSerifCJKsc-Regular"
EM = 1000
ASCENT, DESCENT, CAP_HEIGHT = 880, -120, 729
BOX = (-79, -277, 1046, 1151)
# The character that stands for one that the typeface lacks.
GETA = "〓"

# Operators of a CFF Top DICT (Adobe TN 5176, table 9), and the first of two bytes for one.
_CHARSTRINGS, _ESCAPE, _LAST_OPERATOR = 17, 12, 21


class Typeface:
    """The glyphs of an OpenType font with CFF outlines, by number."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        count = self._number(4, 2)
        rows = struct.iter_unpack(">4sLLL", data[12 : 12 + 16 * count])
        tables: dict[str, int] = {tag.decode("ascii"): offset for tag, _, offset, _ in rows}
        self._metrics = tables["hmtx"]
        self._cff = tables["CFF "]
        self._groups = tables["cmap"] + self._number(tables["cmap"] + 8, 4)
        self._with_width = self._number(tables["hhea"] + 34, 2)
        self._outlines = self._charstrings()
        self._glyphs: dict[str, int] = {}  # a page has few characters, each of them often

    def glyph(self, character: str) -> int:
        """Return the glyph of *character*, or of the sign for a missing one."""
        if character not in self._glyphs:
            self._glyphs[character] = self._find(ord(character)) or self._find(ord(GETA))
        return self._glyphs[character]

    def has(self, character: str) -> bool:
        """Return whether *character* has a glyph of its own."""
        return self._find(ord(character)) > 0

    def width(self, glyph: int) -> int:
        """Return the width of *glyph*, in thousandths of the size."""
        return self._number(self._metrics + 4 * min(glyph, self._with_width - 1), 2)

    def outline(self, glyph: int) -> bytes:
        """Return the outline of *glyph*: a Type 2 charstring that calls no subroutine."""
        return self._item(self._outlines, glyph)

    def _number(self, at: int, size: int) -> int:
        return int.from_bytes(self._data[at : at + size], "big")

    def _find(self, code: int) -> int:
        """Return the glyph of *code* by the groups of a format 12 table; 0 where it has none."""
        groups = range(self._number(self._groups + 12, 4))
        place = bisect_left(groups, code, key=lambda number: self._group(number)[1])
        if place not in groups:
            return 0
        first, _, glyph = self._group(place)
        return glyph + code - first if first <= code else 0

    def _group(self, number: int) -> tuple[int, int, int]:
        """Return the first and last code of a group, and the glyph of the first."""
        at = self._groups + 16 + 12 * number
        return self._number(at, 4), self._number(at + 4, 4), self._number(at + 8, 4)

    def _charstrings(self) -> int:
        """Return where the INDEX of outlines begins, by the Top DICT. Raises Corrupt."""
        names = self._cff + self._data[self._cff + 2]
        top = self._item(self._end(names), 0)
        number = at = 0
        while at < len(top):
            first = top[at]
            if first == _CHARSTRINGS:
                return self._cff + number
            if first <= _LAST_OPERATOR:
                at += 2 if first == _ESCAPE else 1
            else:
                number, at = _operand(top, at)
        raise Corrupt("字体没有字形", "the typeface has no outlines")

    def _item(self, index: int, number: int) -> bytes:
        return self._data[self._bound(index, number) : self._bound(index, number + 1)]

    def _end(self, index: int) -> int:
        count = self._number(index, 2)
        return self._bound(index, count) if count else index + 2

    def _bound(self, index: int, number: int) -> int:
        """Return where item *number* of a CFF INDEX begins: its offsets count from 1."""
        count, size = self._number(index, 2), self._data[index + 2]
        offset = self._number(index + 3 + size * number, size)
        return index + 2 + size * (count + 1) + offset


def _operand(top: bytes, at: int) -> tuple[int, int]:
    """Return the number that a DICT has at *at* (TN 5176, table 3), and where the next begins."""
    first = top[at]
    if first in (28, 29):
        end = at + (3 if first == 28 else 5)  # noqa: PLR2004
        return int.from_bytes(top[at + 1 : end], "big", signed=True), end
    if first == 30:  # noqa: PLR2004  (a real number, in nibbles up to one that is f)
        end = next(n for n in range(at + 1, len(top)) if top[n] & 15 == 15)  # noqa: PLR2004
        return 0, end + 1
    if first <= 246:  # noqa: PLR2004
        return first - 139, at + 1
    high, low = divmod(first - 247, 4)[1] * 256 + 108, top[at + 1]
    return (high + low, at + 2) if first <= 250 else (-high - low, at + 2)  # noqa: PLR2004


@cache
def song() -> Typeface:
    """Read the typeface that lies beside this file."""
    return Typeface(Path(__file__).with_name("song.otf").read_bytes())
