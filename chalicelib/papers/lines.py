"""Breaks Chinese text into lines, as a printed page does (行首行尾禁则).

Pure, in whole numbers: widths are thousandths of the size times the size. A run of Latin letters or
figures is not torn apart; no line begins with what closes, and none ends with what opens.
"""

import re
from collections.abc import Iterator
from itertools import accumulate, takewhile
from typing import NamedTuple

from chalicelib.papers.typeface import Typeface

CLOSING = frozenset("，。、；：？！）〕》〉」』】”’％…—·,.;:?!)]}%~～")
OPENING = frozenset("（〔《〈「『【“‘([{")
_PIECES = re.compile(r"[!-~]+|.", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_EM = 1000


class Line(NamedTuple):
    """The text of a line, its indent and its width."""

    text: str
    indent: int
    width: int


def one_paragraph(text: str) -> str:
    """Return *text* as one paragraph: each run of control characters becomes a blank."""
    return _CONTROL.sub(" ", text).strip(" ")


def width(text: str, size: int, face: Typeface) -> int:
    """Return the width of *text* in *size*, in the unit of the size."""
    return sum(face.width(face.glyph(character)) for character in text) * size // _EM


def break_lines(text: str, size: int, room: int, face: Typeface, indent: int = 0) -> Iterator[Line]:
    """Break *text* to lines of at most *room*; the first is set in by *indent*."""
    text = one_paragraph(text)
    words = _PIECES.findall(text)
    pieces = [part for piece in words[:1] for part in _fitting(piece, size, room - indent, face)]
    pieces += [part for piece in words[1:] for part in _fitting(piece, size, room, face)]
    while pieces:
        count = _fit(pieces, size, room - indent, face)
        line = "".join(pieces[:count]).rstrip(" ")
        yield Line(line, indent, width(line, size, face))
        pieces = pieces[count:]
        while pieces and pieces[0] == " ":
            pieces = pieces[1:]
        indent = 0


def _fitting(piece: str, size: int, room: int, face: Typeface) -> list[str]:
    """Return *piece* alone, or its characters where no line could hold it."""
    return [piece] if width(piece, size, face) <= room else [*piece]


def _fit(pieces: list[str], size: int, room: int, face: Typeface) -> int:
    """Return how many of *pieces* fit on one line."""
    ends = accumulate(width(piece, size, face) for piece in pieces)
    count = sum(1 for _ in takewhile(lambda end: end <= room, ends))
    if count == len(pieces):
        return count
    whole = max(count, 1)
    # A piece that may not begin a line takes the one before it along; one that may not end a line
    # moves to the next.
    while count > 1 and _may_not_break(pieces, count):
        count -= 1
    return count if count > 1 else whole


def _may_not_break(pieces: list[str], count: int) -> bool:
    """Return whether a line of *count* pieces ends with what opens or the next with what closes.

    Blanks at a break are left out, so they protect neither.
    """
    following = (piece[0] for piece in pieces[count:] if piece != " ")
    preceding = (piece[-1] for piece in reversed(pieces[:count]) if piece != " ")
    return next(following, "") in CLOSING or next(preceding, "") in OPENING
