"""`duban replay` as the operator meets it: one document, one line of complaint, exit codes."""

import json
from pathlib import Path

import pytest

from infra.cli.main import main

MAP = """format = "csv"
timezone = "Asia/Shanghai"
[case]
id = "nr"
accepted = { attribute = "start" }
completed = { attribute = "end" }
due = { attribute = "due" }
"""
KNOWN = "shipped: statutory, dongguan, hunan, meizhou, yulin; a file ends in .toml"
LOG = "nr,start,end,due\n1,2024-03-01,2024-03-12,2024-03-11\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A log and its map, as arguments."""
    log, log_map = tmp_path / "log.csv", tmp_path / "map.toml"
    log.write_text(LOG, encoding="utf-8")
    log_map.write_text(MAP, encoding="utf-8")
    return [str(log), "--map", str(log_map)]


def test_json_is_one_document_and_nothing_else(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Integers only, besides the cut-off."""
    assert main(["replay", *files, "--json"]) == 0
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert (report["cases"], report["closed_late"], report["breached"]) == (1, 1, 1)
    assert set(report) == {
        *("cases", "events", "not_accepted", "without_due", "closed", "open"),
        *("closed_late", "open_overdue", "breached", "crossed", "by_department", "cards"),
        *("dirty", "cut_off"),
    }
    assert told.err == ""


@pytest.mark.usefixtures("english")
def test_a_person_gets_a_page(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The same numbers in a few lines."""
    assert main(["replay", *files, "--until", "2024-03-20"]) == 0
    page = capsys.readouterr().out
    assert "1 cases, 1 events, cut off at 2024-03-20T23:59:59.999+08:00" in page
    assert "closed 1 (1 late)" in page


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (["--until", "soon"], "--until: not a date or a time: 'soon'"),
        (["--profile", "nowhere"], f"--profile: no such profile: 'nowhere' ({KNOWN})"),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_wrong_argument_is_one_line_and_exit_2(
    files: list[str], change: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the argument."""
    assert main(["replay", *files, *change]) == 2
    assert capsys.readouterr().err == f"duban: {complaint}\n"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\x1f\x8b\x08\x00garbage", "log.csv.gz: broken gzip: "),
        (b"nr,start,end,due\n", "log.csv.gz: not gzipped, although its name ends in .gz"),
        (
            None,
            "log.csv.gz: cannot be read, look at its name and rights: No such file or directory",
        ),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_broken_log_is_one_line_and_exit_2(
    files: list[str], content: bytes | None, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the file, and there is no traceback."""
    log = Path(files[0] + ".gz")
    if content is not None:
        log.write_bytes(content)
    assert main(["replay", str(log), *files[1:], "--json"]) == 2
    told = capsys.readouterr()
    assert complaint in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""
