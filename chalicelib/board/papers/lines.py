"""Breaks Chinese text into lines, as a printed page does (行首行尾禁则).

Pure, in whole numbers: widths are thousandths of the size times the size. A run of Latin letters or
figures is not torn apart; no line begins with what closes, and none ends with what opens.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.board.papers.typeface import Typeface

CLOSING = frozenset("，。、；：？！）〕》〉」』】”’％…—·,.;:?!)]}%~～")
OPENING = frozenset("（〔《〈「『【“‘([{")
_PIECES = re.compile(r"[!-~]+|.", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_EM = 1000


class Line(NamedTuple):
    """What stands on a line, how far it is set in, how wide it is."""

    text: str
    indent: int
    width: int


def plain(text: str) -> str:
    """The *text* as one paragraph: what only controls a printer is a blank."""
    return _CONTROL.sub(" ", text).strip(" ")


def width(text: str, size: int, face: Typeface) -> int:
    """How wide *text* is in *size*, in the unit of the size."""
    return sum(face.width(face.glyph(one)) for one in text) * size // _EM


def broken(text: str, size: int, room: int, face: Typeface, indent: int = 0) -> Iterator[Line]:
    """Break *text* to lines of at most *room*; the first is set in by *indent*."""
    text = plain(text)
    pieces = [part for piece in _PIECES.findall(text) for part in _fitting(piece, size, room, face)]
    while pieces:
        count = _fit(pieces, size, room - indent, face)
        line = "".join(pieces[:count]).rstrip(" ")
        yield Line(line, indent, width(line, size, face))
        pieces = pieces[count:]
        while pieces and pieces[0] == " ":
            pieces = pieces[1:]
        indent = 0


def _fitting(piece: str, size: int, room: int, face: Typeface) -> list[str]:
    """A piece that no line could hold is torn after all, into its characters."""
    return [piece] if width(piece, size, face) <= room else [*piece]


def _fit(pieces: list[str], size: int, room: int, face: Typeface) -> int:
    """How many of *pieces* stand on one line."""
    count = used = 0
    while count < len(pieces):
        used += width(pieces[count], size, face)
        if used > room:
            break
        count += 1
    if count == len(pieces):
        return count
    whole = max(count, 1)
    # What may not begin the next line takes the one before it along; so does what may not end this.
    while count > 1 and (pieces[count][0] in CLOSING or pieces[count - 1][-1] in OPENING):
        count -= 1
    return count if count > 1 else whole
