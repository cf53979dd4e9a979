"""The typeface: which characters it has, and that it is read as an outside reader reads it."""

import io
from importlib import resources
from typing import Any

import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from chalicelib.papers.cff import program
from chalicelib.papers.typeface import BOX, EM, GETA, song

FACE = song()
FILE = resources.files("chalicelib.papers").joinpath("song.otf").read_bytes()
SHOWN = "督办黄牌〔2026〕12号，（gW）〓"


@pytest.fixture(scope="module")
def outside() -> TTFont:
    """The same file, read by fontTools."""
    return TTFont(io.BytesIO(FILE))


def gb2312() -> set[str]:
    """Every character of GB 2312 but the scripts that no Chinese document is written in."""
    rows = [*range(0xA1, 0xA4), *range(0xB0, 0xF8)]
    cells = (bytes((row, cell)) for row in rows for cell in range(0xA1, 0xFF))
    return {*"".join(cell.decode("gb2312", "ignore") for cell in cells)}


def test_it_has_what_documents_are_written_in() -> None:
    """GB 2312, ASCII, and rare characters of names that 通用规范汉字表 has and GB 2312 has not."""
    characters = gb2312()
    assert len(characters) > 6763
    printable = {chr(code) for code in range(0x20, 0x7F)}
    assert [one for one in sorted(characters | printable) if not FACE.has(one)] == []
    assert all(map(FACE.has, "镕昪堃珺祎翀喆玥𫖯𬱖㧑"))


def test_it_is_read_as_others_read_it(outside: TTFont) -> None:
    """Every character, its glyph and its width."""
    order = outside.getGlyphOrder()
    mapped = outside.getBestCmap()
    assert len(mapped) > 8500
    for code, name in mapped.items():
        glyph = FACE.glyph(chr(code))
        assert order[glyph] == name
        assert FACE.width(glyph) == outside["hmtx"][name][0]
    assert outside["head"].unitsPerEm == EM


@pytest.mark.parametrize("character", ["🙂", "ऋ", "\x00", "\U0010ffff", "가"])
def test_what_it_lacks_is_seen_to_be_missing(character: str) -> None:
    """Never an empty place."""
    assert not FACE.has(character)
    assert FACE.glyph(character) == FACE.glyph(GETA) > 0


def drawn(glyphs: Any, name: str) -> list[Any]:
    """The strokes of a glyph."""
    pen = RecordingPen()
    glyphs[name].draw(pen)
    found: list[Any] = pen.value
    return found


def test_the_font_of_a_pdf_draws_the_same(outside: TTFont) -> None:
    """A handful of glyphs, cut out by us, read and drawn by fontTools."""
    glyphs = [0, *map(FACE.glyph, SHOWN)]
    cut = program("DUBANA+Song", [FACE.outline(glyph) for glyph in glyphs], BOX)
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(cut), None)
    assert fonts.fontNames == ["DUBANA+Song"]
    font = fonts[0]
    assert font.ROS == ("Adobe", "Identity", 0)
    assert font.CIDCount == len(glyphs)
    assert tuple(font.FontBBox) == BOX
    whole, order = outside["CFF "].cff[0].CharStrings, outside.getGlyphOrder()
    assert len(font.CharStrings) == len(glyphs)
    for cid, glyph in enumerate(glyphs):
        name = f"cid{cid:05d}" if cid else ".notdef"
        strokes = drawn(font.CharStrings, name)
        assert strokes == drawn(whole, order[glyph])
        assert font.CharStrings[name].width == FACE.width(glyph)
        assert strokes


def test_its_licence_lies_beside_it() -> None:
    """SIL OFL 1.1 §2: each copy contains the copyright notice and the licence."""
    told = resources.files("chalicelib.papers").joinpath("OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in told
    assert "Adobe" in told.splitlines()[0]
