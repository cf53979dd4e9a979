"""Lines: how wide text is, where it may be broken."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.papers.lines import CLOSING, OPENING, break_lines, width
from chalicelib.papers.typeface import song

FACE = song()
EM = 1000
PIECE = re.compile(r"[!-~]+|[^!-~]")  # what is not torn apart
TEXT = st.text(st.sampled_from("办件依据二〇〔〕（）《》“”，。；：、！？ 年12:V-0aW."), max_size=80)


def cut(text: str, ems: int, indent: int = 0) -> list[str]:
    """The lines of *text* in a column of so many characters."""
    return [line.text for line in break_lines(text, EM, ems * EM, FACE, indent * EM)]


def test_a_character_is_as_wide_as_the_next() -> None:
    """28 of 3号 fill a line (GB/T 9704 §5.2.3)."""
    assert width("督办，〔二〕。", 16_000, FACE) == 7 * 16_000
    assert cut("办" * 57, 28) == ["办" * 28, "办" * 28, "办"]
    assert cut("办" * 57, 28, indent=2) == ["办" * 26, "办" * 28, "办" * 3]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一二三四。", ["一二三", "四。"]),  # nothing that closes begins a line
        ("一二三四。）五", ["一二三", "四。）五"]),
        ("一二三（四五", ["一二三", "（四五"]),  # nothing that opens ends one
        ("一二三四V-02五", ["一二三四", "V-02五"]),  # nothing Latin is torn
        ("一二 三四五", ["一二 三", "四五"]),
        ("一二三四 五六", ["一二三四", "五六"]),  # no line begins or ends with a blank
        ("一二三四 。五", ["一二三", "四 。五"]),  # and a blank that is left out protects nothing
        ("一二（ 三四", ["一二", "（ 三四"]),
        ("", []),
        ("。。。。。。", ["。。。。", "。。"]),  # where there is no other way
        ("mmmmmmmm", ["mmmm", "mmmm"]),
        ("0000W》", ["0000W", "》"]),  # a run of Latin is whole, and 》 has nobody to go with
    ],
)
def test_where_a_line_is_broken(text: str, lines: list[str]) -> None:
    """In a column of four characters."""
    assert cut(text, 4) == lines


def test_a_run_that_the_indent_leaves_no_room_for_is_torn() -> None:
    """It would fit the second line, and it begins the first."""
    assert cut("000000", 4, indent=1) == ["00000", "0"]


@given(TEXT, st.integers(4, 12), st.integers(0, 2))
def test_nothing_is_lost_and_nothing_stands_out(text: str, ems: int, indent: int) -> None:
    """Whatever the text: only blanks at a break are left out, and no line is too wide."""
    lines = list(break_lines(text, EM, ems * EM, FACE, indent * EM))
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert line.width == width(line.text, EM, FACE)
        assert line.indent + line.width <= ems * EM
    assert all(line.indent == 0 for line in lines[1:])
    for before, after in pairwise(lines):
        if len(PIECE.findall(before.text)) > 4 and not {*before.text[-3:]} & (CLOSING | OPENING):
            assert after.text[:1] not in CLOSING


@given(st.text(max_size=60))
def test_any_text_can_be_set(text: str) -> None:
    """What the typeface lacks takes the place of the sign for it; what controls is a blank."""
    for line in break_lines(text, EM, 9 * EM, FACE):
        assert line.width <= 9 * EM
        assert line.text.isprintable() or not line.text.isascii()
