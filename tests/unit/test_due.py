"""When a limit runs out: the worked examples of the field, and the corners of each unit."""

import pytest

from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due
from chalicelib.clock.timeline import warning_point
from chalicelib.errors import Unknown
from chalicelib.policy.limit import Limit
from tests.unit.told import CALENDAR, COUNTING, PROFILE, at, clock, due_of, pause, walk

KEEP = Counting(PROFILE.with_counting(rest_day="keep"), CALENDAR)
OFFICE_TIME = COUNTING.in_convention("H")
MIDNIGHT = Counting(PROFILE.with_counting(cutoff="24:00"), CALENDAR)


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2025-03-17", "20wd", "2025-04-15T17:30"),  # T-01
        ("2024-01-29", "20wd", "2024-02-29T17:30"),  # T-02, over Spring Festival
        ("2026-02-12", "5wd", "2026-02-26T17:30"),  # T-06a, a supplement notice
        ("2026-04-01", "20wd", "2026-04-30T17:30"),  # T-07
        ("2026-09-18", "8wd", "2026-09-30T17:30"),  # T-10, the gap
        ("2026-09-18", "10wd", "2026-10-09T17:30"),  # T-10, the promise
        ("2025-08-25", "45wd", "2025-10-31T17:30"),  # T-11, joint handling
        ("2026-09-29", "10wd", "2026-10-19T17:30"),  # T-12, delivery
        ("2024-09-13", "3wd", "2024-09-19T17:30"),  # T-14, deemed approval
        ("2024-09-19", "1wd", "2024-09-20T17:30"),  # T-14, its paper
        ("2025-12-30", "3wd", "2026-01-05T17:30"),  # T-18, over the year's end
        ("2024-02-08", "3wd", "2024-02-19T17:30"),  # T-19, a New Year's Eve that is worked
        ("2026-02-10", "7wd", "2026-02-26T17:30"),  # T-20, double publicity
        ("2026-02-10", "20wd", "2026-03-16T17:30"),  # T-20, disclosure
        ("2025-04-14T10:00", "5wd", "2025-04-21T17:30"),  # DESIGN §4, before its pause
        ("2005-12-30", "1wd", "2005-12-31T17:30"),  # the make-up Saturday of 2005
        ("2005-12-30", "2wd", "2006-01-04T17:30"),
    ],
)
def test_working_days(start: str, limit: str, expected: str) -> None:
    """The worked examples come out to the day, and end with the office."""
    assert due_of(start, limit) == expected


@pytest.mark.parametrize("hour", ["00:00", "08:30", "17:30", "17:31", "23:59"])
def test_the_hour_of_acceptance_does_not_matter(hour: str) -> None:
    """A filing after hours is that day's filing; the day does not count."""
    assert due_of(f"2025-03-17T{hour}", "20wd") == "2025-04-15T17:30"


def test_the_day_of_acceptance_is_the_local_one() -> None:
    """Late in the evening in London is tomorrow in Shanghai."""
    assert due_of("2025-03-17T16:30:00Z", "1wd") == "2025-03-19T17:30"


@pytest.mark.parametrize(
    ("start", "extension", "expected"),
    [
        (("2026-04-01", "20wd"), ("2026-04-28", "10wd"), "2026-05-18T17:30"),  # T-07
        (("2025-08-25", "45wd"), ("2025-10-30", "15wd"), "2025-11-21T17:30"),  # T-11
        (("2026-04-01", "20wd"), ("2026-04-30T17:29:59.999", "10wd"), "2026-05-18T17:30"),
        (("2026-04-01", "20wd"), ("2026-04-30T17:30", "10wd"), "2026-04-30T17:30"),  # too late
        (("2026-04-01", "20wd"), ("2026-05-01", "10wd"), "2026-04-30T17:30"),
        (("2026-04-01", "20wd"), ("2026-04-01", "10wd"), "2026-05-18T17:30"),  # with the acceptance
        (("2025-01-30", "1mo"), ("2025-02-10", "2d"), "2025-03-03T17:30"),  # 28 Feb, 2 Mar: Sunday
        (("2025-03-17", "5wd"), ("2025-03-18", "24h"), "2025-03-25T17:30"),
        (("2025-03-17T10:00", "24h"), ("2025-03-18T09:00", "1wd"), "2025-03-19T17:30"),
    ],
)
def test_an_extension_in_time_adds_and_a_late_one_does_not(
    start: tuple[str, str], extension: tuple[str, str], expected: str
) -> None:
    """In time is strictly before the due instant that it extends."""
    assert due_of(*start, extensions=[extension]) == expected


@pytest.mark.parametrize(
    ("start", "limit", "moved", "kept"),
    [
        ("2026-01-31", "1mo", "2026-02-28T17:30", "2026-02-28T17:30"),  # a make-up Saturday
        ("2025-01-31", "1mo", "2025-02-28T17:30", "2025-02-28T17:30"),
        ("2024-01-31", "1mo", "2024-02-29T17:30", "2024-02-29T17:30"),  # a leap year
        ("2025-05-31", "1mo", "2025-06-30T17:30", "2025-06-30T17:30"),
        ("2025-10-31", "4mo", "2026-02-28T17:30", "2026-02-28T17:30"),
        ("2024-11-30", "3mo", "2025-02-28T17:30", "2025-02-28T17:30"),
        ("2024-12-15", "12mo", "2025-12-15T17:30", "2025-12-15T17:30"),
        ("2024-12-31", "2mo", "2025-02-28T17:30", "2025-02-28T17:30"),
        ("2025-08-04", "2mo", "2025-10-09T17:30", "2025-10-04T17:30"),  # the October holiday
        ("2025-04-03", "1d", "2025-04-07T17:30", "2025-04-04T17:30"),  # Qingming
        ("2025-04-01", "15d", "2025-04-16T17:30", "2025-04-16T17:30"),
        ("2025-09-18", "10d", "2025-09-28T17:30", "2025-09-28T17:30"),  # a make-up Sunday
        ("2025-03-17", "0d", "2025-03-17T17:30", "2025-03-17T17:30"),
    ],
)
def test_calendar_days_and_months(start: str, limit: str, moved: str, kept: str) -> None:
    """Months keep the day number or are clipped (民法典 202); a rest day is kept or not."""
    assert due_of(start, limit) == moved
    assert due_of(start, limit, counting=KEEP) == kept


def test_working_days_never_end_on_a_rest_day() -> None:
    """What becomes of a rest day is no question for them."""
    assert due_of("2025-03-31", "3wd", counting=KEEP) == due_of("2025-03-31", "3wd")


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2025-03-17T10:00", "24h", "2025-03-18T10:00"),
        ("2025-03-14T17:00", "48h", "2025-03-16T17:00"),  # elapsed time knows no weekend
        ("2025-03-17T10:00:00.001", "1h", "2025-03-17T11:00:00.001"),
        ("2025-03-17T08:30", "3wh", "2025-03-17T11:30"),
        ("2025-03-17T11:00", "1wh", "2025-03-17T12:00"),  # used up at noon, not after lunch
        ("2025-03-17T11:00", "2wh", "2025-03-17T15:00"),  # over lunch
        ("2025-03-17T12:00", "0wh", "2025-03-17T14:00"),  # when the office opens next
        ("2025-03-17T12:30", "1wh", "2025-03-17T15:00"),  # accepted at lunch
        ("2025-03-17T17:00", "1wh", "2025-03-18T09:00"),  # over night
        ("2025-03-17T06:00", "7wh", "2025-03-17T17:30"),  # a whole day
        ("2025-03-14T17:00", "1wh", "2025-03-17T09:00"),  # over a weekend
        ("2025-04-03T17:00", "1wh", "2025-04-07T09:00"),  # over Qingming
        ("2025-04-25T17:00", "1wh", "2025-04-27T09:00"),  # into a make-up Sunday
        ("2025-03-15T10:00", "7wh", "2025-03-17T17:30"),  # accepted on a Saturday
    ],
)
def test_hours_and_office_hours(start: str, limit: str, expected: str) -> None:
    """Hours run from the stated instant (民法典 201); office hours only in the office."""
    assert due_of(start, limit) == expected


@pytest.mark.parametrize("limit", ["1wd", "1d", "0wd"])
def test_midnight_is_the_last_millisecond_of_the_day(limit: str) -> None:
    """With a cutoff of 24:00 the day ends at 23:59:59.999."""
    day = "2025-03-17" if limit == "0wd" else "2025-03-18"
    assert due_of("2025-03-17T10:00", limit, counting=MIDNIGHT) == f"{day}T23:59:59.999"


@pytest.mark.parametrize(
    ("start", "limit", "missing"),
    [
        ("2026-12-21", "10wd", 2027),  # T-22
        ("2026-12-21", "8wd", None),
        ("2003-12-30", "3wd", 2003),  # before the first published year
        ("2026-12-01", "60d", 2027),  # whether that day is worked is not known yet
        ("2003-12-30", "5d", None),  # 4 January 2004 is all that it rests on
        ("2026-12-30T10:00", "72h", None),  # elapsed time needs no calendar
        ("2026-12-31T17:00", "2wh", 2027),
        ("2025-06-01", "30mo", 2027),
    ],
)
def test_beyond_the_published_years_a_due_date_is_provisional(
    start: str, limit: str, missing: int | None
) -> None:
    """It is given all the same, with the first year that is missing."""
    last = walk(start, limit)[-1].due
    assert last is not None
    assert last.missing == missing
    assert last.provisional == (missing is not None)


@pytest.mark.parametrize(
    ("start", "used_up", "opens", "missing"),
    [
        ("2026-12-29T17:30", "2026-12-30T17:30", "2026-12-31T08:30", None),
        ("2026-12-30T17:30", "2026-12-31T17:30", "2027-01-04T08:30", 2027),
        ("2026-12-31T10:00", "2027-01-04T10:00", "2027-01-04T10:00", 2027),
    ],
)
def test_what_waits_for_office_time_is_provisional_by_the_day_that_it_waits_for(
    start: str, used_up: str, opens: str, missing: int | None
) -> None:
    """In convention H the limit is used up on a day that is certain, and over on one that is not.

    The first days of 2027 are guessed: a holiday on Friday the first, then a weekend.
    """
    last = walk(start, "1wd", counting=OFFICE_TIME)[-1].due
    assert last is not None
    assert (clock(last.at), clock(last.last_moment.at)) == (used_up, opens)
    assert last.missing == (missing if used_up == opens else None)
    assert last.last_moment.missing == missing


@pytest.mark.parametrize(
    ("start", "paused", "missing"),
    [
        ("2026-12-29T17:30", ("2026-12-30T17:30", "2026-12-31T10:00"), None),
        ("2026-12-30T17:30", ("2026-12-31T17:30", "2027-01-06T10:00"), 2027),
    ],
)
def test_office_time_that_waits_for_the_end_of_a_pause_rests_on_the_year_of_that_end(
    start: str, paused: tuple[str, str], missing: int | None
) -> None:
    """The limit was used up before; it is over when office time runs again."""
    last = walk(start, "1wd", pause(*paused), counting=OFFICE_TIME)[-1].due
    assert last is not None
    assert (clock(last.at), last.missing) == (paused[1], missing)


def test_a_kept_rest_day_needs_no_calendar() -> None:
    """Neither a published one nor a guessed one: only working days and moved ends rest on it."""
    last = walk("2026-12-01", "60d", counting=KEEP)[-1].due
    assert last is not None
    assert not last.provisional


def test_an_extension_in_working_days_makes_the_whole_rest_on_the_calendar() -> None:
    """Calendar days with an extension in working days are provisional as a whole."""
    last = walk("2026-12-01", "20d", extensions=[("2026-12-02", "10wd")], counting=KEEP)[-1].due
    assert last is not None
    assert last.missing == 2027


@pytest.mark.parametrize(
    ("start", "limit"), [("2090-01-01", "9999wd"), ("1989-12-01", "5wd"), ("2150-01-01", "1wh")]
)
def test_beyond_every_guess_nothing_is_said(start: str, limit: str) -> None:
    """There are years of which not even a guess would be worth anything."""
    with pytest.raises(Unknown, match="calendar:"):
        walk(start, limit)


@pytest.mark.parametrize(
    ("limit", "expected"), [("20wd", "2025-04-15T17:30"), ("20d", "2025-04-07T17:30")]
)
def test_a_clock_without_pauses_is_due_as_its_limit_says(limit: str, expected: str) -> None:
    """Straight from the limit, without a walk."""
    found = due(at("2025-03-17"), [Limit.parse(limit)], (), COUNTING)
    assert found is not None
    assert clock(found.at) == expected


def test_the_warning_point_is_the_last_millisecond_within_the_percentage() -> None:
    """Ninety per cent of 1 ms is nothing yet; the point is cut down, never up."""
    start = at("2025-03-17T10:00")
    for span, used in [("10:00:00.001", 0), ("10:00:00.010", 9), ("10:00:00.011", 9)]:
        point = warning_point(start, at(f"2025-03-17T{span}"), 90)
        assert (point - start).microseconds == used * 1000
