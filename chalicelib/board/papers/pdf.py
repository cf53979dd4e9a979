"""Writes a paper as a PDF that carries the few glyphs it shows, in seven-bit text.

Pure. ISO 32000-1; an archive wants a file that needs nothing from outside, so the font is embedded
(DA/T 47—2009). Nothing is compressed and nothing names a moment of writing: the same paper gives
the same bytes, whatever process or Python made them; and text passes any gateway unharmed.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence

from chalicelib.board.papers import cff, typeface
from chalicelib.board.papers.layout import Layout
from chalicelib.board.papers.sheet import HEIGHT, LEFT, ROOM, WIDTH, Sheet
from chalicelib.board.papers.typeface import Typeface, song
from chalicelib.cards.paper import Paper

TAG = "DUBAN" + "A+"  # a subset's name begins with six letters and a plus
_ROWS = 100  # entries that one block of a character map may have
_FIXED = 7  # objects before the pages


def render(paper: Paper) -> str:
    """Give the *paper* as a PDF, page by page."""
    face = song()
    layout = Layout(face)
    layout.add(paper)
    shown = sorted({one for page in layout.sheets for text in page.texts for one in text.text})
    cids = {character: number for number, character in enumerate(shown, 1)}
    objects = [*_fonts(shown, face, len(layout.sheets)), _described(paper)]
    for number, page in enumerate(layout.sheets):
        content = _FIXED + 2 * number + 2
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_points(WIDTH)} {_points(HEIGHT)}] "
            f"/Resources << /Font << /F 3 0 R >> >> /Contents {content} 0 R >>"
        )
        objects.append(_stream("\n".join(_drawn(page, cids))))
    return _file(objects)


def _fonts(shown: Sequence[str], face: Typeface, pages: int) -> Iterator[str]:
    """Objects 1 to 6: catalogue, pages, and the font in its four parts."""
    name = TAG + typeface.NAME
    kids = " ".join(f"{_FIXED + 2 * number + 1} 0 R" for number in range(pages))
    glyphs = [0, *(face.glyph(character) for character in shown)]
    widths = " ".join(str(face.width(glyph)) for glyph in glyphs)
    box = " ".join(map(str, typeface.BOX))
    program = cff.program(name, [face.outline(glyph) for glyph in glyphs], typeface.BOX)
    yield (
        "<< /Type /Catalog /Pages 2 0 R /Lang (zh-CN) "
        "/ViewerPreferences << /DisplayDocTitle true >> >>"
    )
    yield f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>"
    yield (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name}-Identity-H /Encoding /Identity-H "
        f"/DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{name} "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/FontDescriptor 4 0 R /DW 1000 /W [0 [{widths}]] >>] /ToUnicode 6 0 R >>"
    )
    yield (
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 6 /FontBBox [{box}] /ItalicAngle 0 "
        f"/Ascent {typeface.ASCENT} /Descent {typeface.DESCENT} "
        f"/CapHeight {typeface.CAP_HEIGHT} /StemV 80 /FontFile3 5 0 R >>"
    )
    written = base64.a85encode(program, wrapcol=76).decode("ascii") + "~>"
    yield _stream(written, "/Subtype /CIDFontType0C /Filter /ASCII85Decode ")
    yield _stream("\n".join(_characters(shown)))


def _characters(shown: Sequence[str]) -> Iterator[str]:
    """The map from what is drawn back to characters, so that text can be searched and copied."""
    yield "/CIDInit /ProcSet findresource begin 12 dict begin begincmap"
    yield "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def"
    yield "/CMapName /Adobe-Identity-UCS def /CMapType 2 def"
    yield "1 begincodespacerange <0000> <FFFF> endcodespacerange"
    rows = [f"<{cid:04X}> <{_utf16(one)}>" for cid, one in enumerate(shown, 1)]
    for start in range(0, len(rows), _ROWS):
        block = rows[start : start + _ROWS]
        yield f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar"
    yield "endcmap CMapName currentdict /CMap defineresource pop end end"


def _described(paper: Paper) -> str:
    """The document's own title, and whose it is."""
    title = f"{paper.title} {paper.number}".strip()
    return f"<< /Title <FEFF{_utf16(title)}> /Author <FEFF{_utf16(paper.authority)}> >>"


def _drawn(page: Sheet, cids: dict[str, int]) -> Iterator[str]:
    for stroke in page.strokes:
        ends = f"{_points(LEFT)} {_points(stroke.y)} m {_points(LEFT + ROOM)} {_points(stroke.y)} l"
        yield f"{stroke.colour} RG {_points(stroke.thick)} w {ends} S"
    for text in page.texts:
        shown = "".join(f"{cids[character]:04X}" for character in text.text)
        where = f"{_points(text.x)} {_points(text.y)}"
        yield (f"BT {text.colour} rg /F {_points(text.size)} Tf 1 0 0 1 {where} Tm <{shown}> Tj ET")


def _file(objects: Sequence[str]) -> str:
    """Number the *objects* and say where each begins (§7.5)."""
    parts, at, places = ["%PDF-1.4\n"], len("%PDF-1.4\n"), []
    for number, said in enumerate(objects, 1):
        places.append(at)
        parts.append(f"{number} 0 obj\n{said}\nendobj\n")
        at += len(parts[-1])
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    name = hashlib.sha256("".join(parts).encode("ascii")).hexdigest()[:32]
    count = len(objects) + 1
    parts.append(f"xref\n0 {count}\n0000000000 65535 f \n{rows}")
    parts.append(
        f"trailer\n<< /Size {count} /Root 1 0 R /Info {_FIXED} 0 R /ID [<{name}> <{name}>] >>\n"
        f"startxref\n{at}\n%%EOF\n"
    )
    return "".join(parts)


def _stream(content: str, about: str = "") -> str:
    return f"<< {about}/Length {len(content)} >>\nstream\n{content}\nendstream"


def _utf16(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


def _points(thousandths: int) -> str:
    """A length as PDF writes it: `841.890`."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03d}"
