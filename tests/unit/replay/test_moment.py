"""Moments: times as logs write them, in one integer each."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from infra.replay.moment import instant_of, is_before, is_date_only, moment_of, moment_reader

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


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
    moment = moment_reader(AMSTERDAM)(written)
    assert moment is not None
    assert instant_of(moment) == datetime.fromisoformat(expected)
    assert is_date_only(moment) is (len(written.strip()) == 10)


@pytest.mark.parametrize(
    "written",
    ["", "soon", "2011-02-30", "2011-10-11T25:00", "20111011", "2011-10-11+02:00", "0001-01-01"],
)
def test_what_is_no_time_is_not_guessed(written: str) -> None:
    """None says that it cannot be read."""
    assert moment_reader(AMSTERDAM)(written) is None


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
    moment = moment_reader(AMSTERDAM, time_format)(written)
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


def test_the_end_of_time_is_a_time() -> None:
    """Databases write 9999-12-31 for never; no zone may push it over the edge."""
    moment = moment_reader(ZoneInfo("America/New_York"))("9999-12-31T23:59:59")
    assert moment is not None
    assert instant_of(moment).year == 9999
