"""The worked examples of the field (DOMAIN §9), as `duban due` answers them.

Each row's steps are checked too: which day is the how-manieth, as the example itself counts them.
"""

from pathlib import Path

import pytest

from infra.cli.main import main
from tests.unit.golden.asking import ask
from tests.unit.offices import STATUTORY

OFFICE_ENDS = "T17:30:00.000+08:00"


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Ask what is no question: one line on stderr, exit 2."""
    try:
        code: object = main(["due", *arguments])
    except SystemExit as ended:
        code = ended.code
    told = capsys.readouterr()
    assert (code, told.out, told.err.count("\n")) == (2, "", 1)
    return told.err


# Where the example counts its days, some of them: the n-th is that date.
@pytest.mark.parametrize(
    ("start", "limit", "expected", "counted"),
    [
        ("2025-03-17", "20wd", "2025-04-15", {1: "03-18", 13: "04-03", 14: "04-07"}),  # T-01
        (
            "2024-01-29",
            "20wd",
            "2024-02-29",  # T-02
            {5: "02-04", 9: "02-08", 10: "02-09", 11: "02-18", 12: "02-19", 17: "02-26"},
        ),
        ("2026-02-12", "5wd", "2026-02-26", {1: "02-13", 2: "02-14", 3: "02-24"}),  # T-06a
        ("2026-09-18", "8wd", "2026-09-30", {1: "09-20", 2: "09-21", 6: "09-28"}),  # T-10, the gap
        ("2026-09-18", "10wd", "2026-10-09", {9: "10-08"}),  # T-10, the promise
        (
            "2025-08-25",
            "45wd",
            "2025-10-31",  # T-11
            {24: "09-26", 25: "09-28", 27: "09-30", 28: "10-09", 30: "10-11", 31: "10-13"},
        ),
        ("2026-09-29", "10wd", "2026-10-19", {2: "10-08", 4: "10-10", 5: "10-12"}),  # T-12
        ("2024-09-13", "3wd", "2024-09-19", {1: "09-14", 2: "09-18"}),  # T-14, deemed approval
        ("2024-09-19", "1wd", "2024-09-20", {}),  # T-14, the paper
        ("2025-12-30", "3wd", "2026-01-05", {1: "12-31", 2: "01-04"}),  # T-18
        ("2024-02-08", "3wd", "2024-02-19", {1: "02-09", 2: "02-18"}),  # T-19
        ("2026-02-10", "7wd", "2026-02-26", {4: "02-14", 5: "02-24"}),  # T-20, double publicity
        ("2026-02-10", "20wd", "2026-03-16", {}),  # T-20, disclosure
        ("2026-03-30", "1wd", "2026-03-31", {}),  # T-21, a Tuesday that is worked
    ],
)
def test_an_example_comes_out_to_the_day(
    start: str,
    limit: str,
    expected: str,
    counted: dict[int, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In convention L, at the close of office, and published."""
    answer = ask(capsys, "--from", start, "--limit", limit)
    assert (answer["due_at"], answer["provisional"]) == (expected + OFFICE_ENDS, False)
    days = [step["date"] for step in answer["steps"] if step["counts"]]
    assert len(days) == int(limit.removesuffix("wd"))
    assert {n: days[n - 1][5:] for n in counted} == counted
    assert answer["steps"][0]["date"] == start


@pytest.mark.parametrize(
    ("clock", "extension", "expected", "counted"),
    [
        (  # T-07
            ("2026-04-01", "20wd"),
            "10wd@2026-04-28",
            "2026-05-18",
            {20: "04-30", 21: "05-06", 23: "05-08", 24: "05-09", 25: "05-11", 29: "05-15"},
        ),
        (("2025-08-25", "45wd"), "15wd@2025-10-30", "2025-11-21", {45: "10-31"}),  # T-11
    ],
)
def test_an_example_with_its_extension(
    clock: tuple[str, str],
    extension: str,
    expected: str,
    counted: dict[int, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Approved while the limit still ran."""
    answer = ask(capsys, "--from", clock[0], "--limit", clock[1], "--extend", extension)
    assert answer["due_at"] == expected + OFFICE_ENDS
    days = [step["date"] for step in answer["steps"] if step["counts"]]
    assert {n: days[n - 1][5:] for n in counted} == counted


@pytest.mark.parametrize("when", ["2026-04-30T17:30", "2026-05-01", "2026-05-18"])
def test_an_extension_that_comes_too_late_is_refused(
    when: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """T-07: an approval dated after 30 April is V-12 and extends nothing."""
    said = refused(capsys, "--from", "2026-04-01", "--limit", "20wd", "--extend", f"10wd@{when}")
    assert "--extend" in said


def test_beyond_the_published_years_an_example_is_provisional(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """T-22: only New Year's Day is known of 2027."""
    answer = ask(capsys, "--from", "2026-12-21", "--limit", "10wd")
    assert answer == {**answer, "due_at": f"2027-01-05{OFFICE_ENDS}", "provisional": True}


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("4wd", "19"), ("7wd", "24"), ("10wd", "29"), ("2wd", "17"), ("3wd", "18"), ("8wd", "25")],
)
def test_hunan_counts_from_instant_to_instant(
    limit: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """T-15, by argument and by profile: warned, yellow and red at ten o'clock."""
    asked = ["--from", "2018-10-15T10:00:00", "--limit", limit]
    answer = ask(capsys, *asked, "--convention", "H")
    assert answer["due_at"] == f"2018-10-{expected}T10:00:00.000+08:00"
    assert ask(capsys, *asked, "--profile", "hunan")["due_at"] == answer["due_at"]
    in_days = ask(capsys, *asked, "--profile", "hunan", "--convention", "L")
    assert in_days["due_at"] == f"2018-10-{expected}{OFFICE_ENDS}"


def test_the_steps_of_office_time_leave_out_what_counts_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Filed on Friday evening: Monday morning counts, the weekend before it does not."""
    answer = ask(
        capsys, "--from", "2025-03-14T18:00", "--limit", "1wd", "--convention", "H",
        "--pause", "2025-03-17T14:00..2025-03-17T18:00",
    )  # fmt: skip
    assert answer["due_at"] == "2025-03-18T12:00:00.000+08:00"
    assert [(step["date"][8:], step["counts"]) for step in answer["steps"]] == [
        ("14", False), ("15", False), ("16", False), ("17", True), ("18", True),
    ]  # fmt: skip


def test_a_pause_in_office_time_is_capped(capsys: pytest.CaptureFixture[str]) -> None:
    """Approved for two days from the 15th 09:00, it is over on the 17th 09:00 by itself."""
    answer = ask(
        capsys, "--from", "2025-04-14T10:00", "--limit", "5wd", "--convention", "H",
        "--pause", "2025-04-15T09:00..2025-04-30T09:00~2wd", "--extend", "1wd@2025-04-18",
    )  # fmt: skip
    assert answer["due_at"] == "2025-04-24T10:00:00.000+08:00"


def test_a_profile_may_be_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Named by its path; what it says of office hours counts."""
    mine = tmp_path / "mine.toml"
    mine.write_text(STATUTORY.replace('"17:30"', '"17:00"'), "utf-8")
    answer = ask(capsys, "--from", "2025-03-17", "--limit", "1wd", "--profile", str(mine))
    assert answer["due_at"] == "2025-03-18T17:00:00.000+08:00"
    mine.write_text(STATUTORY.replace('"17:30"', '"13:00"'), "utf-8")
    asked = ["--from", "2025-03-17", "--limit", "1wd", "--profile"]
    assert "mine.toml: office.sessions" in refused(capsys, *asked, str(mine))
    assert "none.toml" in refused(capsys, *asked, str(tmp_path / "none.toml"))
    assert "没有规则文件 'atlantis'" in refused(capsys, *asked, "atlantis")
    assert "--convention" in refused(capsys, *asked[:-1], "--convention", "M")
