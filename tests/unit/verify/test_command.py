"""`duban verify`: a log in a folder or behind an address, for people and for programs."""

import json
from pathlib import Path

import pytest

from infra.cli.main import main
from infra.verify.source import HttpSource
from tests.support.served_log import served
from tests.support.shown_log import LOG, in_folder, issues_of, leaves, published, read, vkey

SAID = leaves(520)
EMPTY = published([])


def test_a_log_is_read_over_http(tmp_path: Path) -> None:
    """Several objects at a time, compressed ones too; what is missing is missing."""
    in_folder(tmp_path / "log", published(SAID))
    with served(tmp_path) as url:
        source = HttpSource(f"{url}/log/")
        assert issues_of(read(source)) == []
        assert source.get("tile/0/003") is None
        (tmp_path / "log/tile/entries/001").unlink()
        assert ("I7", 256) in issues_of(read(source))


def test_the_log_below_an_address_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`/log` need not be said."""
    in_folder(tmp_path / "log", published(SAID[:3]))
    with served(tmp_path) as url:
        main(["verify", url, "--vkey", vkey(LOG), "--json"])
        told = json.loads(capsys.readouterr().out)
        assert (told["url"], told["size"]) == (f"{url}/log", 3)


def test_a_log_without_an_entry_shows_no_sign_of_life(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At an address, whatever age is allowed: nothing can be dated. A copy may be of any log."""
    in_folder(tmp_path / "log", EMPTY)
    command = ["verify", str(tmp_path), "--vkey", vkey(LOG)]
    with served(tmp_path) as url:
        for more in ([], ["--max-age", "99999d"]):
            assert main(["verify", url, *command[2:], *more]) == 1
            assert "✗ I11 日志没有任何条目" in capsys.readouterr().out
    assert main(command) == 0
    assert "没有任何条目" not in capsys.readouterr().out


def test_what_is_wrong_is_told_in_chinese_or_in_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And is 1."""
    in_folder(tmp_path, {**EMPTY, "checkpoints/0": published(SAID[:1])["checkpoint"]})
    command = ["verify", str(tmp_path), "--vkey", vkey(LOG)]
    assert main(command) == 1
    assert "✗ I8 checkpoints/0 无效" in capsys.readouterr().out
    assert main([*command, "--english"]) == 1
    assert "NOT sound: 1 findings." in capsys.readouterr().out


def test_what_cannot_be_read_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A place without a log, and a key that is none; in one line."""
    for where in (str(tmp_path), str(tmp_path / "none")):
        assert main(["verify", where]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    in_folder(tmp_path, EMPTY)
    assert main(["verify", str(tmp_path), "--vkey", "nonsense"]) == 2
    assert main(["verify", str(tmp_path)]) == 2
    assert "--vkey" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["http://127.0.0.1:1/log"], "没有答复：请检查地址和网络"),
        (["nowhere"], "都没有检查点，请核对地址"),
        (["log", "--quorum", "1"], "要求 1 个见证人，而用 --witness 给出的有 0 个"),
        (["log", "--witness", vkey(LOG)], "不是见证人的公钥"),
        (["log", "--vkey", vkey(LOG), "--receipt", "r"], "没有公布回执公钥，请再用一个 --vkey"),
        (["log", "--all-since", "2026-11-01T00:00:00+08:00"], "须与 --receipts 一起用"),
        (["log", "--vkey", "log.test/log"], "不是公钥，应整行照抄"),
        (["log", "--vkey", vkey(LOG), "--checkpoint", "r"], "不是这本日志签署的检查点"),
        (["log", "--vkey", vkey(LOG), "--board", "r"], "不是 JSON"),
        (["log", "--vkey", vkey(LOG), "--alerts", "http://127.0.0.1:1"], "请用 --key 给出监察员"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_stranger_is_told_in_chinese_first_what_to_do(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    told: str,
) -> None:
    """In one line, and in English after it."""
    in_folder(tmp_path / "log", EMPTY)
    (tmp_path / "r").write_text("x", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["verify", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    zh, _, en = line.partition(" / ")
    assert told in zh
    assert en.isascii()


def test_many_findings_are_cut_short_for_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are counted, and a program gets a thousand of each kind."""
    said = [{**one, "phone": "1"} for one in SAID]
    in_folder(tmp_path, published(said))
    command = ["verify", str(tmp_path), "--vkey", vkey(LOG)]
    assert main(command) == 1
    out = capsys.readouterr().out
    assert out.count("✗ I10 ") == 21
    assert "另有 500 项" in out
    assert out.count("\n  → 请记下案件和条目序号") == 1
    assert main([*command, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["counts"], len(told["findings"])) == ({"I10": 520}, 520)


def test_a_folder_keeps_what_was_fetched(tmp_path: Path) -> None:
    """Only what changes is fetched the next time."""
    in_folder(tmp_path / "log", EMPTY)
    keep = tmp_path / "kept"
    command = ["verify", str(tmp_path / "log"), "--vkey", vkey(LOG), "--keep", str(keep)]
    assert main(command) == 0
    assert sorted(file.name for file in keep.rglob("*") if file.is_file()) == ["0", "checkpoint"]
    assert main(command) == 0
