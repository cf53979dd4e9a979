"""`duban due`: the working as it is printed, and as one JSON document."""

import json
import re
from pathlib import Path

import pytest

from infra.cli.main import main

COMMANDS = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_example_of_the_documentation(capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown there is what is printed."""
    match = re.search(
        r"^\$ duban (due .+)\n((?:.+\n|\n)+?)^```$", COMMANDS.read_text("utf-8"), re.MULTILINE
    )
    assert match is not None
    assert main(match.group(1).split()) == 0
    assert capsys.readouterr().out == match.group(2)


def test_json_adds_the_basis_and_the_paragraph(capsys: pytest.CaptureFixture[str]) -> None:
    """The keys of the contract are as they were (DESIGN §9)."""
    arguments = ["--from", "2026-04-01", "--limit", "20wd", "--extend", "10wd@2026-04-28"]
    assert main(["due", *arguments, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer.keys() == {"due_at", "provisional", "steps", "explanation"}
    assert answer["steps"][3] == {
        "date": "2026-04-04",
        "counts": False,
        "why": "holiday (国办发明电〔2025〕7号)",
        "basis": "国办发明电〔2025〕7号",
    }
    assert answer["explanation"].startswith("申请于2026年4月1日受理，期限为20个工作日。")
    assert "4月28日经批准延长10个工作日" in answer["explanation"]
    assert "到期时间为2026年5月18日（星期一）17:30" in answer["explanation"]


def test_hours_are_shown_as_they_are_used(capsys: pytest.CaptureFixture[str]) -> None:
    """In convention H each day says how much of it ran; in L no day does."""
    arguments = ["due", "--from", "2018-10-15T10:00", "--limit", "1wd", "--convention"]
    assert main([*arguments, "H", "--json"]) == 0
    used = [step["used"] for step in json.loads(capsys.readouterr().out)["steps"]]
    assert used == ["PT5H30M", "PT1H30M"]
    assert main([*arguments, "H"]) == 0
    assert "2018-10-15    1  工作日  计5小时30分\n" in capsys.readouterr().out
    assert main([*arguments, "L", "--json"]) == 0
    assert not any("used" in s for s in json.loads(capsys.readouterr().out)["steps"])


@pytest.mark.parametrize(
    "start", ["2025-04-14T10:00:00", "2025-04-14T10:00", "2025-04-14T10:00+0800", "20250414T1000"]
)
def test_times_are_iso_8601_with_or_without_seconds(
    start: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three working days from Monday 14 April, two of them paused."""
    arguments = ["due", "--from", start, "--limit", "3wd", "--json"]
    pause = ["--pause", "2025-04-15T10:00+08..2025-04-17T10"]
    assert main([*arguments, *pause]) == 0
    assert json.loads(capsys.readouterr().out)["due_at"] == "2025-04-21T17:30:00.000+08:00"
