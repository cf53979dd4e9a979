"""The PDF of a paper, read by an outside reader; and that it is the same each time."""

import hashlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pypdf import PdfReader

from chalicelib.papers import pdf
from chalicelib.papers.layout import BODY, FOOT, HEIGHT, LEFT, ROOM, TOP, WIDTH, Layout, millimetres
from chalicelib.papers.typeface import song
from tests.support.trials import times
from tests.unit.papers.sample import PAPER

ROOT = Path(__file__).parents[3]


def read(text: str) -> Any:
    """Read it strictly: whatever is not as ISO 32000 has it raises."""
    return PdfReader(io.BytesIO(text.encode("ascii")), strict=True)


def words(reader: Any) -> list[str]:
    """What stands on each page, without blanks and line breaks."""
    return [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]


def test_an_outside_reader_reads_what_stands_in_it() -> None:
    """On two pages: the document and its attachment."""
    first, second = words(read(pdf.render_pdf(PAPER)))
    for part in (PAPER.authority, PAPER.number, PAPER.title, f"{PAPER.to}：", *PAPER.body):
        assert part in first
    assert first.index("附件：发牌信息") < first.index("2026年4月22日")
    assert "—1—" in first
    for name, said in PAPER.particulars:
        assert f"{name}{said}" in second
    assert "抄送：承办人，审核人。" in second
    assert "—2—" in second


def test_it_needs_nothing_from_outside() -> None:
    """The font is in it, cut down to what is shown, with the way back to characters."""
    reader = read(pdf.render_pdf(PAPER))
    (font,) = reader.pages[0]["/Resources"]["/Font"].values()
    (part,) = font["/DescendantFonts"]
    descriptor = part["/FontDescriptor"]
    assert re.fullmatch(r"/[A-Z]{6}\+NotoSerifCJKsc-Regular", descriptor["/FontName"])
    assert descriptor["/FontFile3"]["/Subtype"] == "/CIDFontType0C"
    assert descriptor["/FontFile3"].get_data()[:4] == b"\x01\x00\x04\x04"
    assert "/ToUnicode" in font
    assert reader.metadata is not None
    assert reader.metadata.title == "黄牌通知书 ×政监黄〔2026〕12号"
    assert "/CreationDate" not in reader.metadata
    assert reader.root_object["/Lang"] == "zh-CN"
    assert [int(side) for side in reader.pages[0].mediabox] == [0, 0, 595, 841]  # A4


def test_it_is_seven_bit_text() -> None:
    """A gateway that takes it for text does it no harm."""
    assert pdf.render_pdf(PAPER).isascii()
    assert "\r" not in pdf.render_pdf(PAPER)


def test_the_same_paper_is_the_same_bytes_in_every_process() -> None:
    """Whatever the process hashes strings by, wherever and whenever it runs."""
    script = (
        "import hashlib; from chalicelib.papers import html, pdf;"
        "from tests.unit.papers.sample import PAPER;"
        "papers = pdf.render_pdf(PAPER) + html.render_html(PAPER);"
        "print(hashlib.sha256(papers.encode()).hexdigest())"
    )
    found = set()
    for seed, zone in (("0", "UTC"), ("4711", "America/New_York")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", script]
        answer = subprocess.run(command, capture_output=True, env=environment, check=True)
        found.add(answer.stdout.decode().strip())
    assert len(found) == 1
    from chalicelib.papers import html

    here = hashlib.sha256((pdf.render_pdf(PAPER) + html.render_html(PAPER)).encode()).hexdigest()
    assert found == {here}


@pytest.mark.parametrize(
    "other",
    [
        replace(PAPER, number="×政监黄〔2026〕13号"),
        replace(PAPER, mark="已撤销"),
        replace(PAPER, body=(*PAPER.body, "另行通知。")),
        replace(PAPER, copies=()),
    ],
)
def test_another_paper_is_other_bytes(other) -> None:
    """And bears another name of its own (ISO 32000-1 §14.4)."""
    names = [read(pdf.render_pdf(paper)).trailer["/ID"][0] for paper in (PAPER, other)]
    assert names[0] != names[1]


def test_it_is_laid_out_as_an_official_document() -> None:
    """GB/T 9704—2012: 版心 156 × 225 mm, 37 mm from the head, 28 mm from the left; A4."""
    assert (WIDTH, HEIGHT) == (595_275, 841_889)
    assert (HEIGHT - TOP, LEFT, ROOM) == (104_881, 79_370, 442_204)
    assert TOP - FOOT in (637_795, 637_796)
    layout = Layout(song())
    layout.add(PAPER)
    first, last = layout.sheets
    placed = {text.text: text for text in reversed(first.texts)}  # the first of two that are alike
    authority, number = placed[PAPER.authority], placed[PAPER.number]
    (red,) = first.strokes
    assert authority.colour == red.colour == "0.8 0 0"
    assert authority.y > number.y > red.y > placed[PAPER.title].y > placed[f"{PAPER.to}："].y
    assert number.y - red.y == millimetres(4)
    assert placed[PAPER.title].size == 22_000
    paragraph = next(text for text in first.texts if text.text.startswith("经电子监察"))
    assert (paragraph.x, paragraph.size) == (LEFT + 2 * BODY, BODY)
    date = placed["2026年4月22日"]
    end = date.x + sum(song().width(song().glyph(one)) for one in date.text) * BODY // 1000
    assert LEFT + ROOM - end == 4 * BODY  # 右空四字
    assert placed["— 1 —"].x > WIDTH // 2 > next(t.x for t in last.texts if t.text == "— 2 —")


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 40))
@settings(max_examples=times(40), deadline=None)
def test_however_long_everything_stays_on_its_page(body: int, rows: int, copies: int) -> None:
    """Within the type area, each line under the one before; the signature is never alone."""
    paper = replace(
        PAPER,
        body=("据查，情况属实。" * 6,) * max(body, 1),
        particulars=tuple((f"项目{n}", "内容" * 30) for n in range(rows)),
        copies=tuple(f"单位{n}" for n in range(copies)),
    )
    layout = Layout(song())
    layout.add(paper)
    for sheet in layout.sheets:
        lines = [text for text in sheet.texts if not text.text.startswith("— ")]
        assert lines
        for text in lines:
            assert FOOT <= text.y <= TOP
            right = (
                text.x + sum(song().width(song().glyph(c)) for c in text.text) * text.size // 1000
            )
            assert text.x >= LEFT
            assert right <= LEFT + ROOM + 1
        assert all(FOOT <= stroke.y <= TOP for stroke in sheet.strokes)
    signed = [
        n
        for n, sheet in enumerate(layout.sheets)
        if "2026年4月22日" in [t.text for t in sheet.texts]
    ]
    assert len(signed) == 1
    texts = [text.text for text in layout.sheets[signed[0]].texts]
    assert PAPER.authority in texts
    assert any("情况属实" in text for text in texts)


@given(st.text(max_size=40))
@settings(max_examples=times(60), deadline=None)
def test_any_text_makes_a_sound_file(text: str) -> None:
    """Whatever a department is called."""
    paper = replace(PAPER, to=text, body=(text, "。"), particulars=((text, text),), mark=text)
    reader = read(pdf.render_pdf(paper))
    assert len(reader.pages) >= 2
    assert reader.pages[0].extract_text()
