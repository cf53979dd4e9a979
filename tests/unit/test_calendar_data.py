"""The shipped calendar years are what the notices say, checked day by day against two libraries."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import holidays
import pytest

from chalicelib.calendar.shipped import load_calendar

FOLDER = Path(__file__).parents[2] / "chalicelib" / "calendars" / "CN"
YEARS = range(2004, 2027)
# 国办发明电〔2005〕35号 makes this Saturday a workday; chinesecalendar and chinese-days lack it.
MISSING_IN_CHINESECALENDAR = date(2005, 12, 31)
CHANGES = {2020: "2020-spring-festival.json"}


def year_file(year: int) -> dict[str, Any]:
    """What is shipped for *year*."""
    content: dict[str, Any] = json.loads((FOLDER / f"{year}.json").read_text(encoding="utf-8"))
    return content


def days_of(year: int) -> list[date]:
    """All days of *year*."""
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def change_file(year: int) -> dict[str, Any]:
    """What was changed in *year* after its notice."""
    content: dict[str, Any] = {"days_off": [], "workdays": []}
    if year in CHANGES:
        content |= json.loads((FOLDER / CHANGES[year]).read_text(encoding="utf-8"))
    return content


def is_workday(day: date, content: dict[str, Any]) -> bool:
    """Whether *day* is worked by the files' *content*, read here apart from our own reader."""
    change = change_file(day.year)
    if day.isoformat() in change["days_off"] + change["workdays"]:
        return day.isoformat() in change["workdays"]
    if day.isoformat() in content["makeup_workdays"]:
        return True
    return day.weekday() < 5 and day.isoformat() not in content["days_off"]


def workdays(year: int) -> list[date]:
    """The working days of *year* by its file."""
    content = year_file(year)
    return [day for day in days_of(year) if is_workday(day, content)]


def test_every_year_from_2004_to_2026_is_shipped() -> None:
    """There is one file a year and one a change, and nothing beyond what has been published."""
    expected = sorted([*(f"{year}.json" for year in YEARS), *CHANGES.values()])
    assert sorted(path.name for path in FOLDER.iterdir()) == expected


@pytest.mark.parametrize("year", YEARS)
def test_a_year_is_well_formed(year: int) -> None:
    """A file names its year, its notices and its source; its dates are sorted and of that year."""
    content = year_file(year)
    assert list(content) == [
        "year", "status", "notices", "source", "days_off", "names", "makeup_workdays",
    ]  # fmt: skip
    assert content["year"] == year
    assert content["status"] == "official"
    assert content["source"]
    assert all("号" in notice or "通知" in notice for notice in content["notices"])
    off = [date.fromisoformat(day) for day in content["days_off"]]
    made_up = [date.fromisoformat(day) for day in content["makeup_workdays"]]
    for days in (off, made_up):
        assert days == sorted(set(days))
        assert all(day.year == year for day in days)
    assert not set(off) & set(made_up)
    assert all(day.weekday() >= 5 for day in made_up)


@pytest.mark.parametrize("year", YEARS)
def test_what_is_loaded_is_what_the_files_say(year: int) -> None:
    """Day by day, by our own reader and by that of this test."""
    loaded = [day for day in days_of(year) if load_calendar("CN").is_workday(day)]
    assert loaded == workdays(year)


@pytest.mark.parametrize("year", YEARS)
def test_a_year_agrees_with_chinesecalendar_day_by_day(year: int) -> None:
    """The two agree on every day but one, the make-up workday that chinesecalendar lacks."""
    theirs = [day for day in days_of(year) if chinese_calendar.is_workday(day)]
    differing = set(workdays(year)) ^ set(theirs)
    assert differing == ({MISSING_IN_CHINESECALENDAR} if year == 2005 else set())


@pytest.mark.parametrize("year", YEARS)
def test_a_year_agrees_with_holidays_day_by_day(year: int) -> None:
    """The holidays library, written independently, has the same working days."""
    china = holidays.country_holidays("CN", years=year)
    theirs = [day for day in days_of(year) if china.is_working_day(day)]
    assert workdays(year) == theirs


@pytest.mark.parametrize(
    ("year", "total", "made_up"), [(2024, 251, 8), (2025, 248, 5), (2026, 248, 6)]
)
def test_the_totals_are_those_of_the_notices(year: int, total: int, made_up: int) -> None:
    """The working days and make-up days of the last three years add up to the known numbers."""
    assert len(workdays(year)) == total
    assert len(year_file(year)["makeup_workdays"]) == made_up


def test_the_spring_festival_of_2020_was_extended_while_it_ran() -> None:
    """国办发明电〔2020〕1号 made the days up to 2 February 2020 days off."""
    assert change_file(2020)["notice"] == "国办发明电〔2020〕1号"
    assert "2020-02-01" in year_file(2020)["makeup_workdays"]
    assert date(2020, 1, 31) not in workdays(2020)
    assert date(2020, 2, 1) not in workdays(2020)
    assert date(2020, 2, 3) in workdays(2020)
