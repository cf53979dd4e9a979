"""48 calendars of a public package read day for day as two libraries have them.

The package has a file a year from 2004 on, in Chinese and in English, and one of three years in
both languages.
"""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from chalicelib.calendar.year import CalendarYear
from infra.calendar.reading import ImportFile, read_import
from tests.support.public_calendars import public_calendars

# The package lacks a Saturday that 国办发明电〔2005〕35号 makes a working day.
WRONG_THERE = {date(2005, 12, 31)}
FILES = [
    *(
        (f"years/{year}{language}.ics", year)
        for year in range(2004, 2027)
        for language in ("", ".en")
    ),
    *((f"holidays{language}.ics", year) for year in (2024, 2025, 2026) for language in ("", ".en")),
]


def read(tmp_path: Path, name: str, year: int) -> ImportFile:
    """Read the *year* of the file *name*, as the command does."""
    file = tmp_path / "f.ics"
    file.write_bytes(public_calendars()[name])
    return read_import(file, ["a notice"], year)


def test_there_are_48_files() -> None:
    """And all of them are read here."""
    assert public_calendars().keys() == {name for name, _ in FILES}
    assert len(public_calendars()) == 48


@pytest.mark.parametrize(("name", "year"), FILES)
def test_a_public_file_is_read_day_for_day(tmp_path: Path, name: str, year: int) -> None:
    """Whole, without force; of each day chinesecalendar and holidays say the same."""
    [read_year] = read(tmp_path, name, year).documents
    assert isinstance(read_year, CalendarYear)
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    assert [read_year.is_workday(day) for day in days] == [
        chinese_calendar.is_workday(day) for day in days
    ]
    china = holidays.country_holidays("CN", years=year)
    differing = {day for day in days if read_year.is_workday(day) != china.is_working_day(day)}
    assert differing == {day for day in WRONG_THERE if day.year == year}


@pytest.mark.parametrize("name", [name for name, year in FILES if name.startswith("years/")])
def test_the_year_of_a_file_need_not_be_named(tmp_path: Path, name: str) -> None:
    """Where it has one."""
    file = tmp_path / "f.ics"
    file.write_bytes(public_calendars()[name])
    found = read_import(file, ["a notice"])
    assert isinstance(found.documents[0], CalendarYear)
    assert name.startswith(f"years/{found.documents[0].year}")
    assert found.left_out == ()
