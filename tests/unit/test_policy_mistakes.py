"""A county's file that cannot be read: every mistake at once, with its line, its entry and key."""

import re
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


def test_one_mistake_of_a_table_hides_no_other_in_it() -> None:
    """Each key of it has a line of its own."""
    text = replaced(('respond = "3wd"\nthen = "red"', 'respond = "3天"\nthen = "红牌"'))
    told = [(mistake.entry, mistake.key) for mistake in find_mistakes(text)]
    assert told == [("ladder.yellow", "respond"), ("ladder.yellow", "then")]


DATED_ROW = """
[[threshold]]
clock = "promise"
rule = "V-02"
level = "yellow"
over = "1天"
effective = "2027-01-01"
basis = [{ law = "优化营商环境条例#36.2" }]
"""
DATED_SECTION = """
[[appeal]]
window = "5wd"
decision = "5wd"
basis = [{ proposed = "x" }]

[[appeal]]
window = "10wd"
decision = "10天"
effective = "2027-01-01"
basis = [{ proposed = "x" }]
"""


def test_a_mistake_of_a_row_with_a_date_has_the_line_of_that_row() -> None:
    """And not that of the earlier row beside it."""
    (mistake,) = find_mistakes(text := OWN + DATED_ROW)
    assert mistake.line == line_with(text, '"1天"')
    whole = re.sub(r"(?ms)^\[appeal\].*?(?=^\[)", "", OWN) + DATED_SECTION
    (mistake,) = find_mistakes(whole)
    assert mistake.line == line_with(whole, '"10天"')


def test_a_guard_of_a_row_with_a_date_names_the_line_of_that_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It issues by itself on a model from 2027 on."""
    file, text = tmp_path / "own.toml", OWN + DATED_ROW.replace("1天", "1wd")
    law, model = '{ law = "优化营商环境条例#36.2" }', '{ model = "湖南省电子监察系统", says = "x" }'
    text = text.removesuffix(f"[{law}]\n") + f"[{model}]\n"
    file.write_text(text, "utf-8")
    assert main(["policy", "check", str(file)]) == 1
    line = line_with(text, model)
    assert f"own.toml:{line}: " in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", 'id = "anyang"\n'])
def test_a_file_without_a_table_lacks_them_all(text: str) -> None:
    """An empty file, or one that ends after its name."""
    told = [mistake.text("own.toml") for mistake in find_mistakes(text)]
    assert any("[ladder]" in line for line in told)


def test_what_is_not_toml_is_told_with_its_line() -> None:
    """And nothing else, as nothing else can be read."""
    (mistake,) = find_mistakes(replaced(("[appeal]", "[appeal")))
    assert mistake.line == line_with(OWN, "[appeal]")


@pytest.mark.parametrize("text", ["", "\n", "x = 1", 'id = "anyang"\n', "[threshold]\n"])
def test_of_a_file_with_next_to_nothing_all_that_lacks_is_told(text: str) -> None:
    """Nobody gets a traceback for a file that is not begun yet."""
    assert len(find_mistakes(text)) > 5


@pytest.mark.parametrize("deep", ["[" * 5000 + "]" * 5000, "{a=" * 2000 + "1" + "}" * 2000])
def test_what_is_nested_too_deeply_is_refused(deep: str) -> None:
    """However a hostile file does it."""
    keys = ".".join("a" * 3000)
    for text in (f"{OWN}\nx = {deep}\n", f"{OWN}\n[{keys}]\nx = 1\n"):
        (mistake,) = find_mistakes(text)
        assert "nested too deeply" in mistake.en
        assert "嵌套太深" in mistake.zh


def test_a_text_that_looks_like_a_header_is_none() -> None:
    """Lines are still told: a paper may have any words."""
    text = replaced(('window = "5wd"', 'window = "x"')) + '\nnote = """\n[[threshold]]\n"""\n'
    assert {mistake.key for mistake in find_mistakes(text)} >= {"window", "note"}


@pytest.mark.parametrize("wrong", ['["promise"]', "{}", "5"])
def test_a_row_that_is_named_by_no_text_is_told(wrong: str) -> None:
    """By its line, as every mistake."""
    (mistake,) = find_mistakes(replaced(('clock = "promise"', f"clock = {wrong}")))
    assert (mistake.key, mistake.line) == ("clock", line_with(OWN, 'clock = "promise"'))


@pytest.mark.parametrize("hidden", ["\\u0000", "\\u202e", "\u200b", "\u2066"])
def test_what_nobody_can_see_is_refused(hidden: str) -> None:
    """A title, a document, an instrument would look like something else than it is."""
    text = replaced(('title = "', f'title = "{hidden}'))
    text += DOCUMENT.replace("安阳市人民政府办公室", f"安阳市{hidden}人民政府办公室")
    found = find_mistakes(text)
    assert [(mistake.entry, mistake.key) for mistake in found] == [
        ("", "title"),
        ("document", "issuer"),
    ]
    assert [mistake.line for mistake in found] == [
        line_with(text, "title = "),
        line_with(text, "issuer = "),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('place = "安阳"', "must be the code of a region"),
        ('place = "4"', "must be the code of a region"),
        ('place = "４１"', "must be the code of a region"),
        ("issued = 2026", "must be a date"),
        ('id = "行政许可法"', "names another document"),
        ('kind = "law"', "not known here"),
    ],
)
def test_a_document_of_the_county_says_what_it_is(row: str, reason: str) -> None:
    """Its place, its number, its issuer and its days; it is never law."""
    key = row.split(" = ", maxsplit=1)[0]
    lines = [line for line in DOCUMENT.split("\n") if not line.startswith(f"{key} ")]
    found = find_mistakes(f"{OWN}{chr(10).join(lines)}\n{row}\n")
    assert any((mistake.key, mistake.entry) == (key, "document") for mistake in found), found
    assert any(reason in mistake.en for mistake in found), found


def test_a_basis_may_cite_a_document_of_the_county() -> None:
    """It is local there; without the document the name is told."""
    cited = ('{ law = "优化营商环境条例#36.2" }', '{ local = "安阳办法#7" }')
    assert find_mistakes(replaced(cited) + DOCUMENT) == []
    (mistake,) = find_mistakes(replaced(cited))
    assert "安阳办法" in mistake.zh


@pytest.mark.parametrize(("since", "code"), [("2026-12-31", 2), ("2027-01-01", 0)])
def test_no_card_rests_on_a_document_of_the_county_before_that_is_in_force(
    since: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The row has a date of its own, or the whole file begins on the day of the document."""
    law, own = '{ law = "优化营商环境条例#36.2" }', '{ local = "安阳办法#7" }'
    row = f'over = "0wd"\nbasis = [{law}]'
    file = tmp_path / "anyang.toml"
    told = ["policy", "import", str(file), "--check", "--region", "4105", "--from"]
    file.write_text(replaced((row, row.replace(law, own))) + DOCUMENT, "utf-8")
    assert main([*told, since]) == code
    assert ("2027-01-01 起施行" in capsys.readouterr().err) is bool(code)
    dated = '\n[[threshold]]\nclock = "promise"\nrule = "V-02"\nlevel = "yellow"\n'
    dated += f"{row.replace(law, own)}\neffective = 2027-01-01\n"
    file.write_text(OWN + dated + DOCUMENT, "utf-8")
    assert main([*told, since]) == 0


@pytest.mark.parametrize("name", ["../x", "安阳", "a b", "a" * 41, "1a"])
def test_a_profile_has_a_plain_and_short_name(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is part of the log's entries, which have an end."""
    file = tmp_path / "own.toml"
    file.write_text(replaced(("anyang", name)), "utf-8")
    assert main(["policy", "import", str(file), "--check", "--region", "4105"]) == 2
    assert "只用拉丁字母、数字、下划线" in capsys.readouterr().err


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


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'limit = "10wd"',
            'limit = "10日"',
            "[clocks.delivery] limit：'10日' 不是期限，请写成",
        ),
        ("[office]", '[instrument]\ndate = "x"\n[office]', "[instrument] date：须是日期，不加引号"),
    ],
)
def test_a_mistake_is_told_in_chinese_and_once(old: str, new: str, says: str) -> None:
    """The English of the reader comes after it, not within."""
    (text,) = {mistake.text("own.toml") for mistake in find_mistakes(replaced((old, new)))}
    chinese = text.partition(" · ")[0]
    assert says in chinese
    assert not set(chinese) & {"（", "）"}
