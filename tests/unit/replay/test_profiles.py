"""`duban replay` under each shipped profile, and under one in a file."""

import json
from importlib import resources
from pathlib import Path

import pytest

from chalicelib.policy.shipped import OURS
from infra.cli.main import main

MAP = """format = "csv"
timezone = "Asia/Shanghai"
[case]
id = "nr"
accepted = { attribute = "start" }
completed = { attribute = "end" }
limit = [{ amount = 10, unit = "wd" }]
"""
# What rests on no law is proposed to a person, and is no card yet.
# Ten working days from 03-17 10:00 end on 03-31. Closed before the warning; at noon of the last
# day; a day late; never.
LOG = """nr,start,end
1,2025-03-17T10:00:00,2025-03-20T10:00:00
2,2025-03-17T10:00:00,2025-03-31T12:00:00
3,2025-03-17T10:00:00,2025-04-01T12:00:00
4,2025-03-17T10:00:00,
"""
CARDS = {
    "statutory": {"warning": 3, "yellow": 2, "red": 0},
    "hunan": {"warning": 3, "yellow": 3, "red": 0},
    "yulin": {"warning": 0, "yellow": 0, "red": 2},
    "meizhou": {"warning": 3, "yellow": 2, "red": 0},
    "dongguan": {"warning": 3, "yellow": 2, "red": 0},
}
LATE = {"hunan": 2}  # noon of the last day is two hours over there


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A log and its map, as arguments."""
    log, log_map = tmp_path / "log.csv", tmp_path / "map.toml"
    log.write_text(LOG, encoding="utf-8")
    log_map.write_text(MAP, encoding="utf-8")
    return [str(log), "--map", str(log_map), "--until", "2025-04-10", "--json"]


@pytest.mark.parametrize("profile", OURS)
@pytest.mark.parametrize("from_file", [False, True])
def test_a_log_is_replayed(
    profile: str, files: list[str], capsys: pytest.CaptureFixture[str], *, from_file: bool
) -> None:
    """By its name or by its path the numbers are the same."""
    path = resources.files("chalicelib").joinpath("profiles", f"{profile}.toml")
    named = str(path) if from_file else profile
    assert main(["replay", *files, "--profile", named]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["cards"] == CARDS[profile]
    assert (report["closed_late"], report["open_overdue"]) == (LATE.get(profile, 1), 1)


@pytest.mark.usefixtures("english")
def test_a_broken_profile_is_one_line(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its file and key."""
    broken = tmp_path / "mine.toml"
    broken.write_text('id = "mine"\n', encoding="utf-8")
    assert main(["replay", *files, "--profile", str(broken)]) == 2
    assert capsys.readouterr().err == f"duban: {broken}: title: this field is needed\n"
