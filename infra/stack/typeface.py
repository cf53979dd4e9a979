"""Cut the typeface of the documents out of a larger one: `chalicelib/papers/song.otf`.

    python -m infra.stack.typeface NotoSerifCJK-Regular.ttc#2 characters.txt song.otf

Needed where a place's names have characters that it lacks (they are shown as 〓). Every outline is
drawn anew, without hints and subroutines, because a document takes it over as it is
(`chalicelib/papers/typeface.py`). The source must be a CFF font of 1000 units an em under the
Open Font License; `#2` chooses one of a collection. The same input gives the same bytes.
"""

import sys
from pathlib import Path
from typing import Any

from chalicelib.errors import BadInput
from chalicelib.papers.typeface import EM, GETA

NAME = "NotoSerifCJKsc-Duban"
ALWAYS = {*map(chr, range(0x20, 0x7F)), GETA}
CREATED = 3_600_000_000  # seconds since 1904, as fonts count: a day in 2018, whatever today is
_NAMES = {"copyright": 0, "familyName": 1, "version": 5, "licenseDescription": 13}


def cut_typeface(source: str, characters: set[str]) -> bytes:
    """Return a font with those *characters* that *source* has. Raises BadInput."""
    from io import BytesIO

    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib import TTFont, TTLibError

    file, _, number = source.partition("#")
    try:
        font = TTFont(file, fontNumber=int(number or 0))
    except (OSError, TTLibError, ValueError) as error:
        raise BadInput(zh="不是字体", en=f"not a font: {error}", where=source) from error
    if "CFF " not in font or font["head"].unitsPerEm != EM:
        zh, en = f"要用每字身 {EM} 单位的 CFF 字体", f"a CFF font of {EM} units an em is needed"
        raise BadInput(zh=zh, en=en, where=source)
    mapped = font.getBestCmap()
    codes = sorted(map(ord, characters | ALWAYS))
    chosen = {code: mapped[code] for code in codes if mapped.get(code)}
    order = [".notdef", *dict.fromkeys(chosen.values())]
    names = {old: f"g{index}" if index else ".notdef" for index, old in enumerate(order)}
    builder = FontBuilder(EM, isTTF=False)
    builder.setupGlyphOrder([*names.values()])
    builder.setupCharacterMap({})
    records = {key: font["name"].getDebugName(number) or "" for key, number in _NAMES.items()}
    outlines = {names[old]: _outline(font, old) for old in order}
    private = {"defaultWidthX": EM, "nominalWidthX": 0}
    builder.setupCFF(NAME, {"Notice": records["copyright"]}, outlines, private)
    builder.setupHorizontalMetrics({names[old]: font["hmtx"][old] for old in order})
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    builder.setupNameTable({**records, "psName": NAME})
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    cut_font = builder.font
    cut_font["cmap"].tables = [_map({code: names[old] for code, old in chosen.items()})]
    cut_font["head"].created = cut_font["head"].modified = CREATED
    cut_font.recalcTimestamp = False
    cut_font.save(written := BytesIO())
    return written.getvalue()


def _map(named: dict[int, str]) -> Any:
    """Return the one map that is read: format 12, every character of Unicode."""
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = named
    return table


def _outline(font: Any, name: str) -> Any:
    from fontTools.pens.t2CharStringPen import T2CharStringPen

    width, glyphs = font["hmtx"][name][0], font.getGlyphSet()
    pen = T2CharStringPen(None if width == EM else width, glyphs)
    glyphs[name].draw(pen)
    return pen.getCharString(optimize=True)


def main(arguments: list[str]) -> int:
    """Cut the typeface and write it; print a mistake as one line."""
    if len(arguments) != 3:  # noqa: PLR2004
        print("typeface: SOURCE[#NUMBER] CHARACTERS OUT", file=sys.stderr)
        return 2
    source, characters, out = arguments
    try:
        body = cut_typeface(source, {*Path(characters).read_text("utf-8")})
    except (BadInput, OSError, UnicodeDecodeError) as error:
        print(f"typeface: {error}", file=sys.stderr)
        return 2
    Path(out).write_bytes(body)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
