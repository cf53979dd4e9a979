"""Instants as they are read and written."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from chalicelib.instant import is_date, local, parse, parse_iso, text, whole

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-11-21T16:30:00+08:00", "2026-11-21T08:30:00.000Z"),
        ("2026-11-21t08:30:00z", "2026-11-21T08:30:00.000Z"),
        ("2026-11-21 08:30:00.1Z", "2026-11-21T08:30:00.100Z"),
        ("2026-11-21T08:30:00.0019999Z", "2026-11-21T08:30:00.001Z"),
        ("2026-11-21T08:30:00.123456789-00:30", "2026-11-21T09:00:00.123Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_it_is_read_into_utc_and_whole_milliseconds(given: str, expected: str) -> None:
    """Cut, never rounded; what is written reads back as the same."""
    assert text(parse(given)) == expected
    assert parse(expected) == parse(given)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "2026-11-21",
        "2026-11-21T08:30Z",
        "2026-11-21T08:30:00",
        "2026-02-29T08:30:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T08:30:60Z",
        "2026-11-21T08:30:00+24:00",
        "2026-11-21T08:30:00+08:60",
        "2026-11-21T08:30:00.Z",
        "2026-11-21T08:30:00Z\n",
        "٢٠٢٦-11-21T08:30:00Z",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
    ],
)
def test_what_is_no_instant_is_refused(given: str) -> None:
    """Nothing is filled in, nothing but ValueError comes out."""
    with pytest.raises(ValueError, match="time"):
        parse(given)


def test_a_zone_stands_in_for_a_missing_offset() -> None:
    """Of two equal local times the first is meant; a skipped one is read as before the jump."""
    assert text(parse("2026-11-21T16:30:00", SHANGHAI)) == "2026-11-21T08:30:00.000Z"
    assert text(parse("2011-10-30T02:30:00", AMSTERDAM)) == "2011-10-30T00:30:00.000Z"
    assert text(parse("2011-03-27T02:30:00", AMSTERDAM)) == "2011-03-27T01:30:00.000Z"
    with pytest.raises(ValueError, match="exists"):
        parse("0001-01-01T00:00:00", SHANGHAI)


def test_text_order_is_time_order_and_local_says_its_offset() -> None:
    """Always three decimals, always Z; locally with the offset."""
    one = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    assert text(one) < text(one + timedelta(milliseconds=1)) < text(one + timedelta(seconds=1))
    assert local(one, SHANGHAI) == "2026-11-21T16:30:00.000+08:00"


def test_where_a_zone_has_no_time_for_an_instant_it_is_in_utc() -> None:
    """The last hours of 9999 are past the end of the calendar in Shanghai, not in London."""
    last = datetime(9999, 12, 31, 15, 59, 59, 999000, tzinfo=UTC)
    assert local(last, SHANGHAI) == "9999-12-31T23:59:59.999+08:00"
    over = last + timedelta(milliseconds=1)
    assert local(over, SHANGHAI) == "9999-12-31T16:00:00.000+00:00"
    assert local(over, ZoneInfo("Europe/London")) == "9999-12-31T16:00:00.000+00:00"


def test_whole_cuts_to_milliseconds() -> None:
    """In whatever zone it was."""
    east = timezone(timedelta(hours=8))
    assert whole(datetime(2026, 1, 1, 8, 0, 0, 1999, east)) == parse("2026-01-01T00:00:00.001Z")
    assert whole(datetime(2026, 1, 1, 8, tzinfo=east)).tzinfo is UTC


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-11-21", True),
        ("2026-02-29", False),
        ("20261121", False),
        ("2026-W47-6", False),
        ("2026-11-21T08:30:00Z", False),
        ("٢٠٢٦-11-21", False),
    ],
)
def test_a_date_is_written_in_one_way(given: str, expected: bool) -> None:  # noqa: FBT001
    """Not as a week, not without its hyphens."""
    assert is_date(given) is expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-04-01T09:00:00", "2026-04-01T01:00:00.000Z"),
        ("2026-04-01T09:00", "2026-04-01T01:00:00.000Z"),
        ("2026-04-01 09:00", "2026-04-01T01:00:00.000Z"),
        ("2026-04-01T09", "2026-04-01T01:00:00.000Z"),
        ("20260401T0900", "2026-04-01T01:00:00.000Z"),
        ("2026-04-01T09:00+08:00", "2026-04-01T01:00:00.000Z"),
        ("2026-04-01T09:00+0800", "2026-04-01T01:00:00.000Z"),
        ("2026-04-01T09:00+08", "2026-04-01T01:00:00.000Z"),
        ("2026-04-01T01:00Z", "2026-04-01T01:00:00.000Z"),
        ("2026-04-01T09:00:00,5", "2026-04-01T01:00:00.500Z"),
        ("2026-04-01T09:00:00.123456", "2026-04-01T01:00:00.123Z"),
    ],
)
def test_iso_8601_is_read_with_and_without_seconds(given: str, expected: str) -> None:
    """As people write it on a command line; a zone stands in for a missing offset."""
    read = parse_iso(given, SHANGHAI)
    assert isinstance(read, datetime)
    assert text(read) == expected


def test_a_day_stays_a_day() -> None:
    """In either form; it is for the caller to say which instant of it is meant."""
    assert parse_iso("2026-04-01", SHANGHAI) == date(2026, 4, 1)
    assert parse_iso("20260401", SHANGHAI) == date(2026, 4, 1)
    assert not isinstance(parse_iso("2026-04-01", SHANGHAI), datetime)


@pytest.mark.parametrize(
    "given",
    ["", "soon", "2026-02-30", "2026-04-01T", "2026-04-01T24:30", "2026-04", "2026-04-01+08"],
)
def test_what_is_no_iso_8601_is_refused(given: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r"ISO|exist"):
        parse_iso(given, SHANGHAI)
