"""Moments: times as logs write them, in one integer each."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from infra.replay.moment import (
    MomentReader,
    instant_of,
    is_before,
    is_date_only,
    moment_of,
)
from infra.replay.written_time import DateSystem, read_serial

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2011-10-11T13:45:40.276+02:00", "2011-10-11T11:45:40.276000+00:00"),
        ("2011-10-11T13:45:40.276999Z", "2011-10-11T13:45:40.276000+00:00"),
        ("2011-10-11 13:45", "2011-10-11T11:45:00+00:00"),
        (" 2011-10-11 ", "2011-10-10T22:00:00+00:00"),
        ("2024-10-27T02:30:00", "2024-10-27T00:30:00+00:00"),
        ("1951-01-01T00:00:00+00:00", "1951-01-01T00:00:00+00:00"),
    ],
)
def test_times_are_read_in_utc(written: str, expected: str) -> None:
    """An offset is kept to, the zone stands in for a missing one, milliseconds are whole."""
    moment = MomentReader(AMSTERDAM)(written)
    assert moment is not None
    assert instant_of(moment) == datetime.fromisoformat(expected)
    assert is_date_only(moment) is (len(written.strip()) == 10)


@pytest.mark.parametrize(
    "written",
    ["", "soon", "2011-02-30", "2011-10-11T25:00", "2011-10-11+02:00", "11/10/2011", "2011"],
)
def test_what_is_no_time_is_not_guessed(written: str) -> None:
    """None says that it cannot be read."""
    assert MomentReader(AMSTERDAM)(written) is None


@pytest.mark.parametrize(
    ("time_format", "written", "by_date"),
    [
        ("%d/%m/%Y", "11/10/2011", True),
        ("%d/%m/%Y %H:%M", "11/10/2011 00:00", False),
        ("%d/%m/%Y %H:%M %z", "11/10/2011 00:00 +0200", False),
        ("%d/%m/%Y %H:%M", "2011-10-11", True),
    ],
)
def test_a_format_is_followed(time_format: str, written: str, *, by_date: bool) -> None:
    """One without hours gives dates; a value that does not fit it may still be ISO."""
    moment = MomentReader(AMSTERDAM, (time_format,))(written)
    assert moment is not None
    assert instant_of(moment) == datetime(2011, 10, 10, 22, tzinfo=UTC)
    assert is_date_only(moment) is by_date


def test_where_only_a_day_is_known_the_days_decide() -> None:
    """The start of a day is not before an hour of it."""
    at_nine = datetime(2024, 3, 1, 9, tzinfo=AMSTERDAM)
    the_day = moment_of(at_nine.replace(hour=0), by_date=True)
    assert not is_before(the_day, moment_of(at_nine), AMSTERDAM)
    assert not is_before(moment_of(at_nine), the_day, AMSTERDAM)
    assert is_before(moment_of(at_nine.replace(hour=0)), moment_of(at_nine), AMSTERDAM)
    assert is_before(the_day, moment_of(at_nine.replace(day=2, hour=0)), AMSTERDAM)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai"])
@pytest.mark.parametrize(
    "written", ["9999-12-31T23:59:59", "9999-12-31T23:59:59Z", "0001-01-01", "2099-12-31", "-"]
)
def test_what_databases_write_for_never_is_no_time(zone: str, written: str) -> None:
    """And no zone pushes it over the edge."""
    read = MomentReader(ZoneInfo(zone))
    assert read(written) is None
    assert read.says_none(written)
    assert not read.says_none("soon")


def test_a_format_that_never_is_written_in_is_followed() -> None:
    """Missing is missing in every format."""
    read = MomentReader(AMSTERDAM, ("%d/%m/%Y",))
    assert read("31/12/9999") is None
    assert read.says_none("31/12/9999")


@pytest.mark.parametrize(
    ("written", "system", "expected"),
    [
        ("46150.3958333", "1900", "2026-05-08T09:30:00+08:00"),  # T-42
        ("2025/9/22 9:30", "1900", "2025-09-22T09:30:00+08:00"),
        ("2026年5月8日", "1900", "2026-05-08"),
        ("44688", "1904", "2026-05-08"),
        ("46150", "1900", "2026-05-08"),
        ("45922.9999999", "1900", "2025-09-23T00:00:00+08:00"),
        ("2025-09-22 24:00", "1900", "2025-09-23T00:00:00+08:00"),
        ("2025年9月22日 上午12:30", "1900", "2025-09-22T00:30:00+08:00"),
        ("2025年9月22日 中午1点", "1900", "2025-09-22T13:00:00+08:00"),
        ("2025年9月22日下午", "1900", "2025-09-22"),
        ("2025/9/22 15:04:05", "1900", "2025-09-22T15:04:05+08:00"),
        ("2025/9/22 PM 3:04", "1900", "2025-09-22T15:04:00+08:00"),
        ("2025-09-22T093000", "1900", "2025-09-22T09:30:00+08:00"),
        ("2025-09-22 09:30:00,5", "1900", "2025-09-22T09:30:00.500000+08:00"),
    ],
)
def test_times_of_ledgers_are_read(written: str, system: DateSystem, expected: str) -> None:
    """DOMAIN LED-02: with +08:00 where no zone is written; day numbers rounded to the second."""
    moment = MomentReader(SHANGHAI, (), system)(written)
    assert moment is not None
    assert is_date_only(moment) is (len(expected) == 10)
    local = datetime.fromisoformat(expected)
    assert instant_of(moment) == (local if local.tzinfo else local.replace(tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    ("number", "system", "day"),
    [
        ("1", "1900", "1900-01-01"),
        ("59", "1900", "1900-02-28"),
        ("61", "1900", "1900-03-01"),
        ("367", "1900", "1901-01-01"),
        ("1", "1904", "1904-01-02"),
        ("60", "1904", "1904-03-01"),
    ],
)
def test_the_false_day_of_excel_is_left_out(number: str, system: DateSystem, day: str) -> None:
    """1900 was no leap year, but day 60 of Excel is its 29 February."""
    at, by_date = read_serial(number, system)
    assert (at.isoformat(), by_date) == (f"{day}T00:00:00", True)
    with pytest.raises(ValueError, match="60"):
        read_serial("60", "1900")


@pytest.mark.parametrize("written", ["上午13:00", "晚上12:00", "25:00", "9:60", "24:01"])
def test_a_time_that_no_clock_shows_is_not_read(written: str) -> None:
    """Nor is midnight of which day guessed."""
    assert MomentReader(SHANGHAI)(f"2025-09-22 {written}") is None
