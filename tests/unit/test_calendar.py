"""Working days: what the calendar knows, what it guesses, and where it stops."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib.calendar.shipped import load_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import read_year
from chalicelib.errors import BadInput, Unknown
from tests.unit.told import CALENDAR

FINE = {
    "year": 2027,
    "status": "official",
    "notices": ["国办发明电〔2026〕1号"],
    "source": "made up",
    "days_off": ["2027-01-01"],
    "makeup_workdays": ["2027-01-03"],
}


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2025-04-18", "workday"),
        ("2025-04-19", "weekend"),
        ("2025-04-27", "make-up workday"),
        ("2025-04-04", "holiday"),
        ("2027-04-05", "provisional workday"),
        ("2027-05-01", "provisional rest day"),
        ("2027-10-01", "provisional rest day"),
        ("2024-02-09", "workday"),  # New Year's Eve of 2024 was worked (DOMAIN DAY-10)
        ("2005-12-31", "make-up workday"),
    ],
)
def test_why_a_day_counts_or_not(day: str, why: str) -> None:
    """In a word; a year that is not published is always marked."""
    assert CALENDAR.why(date.fromisoformat(day)) == why


def test_the_notices_are_those_of_the_year() -> None:
    """None for a guess."""
    assert CALENDAR.notices(date(2026, 5, 1)) == ("国办发明电〔2025〕7号",)
    assert CALENDAR.notices(date(2027, 5, 1)) == ()


def test_zero_working_days_later_is_the_same_day() -> None:
    """Also on a rest day, and in any year."""
    assert CALENDAR.add_workdays(date(2025, 4, 19), 0) == date(2025, 4, 19)
    assert CALENDAR.add_workdays(date(1000, 1, 1), 0) == date(1000, 1, 1)


def test_a_working_day_or_the_next() -> None:
    """民法典 203."""
    assert CALENDAR.workday_from(date(2025, 4, 18)) == date(2025, 4, 18)
    assert CALENDAR.workday_from(date(2025, 4, 30)) == date(2025, 4, 30)
    assert CALENDAR.workday_from(date(2025, 5, 1)) == date(2025, 5, 6)


@pytest.mark.parametrize(
    ("day", "missing"),
    [
        (date(1989, 12, 31), 1989),
        (date(2099, 12, 31), 2100),
        (date(2100, 1, 1), 2100),
        (date.min, 1),
        (date.max, 9999),
    ],
)
def test_beyond_its_years_the_one_that_is_missing_is_named(day: date, missing: int) -> None:
    """Not some other year."""
    with pytest.raises(Unknown) as unknown:
        CALENDAR.add_workdays(day, 1)
    assert unknown.value.missing == f"calendar:{missing}"


def test_counting_beyond_its_years_names_the_one_that_is_missing() -> None:
    """At either end."""
    known = date(2025, 1, 1)
    for start, end, missing in [
        (date(1989, 5, 1), known, 1989),
        (known, date(2100, 1, 1), 2100),
    ]:
        with pytest.raises(Unknown) as unknown:
            CALENDAR.workdays_between(start, end)
        assert unknown.value.missing == f"calendar:{missing}"


def test_the_version_is_what_the_published_years_say() -> None:
    """The order of years is no matter; another day is."""
    years, changes = list(CALENDAR.years.values()), CALENDAR.changes
    assert Calendar("CN", reversed(years), changes).version == CALENDAR.version
    assert Calendar("CN", years[1:], changes).version != CALENDAR.version
    assert Calendar("CN", years).version != CALENDAR.version
    assert Calendar("XX", years, changes).version != CALENDAR.version


def test_a_year_that_is_published_replaces_the_guess() -> None:
    """Sunday 3 January 2027 is made a working day."""
    added = Calendar("CN", [*CALENDAR.years.values(), read_year(FINE, "2027.json")])
    assert not CALENDAR.is_workday(date(2027, 1, 3))
    assert added.is_workday(date(2027, 1, 3))
    assert added.why(date(2027, 1, 1)) == "holiday"
    day, end = date(2026, 12, 20), date(2027, 1, 10)
    assert added.workdays_between(day, end) == CALENDAR.workdays_between(day, end) + 1
    assert added.add_workdays(day, 20) == CALENDAR.add_workdays(day, 19)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"extra": 1}, "extra: 此处没有这个字段"),
        ({"year": "2027"}, "year: 须是整数"),
        ({"year": True}, "year: 须是整数"),
        ({"year": 1900}, "year: 不得小于 1949"),
        ({"status": "guessed"}, "official"),
        ({"notices": "none"}, "notices: 须是数组"),
        ({"notices": [1]}, "notices 1: 须是文字"),
        ({"notices": []}, "notices: 至少 1 项"),
        ({"days_off": None}, "days_off: 须是数组"),
        ({"days_off": ["2026-01-01"]}, "不是 2027 年的日期，或者重复"),
        ({"days_off": ["2027-01-01", "2027-01-01"]}, "不是 2027 年的日期，或者重复"),
        ({"days_off": ["2027-02-29"]}, "不是 2027 年的日期，或者重复"),
        ({"days_off": ["20270101"]}, "不是 2027 年的日期，或者重复"),
        ({"days_off": [20270101]}, "不是 2027 年的日期，或者重复"),
        ({"makeup_workdays": ["2027-01-04"]}, "不能是调休上班日"),
        ({"days_off": ["2027-01-03"]}, "不能是调休上班日"),
    ],
)
def test_a_broken_year_is_refused_with_its_place(wrong: Mapping[str, object], says: str) -> None:
    """Whole or not at all."""
    with pytest.raises(BadInput, match=says) as refused:
        read_year({**FINE, **wrong}, "2027.json")
    assert refused.value.where.startswith("2027.json")


def test_a_calendar_that_is_not_shipped_is_unknown() -> None:
    """Nor is a path a name."""
    for name in ("XX", "../CN", ""):
        with pytest.raises(Unknown, match="calendar:"):
            load_calendar(name)


def test_a_broken_shipped_file_is_refused_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of other kinds are left alone, wherever they stand."""
    folder = tmp_path / "calendars" / "YY"
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("not a year")
    (folder / "2027.json").write_text("{")
    (folder / "2027.txt").write_text("not a year either")
    monkeypatch.setattr("chalicelib.calendar.shipped._CALENDARS", folder.parent)
    with pytest.raises(BadInput, match=r"YY/2027\.json:1: 不是 JSON"):
        load_calendar("YY")


def test_every_day_between_is_one_step() -> None:
    """Adding one by one comes to the same as adding all at once."""
    day = date(2025, 1, 1)
    for n in range(1, 400):
        following = CALENDAR.add_workdays(date(2025, 1, 1), n)
        assert following > day
        skipped = [day + timedelta(days=k) for k in range(1, (following - day).days)]
        assert not any(map(CALENDAR.is_workday, skipped))
        day = following
