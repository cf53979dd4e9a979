"""The worked examples of the kinds of case to come (DOMAIN §9, T-23 to T-31), as `due` counts them.

Their clocks are the clock of a permit; their rules are not there yet. Office hours end at 17:30.
"""

from pathlib import Path

import pytest

from tests.unit.golden.asking import ask, counted_days
from tests.unit.offices import STATUTORY

RATED = "2026-02-13T16:00"  # a Friday before the Spring Festival


@pytest.mark.parametrize(
    ("start", "limit", "due", "counted"),
    [
        # T-23: a bad rating; contacted in 1 wd, put right in 5 or 15
        (RATED, "1wd", "2026-02-14T17:30", {1: "02-14"}),
        (RATED, "5wd", "2026-02-27T17:30", {2: "02-24", 5: "02-27"}),
        (RATED, "15wd", "2026-03-12T17:30", {6: "02-28", 7: "03-02", 11: "03-06", 12: "03-09"}),
        # T-24: an order of 12345; objection in 24 hours, done in 5 wd
        ("2026-04-28T09:20", "24h", "2026-04-29T09:20", {}),
        ("2026-04-28T09:20", "5wd", "2026-05-08T17:30", {1: "04-29", 3: "05-06", 5: "05-08"}),
        # T-25: a complaint; 10-07 is a holiday, 09-12 a Saturday
        ("2026-09-07T10:00", "30d", "2026-10-08T17:30", {}),
        ("2026-09-07T10:00", "5d", "2026-09-14T17:30", {}),
        # T-26: a consultation, asked on the eve of the Dragon Boat Festival
        ("2026-06-18T20:00", "5wd", "2026-06-26T17:30", {1: "06-22", 5: "06-26"}),
        # T-27: an inspection, filed afterwards in ten natural days
        ("2026-11-02T10:00", "10d", "2026-11-12T17:30", {}),
        ("2026-09-25T10:00", "10d", "2026-10-08T17:30", {}),
        # T-29: a penalty in 90 days; 12-08 is a Sunday
        ("2024-09-09T10:00", "90d", "2024-12-09T17:30", {}),
        # T-30: a licence handed over in 2 wd, received in 1; 10-10 is a Saturday that is worked
        ("2026-09-30T15:00", "2wd", "2026-10-09T17:30", {1: "10-08", 2: "10-09"}),
        ("2026-10-09T10:00", "1wd", "2026-10-10T17:30", {1: "10-10"}),
        # T-31: a project of 90 wd: March 21, April 21, May 19, June 21, then 07-01=83
        ("2026-03-02T10:00", "90wd", "2026-07-10T17:30", {21: "03-31", 42: "04-30", 83: "07-01"}),
    ],
)
def test_an_example_comes_out_to_the_minute(
    start: str,
    limit: str,
    due: str,
    counted: dict[int, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And the days that the example numbers are the days that count."""
    answer = ask(capsys, "--from", start, "--limit", limit)
    assert (answer["due_at"], answer["provisional"]) == (f"{due}:00.000+08:00", False)
    days = counted_days(answer)
    assert {n: days[n - 1] for n in counted} == counted


def test_an_order_that_was_extended(capsys: pytest.CaptureFixture[str]) -> None:
    """T-24: by five, approved 05-07 10:00; 05-09 is a Saturday that is worked, the sixth day."""
    asked = ("--from", "2026-04-28T09:20", "--limit", "5wd", "--extend", "5wd@2026-05-07T10:00")
    answer = ask(capsys, *asked)
    assert answer["due_at"] == "2026-05-14T17:30:00.000+08:00"
    assert counted_days(answer)[5:7] == ["05-09", "05-11"]


def test_a_project_with_its_review(capsys: pytest.CaptureFixture[str]) -> None:
    """T-31: the ten working days after 05-11, up to 05-25, are left out."""
    pause = "2026-05-11T10:00..2026-05-25T10:00~15wd"
    answer = ask(capsys, "--from", "2026-03-02T10:00", "--limit", "90wd", "--pause", pause)
    assert answer["due_at"] == "2026-07-24T17:30:00.000+08:00"
    assert {"05-11", "05-26"} < {*counted_days(answer)}
    assert not {"05-12", "05-25"} & {*counted_days(answer)}


def test_a_question_after_hours_may_be_booked_to_the_next_working_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """T-26, where the place says so: booked 06-22, 23=1 … 26=4, 29=5."""
    mine = tmp_path / "mine.toml"
    later = STATUTORY.replace("[counting]\n", '[counting]\nafter_hours = "next_workday"\n')
    mine.write_text(later, "utf-8")
    asked = ("--from", "2026-06-18T20:00", "--limit", "5wd", "--profile", str(mine))
    assert ask(capsys, *asked)["due_at"] == "2026-06-29T17:30:00.000+08:00"


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [("2026-09-25T10:00", "10d", "2026-10-05"), ("2026-09-07T10:00", "60d", "2026-11-06")],
)
def test_the_other_reading_leaves_a_day_off_where_it_is(
    start: str, limit: str, due: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """T-27: 10-05 is a holiday. T-25: 60 days from the receipt, and not from the moved 10-08."""
    mine = tmp_path / "mine.toml"
    mine.write_text(STATUTORY.replace('rest_day = "next"', 'rest_day = "keep"'), "utf-8")
    asked = ("--from", start, "--limit", limit, "--profile", str(mine))
    assert ask(capsys, *asked)["due_at"] == f"{due}T17:30:00.000+08:00"
