"""A county's file that cannot be read: every mistake at once, with its line, its entry and key."""

from pathlib import Path

import pytest

from chalicelib.policy.shipped import list_profiles, profile_text
from infra.cli.main import main
from infra.policy.mistakes import find_mistakes
from tests.unit.policy_file import STATUTORY

OWN = STATUTORY.replace('id = "statutory"', 'id = "anyang"', 1)
DOCUMENT = """
[[document]]
id = "安阳办法"
title = "安阳市政务服务电子监察办法"
place = "4105"
number = "安政办〔2026〕9号"
issuer = "安阳市人民政府办公室"
issued = 2026-11-01
effective = 2027-01-01
"""


def replaced(*changes: tuple[str, str], text: str = OWN) -> str:
    """The county's file with each of some texts replaced once."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def line_with(text: str, what: str) -> int:
    """The line on which *what* stands first."""
    return next(n for n, line in enumerate(text.split("\n"), 1) if what in line)


@pytest.mark.parametrize("name", list_profiles())
def test_a_sound_profile_has_none(name: str) -> None:
    """Nor has one with documents of its own, and rows with dates."""
    assert find_mistakes(profile_text(name)) == []
    assert find_mistakes(OWN + DOCUMENT) == []


def test_all_mistakes_are_told_in_the_order_of_the_file() -> None:
    """Of a table, of rows, of a section that lacks, of a key that nobody reads."""
    text = replaced(
        ('cutoff = "office"', 'cutoff = "late"'),
        ("[clocks.delivery]", "[clocks.deliverie]"),
        ('rule = "V-02"\nlevel = "yellow"', 'rule = "V-02"\nlevel = "orange"'),
        ('clock = "gap"\nrule = "V-34"', 'clock = "gap"\nrule = "34"'),
        ('window = "5wd"', 'window = "5 days"'),
        ("decision = ", "decided = "),
    )
    found = find_mistakes(text)
    said = [(mistake.line, mistake.entry, mistake.key) for mistake in found]
    assert said == sorted(said)
    assert {(mistake.entry, mistake.key) for mistake in found} >= {
        ("counting", "cutoff"),
        ("clocks", "deliverie"),
        ("threshold promise V-02 orange", "level"),
        ("appeal", "window"),
        ("appeal", "decided"),
    }
    by_entry = {mistake.entry: mistake for mistake in found}
    assert by_entry["threshold promise V-02 orange"].line == line_with(text, '"orange"')
    assert all(not mistake.zh.isascii() for mistake in found)


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", 'id = "anyang"\n'])
def test_a_file_without_a_table_lacks_them_all(text: str) -> None:
    """An empty file, or one that ends after its name."""
    told = [mistake.text("own.toml") for mistake in find_mistakes(text)]
    assert any("[ladder]" in line for line in told)


def test_what_is_not_toml_is_told_with_its_line() -> None:
    """And nothing else, as nothing else can be read."""
    (mistake,) = find_mistakes(replaced(("[appeal]", "[appeal")))
    assert mistake.line == line_with(OWN, "[appeal]")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('place = "安阳"', "place must be"),
        ("issued = 2026", "issued must be a date"),
        ('id = "行政许可法"', "names another document"),
        ('kind = "law"', "unknown key 'kind'"),
    ],
)
def test_a_document_of_the_county_says_what_it_is(row: str, reason: str) -> None:
    """Its place, its number, its issuer and its days; it is never law."""
    key = row.split(" = ", maxsplit=1)[0]
    lines = [line for line in DOCUMENT.split("\n") if not line.startswith(f"{key} ")]
    found = find_mistakes(f"{OWN}{chr(10).join(lines)}\n{row}\n")
    assert any(reason in mistake.en for mistake in found), found


def test_a_basis_may_cite_a_document_of_the_county() -> None:
    """It is local there; without the document the name is told."""
    cited = ('{ law = "优化营商环境条例#36.2" }', '{ local = "安阳办法#7" }')
    assert find_mistakes(replaced(cited) + DOCUMENT) == []
    (mistake,) = find_mistakes(replaced(cited))
    assert "安阳办法" in mistake.zh


def test_the_check_refuses_the_whole_file_with_all_mistakes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2; file, line, entry and key; nothing on stdout."""
    file = tmp_path / "anyang.toml"
    file.write_text(
        replaced(('cutoff = "office"', 'cutoff = "late"'), ('window = "5wd"', 'window = "x"')),
        "utf-8",
    )
    assert main(["policy", "import", str(file), "--check", "--region", "4105"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = [line for line in printed.err.splitlines() if str(file) in line]
    assert len(lines) == 2
    assert all(f"{file}:" in line for line in lines)


def test_a_name_that_is_shipped_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else the next release would take the place of the county's."""
    file = tmp_path / "own.toml"
    file.write_text(STATUTORY, "utf-8")
    assert main(["policy", "import", str(file), "--check"]) == 2
    assert "另取一个名" in capsys.readouterr().err
