"""A page of A4 as GB/T 9704—2012 lays it out: the type area, and the lines and strokes on it.

Pure; lengths are whole thousandths of a point, from the foot of the page up. The type area is 156 ×
225 mm, 37 mm from the head and 28 mm from the left (§5.2.1), 22 lines of 28 characters (§5.2.3).
"""

from msgspec import Struct, field

from chalicelib.papers.lines import Line


def millimetres(count: int) -> int:
    """Return *count* millimetres in thousandths of a point."""
    return count * 7_200_000 // 2540


WIDTH, HEIGHT = millimetres(210), millimetres(297)
LEFT, ROOM = millimetres(28), millimetres(156)
TOP, FOOT = HEIGHT - millimetres(37), HEIGHT - millimetres(37 + 225)
BODY = ROOM // 28  # 3号, so wide that 28 characters fill a line
LEADING = millimetres(225) // 22
TITLE, HEAD, SMALL = 22_000, 34_000, 14_000  # 2号; the authority; 4号
SMALL_LEADING = 24_000

BLACK, RED, GREY = "0 0 0", "0.8 0 0", "0.55 0.55 0.55"


class Text(Struct, frozen=True):
    """*text* with its left end on the baseline at *x*, *y*."""

    x: int
    y: int
    size: int
    text: str
    colour: str = BLACK


class Stroke(Struct, frozen=True):
    """A horizontal line over the width of the type area."""

    y: int
    thick: int
    colour: str = BLACK


class Sheet(Struct):
    """A page that is being filled, from its head down; *y* is where the last line stands."""

    y: int = TOP
    texts: list[Text] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)

    def down(self, by: int) -> None:
        """Leave *by* of room under the last line."""
        self.y -= by

    def set(self, line: Line, size: int, leading: int, x: int = LEFT, colour: str = BLACK) -> None:
        """Put *line* on the next line of the page."""
        self.down(leading)
        self.texts.append(Text(x + line.indent, self.y, size, line.text, colour))

    def centre(self, line: Line, size: int, leading: int, colour: str = BLACK) -> None:
        """Put *line* in the middle of the next line."""
        self.set(line, size, leading, LEFT + (ROOM - line.width) // 2, colour)
