"""A typeface with other characters, cut out of a larger one: here of the one that is shipped."""

from pathlib import Path

import pytest

from chalicelib.papers.typeface import GETA, Typeface, song
from infra.stack.typeface import main

SHIPPED = Path(__file__).parents[3] / "chalicelib" / "papers" / "song.otf"
WANTED = "督办𫖯镕，ऋ"  # the last one it does not have


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """Cut a handful of characters out."""
    (tmp_path / "characters.txt").write_text(WANTED + "\n", "utf-8")
    out = tmp_path / "small.otf"
    assert main([str(SHIPPED), str(tmp_path / "characters.txt"), str(out)]) == 0
    return out


def test_what_was_wanted_is_in_it_and_is_read(cut: Path) -> None:
    """With ASCII and the sign for what is missing, each as wide and drawn as it was."""
    face = Typeface(cut.read_bytes())
    for one in (*"督办𫖯镕，", *"aZ09-", " ", GETA):
        assert face.has(one)
        glyph, was = face.glyph(one), song().glyph(one)
        assert face.width(glyph) == song().width(was)
        assert face.outline(glyph) == song().outline(was)
    assert not face.has("牌")
    assert not face.has("ऋ")


def test_the_same_is_cut_the_same(cut: Path, tmp_path: Path) -> None:
    """Whenever it is done."""
    again = tmp_path / "again.otf"
    main([str(SHIPPED), str(tmp_path / "characters.txt"), str(again)])
    assert again.read_bytes() == cut.read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [[], ["nowhere.otf", "{text}", "{out}"], ["{text}", "{text}", "{out}"],
     ["{font}#first", "{text}", "{out}"], ["{font}", "nowhere.txt", "{out}"]],
)  # fmt: skip
def test_what_is_no_font_is_one_line(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing is written."""
    text, out = tmp_path / "text.txt", tmp_path / "out.otf"
    text.write_text("办", "utf-8")
    given = [one.format(text=text, out=out, font=SHIPPED) for one in arguments]
    assert main(given) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not out.exists()
