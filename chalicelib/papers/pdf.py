"""Writes a paper as a PDF that carries the few glyphs it shows, in seven-bit text.

Pure. ISO 32000-1; an archive wants a file that needs nothing from outside, so the font is embedded
(DA/T 47—2009). Nothing is compressed and no time of writing is stored, so the same paper gives the
same bytes in every process and on every Python. Text passes any gateway unharmed.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from itertools import accumulate

from chalicelib.papers import cff, typeface
from chalicelib.papers.layout import HEIGHT, LEFT, ROOM, WIDTH, Layout, Sheet
from chalicelib.papers.paper import Paper
from chalicelib.papers.typeface import Typeface, song

TAG = "DUBAN" + "A+"  # a subset's name begins with six letters and a plus
_ROWS = 100  # entries that one block of a character map may have
_FIXED = 7  # objects before the pages


def render_pdf(paper: Paper) -> str:
    """Return the *paper* as a PDF."""
    face = song()
    layout = Layout(face)
    layout.add(paper)
    characters = sorted(
        {character for page in layout.sheets for text in page.texts for character in text.text}
    )
    cids = {character: number for number, character in enumerate(characters, 1)}
    objects = [*_fonts(characters, face, len(layout.sheets)), _information(paper)]
    for number, page in enumerate(layout.sheets):
        content = _FIXED + 2 * number + 2
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_points(WIDTH)} {_points(HEIGHT)}] "
            f"/Resources << /Font << /F 3 0 R >> >> /Contents {content} 0 R >>"
        )
        objects.append(_stream("\n".join(_draw_page(page, cids))))
    return _file(objects)


def _fonts(characters: Sequence[str], face: Typeface, pages: int) -> Iterator[str]:
    """Yield objects 1 to 6: catalogue, pages, and the font in its four parts."""
    name = TAG + typeface.NAME
    kids = " ".join(f"{_FIXED + 2 * number + 1} 0 R" for number in range(pages))
    glyphs = [0, *(face.glyph(character) for character in characters)]
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
    encoded = base64.a85encode(program, wrapcol=76).decode("ascii") + "~>"
    yield _stream(encoded, "/Subtype /CIDFontType0C /Filter /ASCII85Decode ")
    yield _stream("\n".join(_characters(characters)))


def _characters(characters: Sequence[str]) -> Iterator[str]:
    """Yield the map from CIDs back to characters, so that text can be searched and copied."""
    yield "/CIDInit /ProcSet findresource begin 12 dict begin begincmap"
    yield "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def"
    yield "/CMapName /Adobe-Identity-UCS def /CMapType 2 def"
    yield "1 begincodespacerange <0000> <FFFF> endcodespacerange"
    rows = [f"<{cid:04X}> <{_utf16(character)}>" for cid, character in enumerate(characters, 1)]
    for start in range(0, len(rows), _ROWS):
        block = rows[start : start + _ROWS]
        yield f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar"
    yield "endcmap CMapName currentdict /CMap defineresource pop end end"


def _information(paper: Paper) -> str:
    """Return the document's information: its title and its author, the authority."""
    title = f"{paper.title} {paper.number}".strip()
    return f"<< /Title <FEFF{_utf16(title)}> /Author <FEFF{_utf16(paper.authority)}> >>"


def _draw_page(page: Sheet, cids: dict[str, int]) -> Iterator[str]:
    for stroke in page.strokes:
        ends = f"{_points(LEFT)} {_points(stroke.y)} m {_points(LEFT + ROOM)} {_points(stroke.y)} l"
        yield f"{stroke.colour} RG {_points(stroke.thick)} w {ends} S"
    for text in page.texts:
        codes = "".join(f"{cids[character]:04X}" for character in text.text)
        position = f"{_points(text.x)} {_points(text.y)}"
        yield (
            f"BT {text.colour} rg /F {_points(text.size)} Tf 1 0 0 1 {position} Tm <{codes}> Tj ET"
        )


def _file(objects: Sequence[str]) -> str:
    """Return the file: the numbered *objects* and the table of their offsets (§7.5)."""
    bodies = (f"{number} 0 obj\n{body}\nendobj\n" for number, body in enumerate(objects, 1))
    parts = ["%PDF-1.4\n", *bodies]
    *offsets, at = accumulate(map(len, parts))
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
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
    """Return a length as PDF writes it: `841.890`."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03d}"
