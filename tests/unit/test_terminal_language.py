"""Which language a terminal reads, and that a text is there in both."""

import pytest

from chalicelib.errors import BadInput, Bilingual
from infra.terminal.language import language, say
from infra.terminal.parser import Parser, columns, wrap


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, "zh"),
        ({"LANG": ""}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "POSIX"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "en_GB"}, "en"),
        ({"LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh"),
        ({"LC_ALL": "en_US", "LC_MESSAGES": "zh_CN"}, "en"),
        ({"DUBAN_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"DUBAN_LANG": "zh", "LANG": "en_US.UTF-8"}, "zh"),
        ({"DUBAN_LANG": "zh_CN.UTF-8", "LANG": "en_US"}, "zh"),
        ({"DUBAN_LANG": "EN"}, "en"),
        ({"DUBAN_LANG": "fr", "LANG": "en_US"}, "en"),
        ({"DUBAN_LANG": ""}, "zh"),
    ],
)
def test_the_language_of_a_terminal(environment: dict[str, str], wanted: str) -> None:
    """The switch, then the locale, then Chinese: a server without a locale chose no language."""
    assert language(environment) == wanted


def test_a_text_is_said_in_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked up when the text is said."""
    monkeypatch.setenv("DUBAN_LANG", "en")
    assert say("没有变化", "nothing to change") == "nothing to change"
    monkeypatch.setenv("DUBAN_LANG", "zh")
    assert say("没有变化", "nothing to change") == "没有变化"


def test_a_mistake_has_both_texts() -> None:
    """A log has both; a terminal has one, and so has the place."""
    place = Bilingual("文件，第 3 行", "file, line 3")
    mistake = BadInput(zh="太长", en="too long", where=place)
    assert mistake.line("zh") == "文件，第 3 行: 太长"
    assert mistake.line("en") == "file, line 3: too long"
    assert str(mistake) == "文件，第 3 行: 太长 / file, line 3: too long"


def test_lines_are_as_wide_as_they_look() -> None:
    """A Chinese character takes two columns, and no line begins with a full stop."""
    lines = list(wrap("重启后保留数据、钥匙和地址，存在 .duban/kept。" * 3, 20))
    assert all(columns(line) <= 22 for line in lines)
    assert not any(line[0] in "，。、" for line in lines)
    assert "".join(lines).replace(" ", "") == "重启后保留数据、钥匙和地址，存在.duban/kept。" * 3


def test_a_wrong_command_is_named_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No word and no quotes of the library's are left in the line."""
    monkeypatch.setenv("DUBAN_LANG", "zh")
    parser = Parser(prog="duban")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    commands.add_parser("down")
    commands.add_parser("up")
    with pytest.raises(SystemExit):
        parser.parse_args(["uup"])
    complaint = "duban: 没有 “uup” 这个命令，只有 “down、up”（用法：duban --help）\n"
    assert capsys.readouterr().err == complaint
