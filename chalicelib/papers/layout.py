"""Lays a paper out on pages, in the order and places of an official document (GB/T 9704—2012 §7).

Pure: a paper in, sheets out. Authority in red, number, red line (§7.2); title, addressee, body, the
note of the attachment, authority and date with room for the seal (§7.3); the attachment on a page
of its own; who gets copies at the foot of the last page (§7.4); page numbers (§7.5).

Lengths are whole thousandths of a point, from the foot of an A4 page up. The type area is 156 × 225
mm, 37 mm from the head and 28 mm from the left (§5.2.1), 22 lines of 28 characters (§5.2.3).
"""

from collections.abc import Iterable

from msgspec import Struct, field

from chalicelib.clock import chinese
from chalicelib.papers.lines import Line, break_lines, one_paragraph, width
from chalicelib.papers.paper import Paper
from chalicelib.papers.typeface import Typeface


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
THICK = 992  # 0.35 mm (§7.4.1)
CARRIED = 6  # lines of a last paragraph that are moved to where authority and date stand
SIGNED = 5  # lines that belong together: room for the seal, authority, date
NAMED = 7 * SMALL  # the first column of the attachment

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


class Layout:
    """The pages of a paper, filled one after the other."""

    def __init__(self, face: Typeface) -> None:
        self._face = face
        self.sheets = [Sheet()]

    def add(self, paper: Paper) -> None:
        """Lay out the whole *paper*."""
        self._head(paper)
        self._body(paper)
        self._set_signature(paper)
        self._set_attachment(paper)
        self._copies(paper)
        self._numbers()

    def _head(self, paper: Paper) -> None:
        page = self.sheets[0]
        if paper.mark:
            page.texts.append(Text(LEFT, page.y - BODY, BODY, one_paragraph(paper.mark), RED))
        room = width(paper.authority, HEAD, self._face)
        size = HEAD if room <= ROOM else HEAD * ROOM // room
        page.down(millimetres(35))
        page.centre(self._line(paper.authority, size), size, size * 7 // 8, RED)
        page.down(2 * LEADING)
        for line in break_lines(paper.number, BODY, ROOM, self._face):
            page.centre(line, BODY, LEADING)
        page.down(millimetres(4))
        page.strokes.append(Stroke(page.y, 2 * THICK, RED))
        page.down(LEADING)
        for line in break_lines(paper.title, TITLE, ROOM, self._face):
            page.centre(line, TITLE, LEADING)
        page.down(LEADING)

    def _body(self, paper: Paper) -> None:
        self._set(break_lines(f"{paper.to}：", BODY, ROOM, self._face), BODY, LEADING)
        paragraphs = [[*break_lines(text, BODY, ROOM, self._face, 2 * BODY)] for text in paper.body]
        *before, last = paragraphs or [[]]
        for lines in before:
            self._set(lines, BODY, LEADING)
        note_text = f"附件：{paper.attached}" if paper.particulars else ""
        note = [*break_lines(note_text, BODY, ROOM, self._face, 2 * BODY)]
        # Authority and date are never alone on a page: the last paragraph goes with them.
        if len(last) <= CARRIED:
            self._page((len(last) + 1 + len(note) + SIGNED) * LEADING)
        self._set(last, BODY, LEADING)
        if note:
            self.sheets[-1].down(LEADING)
            self._set(note, BODY, LEADING)

    def _set_signature(self, paper: Paper) -> None:
        """Set the date four characters from the right, the authority over its middle (§7.3.5)."""
        page = self._page(SIGNED * LEADING)
        date = self._line(chinese.write_day(paper.date), BODY)
        right = LEFT + ROOM - 4 * BODY
        authority = self._line(paper.authority, BODY)
        middle = min(right - date.width // 2, LEFT + ROOM - authority.width // 2)
        page.down(2 * LEADING)
        page.set(authority, BODY, LEADING, max(LEFT, middle - authority.width // 2))
        seal = self._line("（印章）", SMALL)
        page.texts.append(
            Text(right - (date.width + seal.width) // 2, page.y + LEADING, SMALL, seal.text, GREY)
        )
        page.set(date, BODY, LEADING, right - date.width)

    def _set_attachment(self, paper: Paper) -> None:
        if not paper.particulars:
            return
        page = Sheet()
        self.sheets.append(page)
        page.set(self._line("附件", BODY), BODY, LEADING)
        page.centre(self._line(paper.attached, TITLE), TITLE, 2 * LEADING)
        page.down(LEADING)
        for name, text in paper.particulars:
            lines = [*break_lines(text, SMALL, ROOM - NAMED, self._face)]
            for number, line in enumerate(lines):
                page = self._page(SMALL_LEADING)
                if number == 0:  # the name first, as it is read and copied
                    page.texts.append(
                        Text(LEFT, page.y - SMALL_LEADING, SMALL, one_paragraph(name))
                    )
                page.set(line, SMALL, SMALL_LEADING, LEFT + NAMED)

    def _copies(self, paper: Paper) -> None:
        """Set the copies at the foot of the last page, between two lines (版记)."""
        text = f"抄送：{'，'.join(paper.copies)}。"
        lines = [*break_lines(text, SMALL, ROOM - 2 * SMALL, self._face)] if paper.copies else []
        if not lines:
            return
        high = len(lines) * SMALL_LEADING + SMALL // 2
        page = self._page(high)
        page.strokes.append(Stroke(FOOT + high, THICK))
        page.strokes.append(Stroke(FOOT, THICK))
        page.y = FOOT + high
        for line in lines:
            page.set(line, SMALL, SMALL_LEADING, LEFT + SMALL)

    def _numbers(self) -> None:
        """Set `— 1 —` 7 mm under the type area: right on odd pages, left on even ones (§7.5)."""
        for number, page in enumerate(self.sheets, 1):
            line = self._line(f"— {number} —", SMALL)
            x = LEFT + ROOM - SMALL - line.width if number % 2 else LEFT + SMALL
            page.texts.append(Text(x, FOOT - millimetres(7) - SMALL, SMALL, line.text))

    def _set(self, lines: Iterable[Line], size: int, leading: int) -> None:
        for line in lines:
            self._page(leading).set(line, size, leading)

    def _page(self, need: int) -> Sheet:
        """Return the page that has room for *need* more: the last one, or a new one."""
        if self.sheets[-1].y - need < FOOT:
            self.sheets.append(Sheet())
        return self.sheets[-1]

    def _line(self, text: str, size: int) -> Line:
        text = one_paragraph(text)
        return Line(text, 0, width(text, size, self._face))
