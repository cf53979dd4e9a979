"""Convention H by hand: office time from the very instant, and the moment after which it is late.

The default office is open 08:30–12:00 and 14:00–17:30: mornings and afternoons of 3.5 hours, a
standard day of 7. What a comment adds up is what was added up on paper.
"""

from datetime import date

import pytest

from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear
from chalicelib.clock.counting import Counting
from chalicelib.clock.timeline import percent_point
from chalicelib.errors import Unknown
from tests.unit.offices import HALF, LONG, SUMMER, WINTER, counted
from tests.unit.told import CALENDAR, COUNTING, PROFILE, at, clock, due_of, pause, walk

H = COUNTING.in_convention("H")
IN_SUMMER, IN_WINTER, HALVES, LONG_DAYS = (
    counted(office, 'convention = "H"') for office in (SUMMER, WINTER, HALF, LONG)
)


# DOMAIN §9 T-15: accepted 2018-10-15 10:00. “Over by n days” fires when limit + n - 1 full days
# have passed, “n days before” when limit - n - 1 have (§2.1, exact Hunan arithmetic).
@pytest.mark.parametrize(
    ("what", "days", "expected"),
    [
        ("promise of 7, warned 2 before", 4, "2018-10-19T10:00"),
        ("promise of 7, yellow over by 1", 7, "2018-10-24T10:00"),
        ("statutory 10, red over by 1", 10, "2018-10-29T10:00"),
        ("special procedure of 7, warned 2 before", 4, "2018-10-19T10:00"),
        ("special procedure of 7, yellow over by 1", 7, "2018-10-24T10:00"),
        ("special procedure of 7, red over by 2", 8, "2018-10-25T10:00"),
        ("online 2, warned over by 1", 2, "2018-10-17T10:00"),
        ("online 2, yellow over by 4", 5, "2018-10-22T10:00"),
        ("online 2, red over by 6", 7, "2018-10-24T10:00"),
        ("certificate 3, yellow over by 1", 3, "2018-10-18T10:00"),
        ("consultation 5, warned 2 before", 2, "2018-10-17T10:00"),
        ("consultation 5, yellow over by 1", 5, "2018-10-22T10:00"),
        ("consultation 5, red over by 2", 6, "2018-10-23T10:00"),
        ("complaint 5, warned 2 before", 2, "2018-10-17T10:00"),
        ("complaint 5, yellow over by 1", 5, "2018-10-22T10:00"),
        ("complaint 5, red over by 2", 6, "2018-10-23T10:00"),
    ],
)
def test_hunan_to_the_second(what: str, days: int, expected: str) -> None:
    """All sixteen instants of the vendor's document."""
    assert due_of("2018-10-15T10:00", f"{days}wd", counting=H) == expected


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2025-03-17T10:00", "1wd", "2025-03-18T10:00"),
        ("2025-03-17T10:00:00.001", "1wd", "2025-03-18T10:00:00.001"),
        ("2025-03-17T11:59:59", "20wd", "2025-04-15T11:59:59"),  # T-01's day
        ("2025-03-17T08:30", "1wd", "2025-03-17T17:30"),  # a whole day, used up at its close
        ("2025-03-17T08:30", "2wd", "2025-03-18T17:30"),
        ("2025-03-17T00:00", "1wd", "2025-03-17T17:30"),
        ("2025-03-17T18:00", "1wd", "2025-03-18T17:30"),  # after hours: all of Tuesday
        ("2025-03-17T17:30", "1wd", "2025-03-18T17:30"),  # at the very close
        ("2025-03-17T17:29:59.999", "1wd", "2025-03-18T17:29:59.999"),
        ("2025-03-15T10:00", "1wd", "2025-03-17T17:30"),  # a Saturday: all of Monday
        ("2025-03-17T12:30", "1wd", "2025-03-18T12:00"),  # lunch: one afternoon, one morning
        ("2025-03-17T12:00", "1wd", "2025-03-18T12:00"),  # as the office closes for lunch
        ("2025-03-17T14:00", "1wd", "2025-03-18T12:00"),
        ("2025-04-25T17:00", "1wd", "2025-04-27T17:00"),  # into a make-up Sunday
        ("2025-04-27T10:00", "1wd", "2025-04-28T10:00"),  # on it
        ("2025-04-26T10:00", "2wd", "2025-04-28T17:30"),  # on the Saturday before it
        ("2025-04-30T16:00", "1wd", "2025-05-06T16:00"),  # over Labour Day
        ("2024-02-09T10:00", "1wd", "2024-02-18T10:00"),  # a worked New Year's Eve, T-19
        ("2025-12-31T10:00", "3wd", "2026-01-06T10:00"),  # 4 January 2026 is worked
        ("2025-03-17T16:30:00Z", "1wd", "2025-03-18T17:30"),  # tomorrow in Shanghai
        ("2025-03-17T12:30", "0wd", "2025-03-17T14:00"),  # nothing: when it is open
        ("2025-03-17T10:00", "0wd", "2025-03-17T10:00"),
        ("2025-03-17T10:00", "8wh", "2025-03-18T11:00"),  # 5.5 hours on Monday, 2.5 on Tuesday
        ("2025-03-17T10:00", "24h", "2025-03-18T10:00"),  # elapsed time, as in L
        ("2025-03-17T18:00", "10d", "2025-03-27T17:30"),  # days and months, as in L
        ("2025-01-31T10:00", "1mo", "2025-02-28T17:30"),
    ],
)
def test_a_working_day_is_so_much_office_time(start: str, limit: str, expected: str) -> None:
    """It runs from the very instant; lunch, nights and rest days count nothing."""
    assert due_of(start, limit, counting=H) == expected


@pytest.mark.parametrize(
    ("counting", "start", "limit", "expected"),
    [
        # 2 h on the 29th, 7 h in summer on the 30th, 5 h in autumn: 3.5 and 1.5
        (IN_SUMMER, "2025-09-29T16:00", "2wd", "2025-10-09T15:30"),
        # 1 h in spring, 4 h and 2 h in summer; 31 May to 2 June are off
        (IN_SUMMER, "2025-05-30T16:30", "1wd", "2025-06-03T17:00"),
        (IN_SUMMER, "2025-05-30T16:30", "6wh", "2025-06-03T16:00"),
        (IN_SUMMER, "2025-07-01T12:00", "1wd", "2025-07-02T12:00"),
        # half an hour left of 31 October, then 5.5 h of a day of six
        (IN_WINTER, "2025-10-31T17:00", "1wd", "2025-11-03T16:30"),
        (IN_WINTER, "2025-12-31T16:00", "1wd", "2026-01-04T16:00"),
        # six hours are a day in spring too: over an hour before the close of seven
        (IN_WINTER, "2026-04-01T08:30", "1wd", "2026-04-01T16:30"),
        (IN_WINTER, "2026-04-01T08:30", "7wd", "2026-04-09T17:30"),  # 42 h are six days of seven
        (HALVES, "2025-03-17T08:30", "1wd", "2025-03-17T12:00"),
        (HALVES, "2025-03-17T10:00", "1wd", "2025-03-17T15:30"),
        (HALVES, "2025-03-17T08:30", "2wd", "2025-03-17T17:30"),
        (LONG_DAYS, "2025-03-17T09:00", "1wd", "2025-03-17T17:00"),
        (LONG_DAYS, "2025-03-17T09:00", "2wd", "2025-03-18T13:00"),  # 11 h on Monday
    ],
)
def test_each_day_has_the_hours_of_its_season(
    counting: Counting, start: str, limit: str, expected: str
) -> None:
    """A standard day is equally long in all of them."""
    assert due_of(start, limit, counting=counting) == expected


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2025-04-15T09:00", "2025-04-15T16:00", "2025-04-21T17:00"),  # 3 + 2 h; 2 + 3 h more
        ("2025-04-15T12:00", "2025-04-15T14:00", "2025-04-21T10:00"),  # over lunch: nothing
        ("2025-04-15T11:30", "2025-04-15T14:30", "2025-04-21T11:00"),
        ("2025-04-18T17:30", "2025-04-21T08:30", "2025-04-21T10:00"),  # over a weekend: nothing
        ("2025-04-18T17:00", "2025-04-21T09:00", "2025-04-21T11:00"),
        ("2025-04-15T16:00", "2025-04-16T09:00", "2025-04-21T12:00"),  # 1.5 + 0.5 h
        ("2025-04-10T10:00", "2025-04-14T11:00", "2025-04-21T11:00"),  # from before acceptance
        ("2025-04-10T10:00", "2025-04-14T09:00", "2025-04-21T10:00"),  # all before it
        ("2025-04-16T10:00", "2025-04-25T10:00", "2025-04-29T10:00"),  # 7 days; a worked Sunday
        ("2025-04-15T09:00", "2025-04-15T09:00:00.001", "2025-04-21T10:00:00.001"),
        ("2025-04-21T10:00:00.001", "2025-04-23T09:00", "2025-04-21T10:00"),  # too late
        ("2025-04-21T10:00", "2025-04-22T11:00", "2025-04-22T11:00"),  # all used: till it ends
        ("2025-04-21T09:00", "2025-04-22T11:00", "2025-04-22T12:00"),  # 1 h left
    ],
)
def test_a_pause_takes_out_the_office_time_in_it(begin: str, end: str, expected: str) -> None:
    """Five days from Monday 14 April 10:00 are used up on Monday 21 April 10:00."""
    assert due_of("2025-04-14T10:00", "5wd", pause(begin, end), counting=H) == expected


@pytest.mark.parametrize(
    ("begin", "end", "approved", "expected"),
    [
        ("2025-04-15T09:00", "", "2wd", "2025-04-23T10:00"),  # two days, though nobody resumed
        ("2025-04-15T09:00", "2025-04-30T09:00", "2wd", "2025-04-23T10:00"),
        ("2025-04-15T09:00", "2025-04-15T16:00", "2wd", "2025-04-21T17:00"),  # shorter: 5 h
        ("2025-04-15T18:00", "", "1wd", "2025-04-22T10:00"),  # all of the 16th
        ("2025-04-18T18:00", "2025-04-21T08:30", "1wd", "2025-04-21T10:00"),  # nothing used
        ("2025-04-15T09:00", "", "1d", "2025-04-22T10:00"),  # to the 16th 09:00: 3 + 3.5 + 0.5 h
        ("2025-04-15T11:00", "", "3wh", "2025-04-21T15:00"),  # 1 h and 2 h
        ("2025-04-15T11:00", "", "3h", "2025-04-21T11:00"),  # to 14:00: 1 h of the three
        ("2025-04-25T17:00", "", "1wd", "2025-04-21T10:00"),  # long after it was due
    ],
)
def test_a_pause_in_office_time_is_capped_in_it(
    begin: str, end: str, approved: str, expected: str
) -> None:
    """PAU-02: at most as long as approved, and a working day of it is a standard day too."""
    found = pause(begin, end, approved)
    assert due_of("2025-04-14T10:00", "5wd", found, counting=H) == expected


def test_capped_pauses_that_overlap_are_taken_out_once() -> None:
    """Each capped by itself: from the 15th 09:00 to the 17th 09:00, and on to the 18th 09:00."""
    pauses = (pause("2025-04-15T09:00", "", "2wd"), pause("2025-04-16T09:00", "", "2wd"))
    assert due_of("2025-04-14T10:00", "5wd", *pauses, counting=H) == "2025-04-24T10:00"


@pytest.mark.parametrize(
    ("when", "by", "expected"),
    [
        ("2025-04-18T16:00", "2wd", "2025-04-23T10:00"),
        ("2025-04-21T09:59:59.999", "2wd", "2025-04-23T10:00"),
        ("2025-04-21T10:00", "2wd", "2025-04-21T10:00"),  # not before the instant it extends
        ("2025-04-18T16:00", "3wh", "2025-04-21T15:00"),  # 2 h before noon, 1 h after
        ("2025-04-18T16:00", "1d", "2025-04-22T17:30"),  # dates, from the day it runs out on
    ],
)
def test_an_extension_adds_office_time(when: str, by: str, expected: str) -> None:
    """In time is strictly before the instant at which the time is used up."""
    found = due_of("2025-04-14T10:00", "5wd", extensions=[(when, by)], counting=H)
    assert found == expected


def test_days_first_and_working_days_after() -> None:
    """Ten days end on 24 April with the office; a working day more is all of the 25th."""
    found = due_of("2025-04-14T10:00", "10d", extensions=[("2025-04-15", "1wd")], counting=H)
    assert found == "2025-04-25T17:30"


@pytest.mark.parametrize(
    ("start", "limit", "missing", "then"),
    [
        ("2026-12-30T10:00", "1wd", None, None),
        ("2026-12-30T18:00", "1wd", None, 2027),  # used up at the year's last close
        ("2026-12-31T10:00", "1wd", 2027, 2027),
        ("2003-12-30T10:00", "1wd", 2003, 2003),
        ("2026-12-31T10:00", "9h", None, None),
    ],
)
def test_an_unpublished_year_makes_it_provisional(
    start: str, limit: str, missing: int | None, then: int | None
) -> None:
    """When the office opens again may be a guess though the due instant is none."""
    last = walk(start, limit, counting=H)[-1].due
    assert last is not None
    assert (last.missing, last.last_moment.missing) == (missing, then)


def test_a_capped_pause_in_an_unpublished_year_is_a_guess() -> None:
    """Its end is, and so is whatever waits for it."""
    found = pause("2026-12-30T10:00", "", "5wd")
    last = walk("2026-12-28T10:00", "2wd", found, counting=H)[-1].due
    assert last is not None
    assert last.missing == 2027


@pytest.mark.parametrize(
    ("start", "limit"), [("1989-12-01T10:00", "5wd"), ("2090-01-04T10:00", "10000wd")]
)
def test_beyond_every_guess_nothing_is_said(start: str, limit: str) -> None:
    """As in convention L."""
    with pytest.raises(Unknown, match="calendar:"):
        walk(start, limit, counting=H)


def test_a_sibling_counts_the_same_region() -> None:
    """Its own convention comes back by name; none named is its own."""
    assert H.in_convention("L").convention == "L"
    assert H.in_convention("H") is H
    assert H.in_convention(None) is H
    assert H.calendar is COUNTING.calendar
    assert COUNTING.convention == "L"


def test_a_long_limit_comes_to_the_day_of_its_working_days() -> None:
    """Five thousand days of seven hours, from ten o'clock to ten o'clock, over twenty years."""
    day = CALENDAR.add_workdays(date(2010, 3, 15), 5_000)
    assert due_of("2010-03-15T10:00", "5000wd", counting=H) == f"{day}T10:00"


@pytest.mark.parametrize("counting", [COUNTING, H])
def test_nothing_waits_for_the_end_of_a_pause(counting: Counting) -> None:
    """Where no time is given at all, it is over once time runs: at the next opening outside it."""
    found = pause("2025-04-14T09:00", "2025-04-14T12:30")
    assert due_of("2025-04-14T10:00", "0wh", found, counting=counting) == "2025-04-14T14:00"


@pytest.mark.parametrize(
    ("percent", "in_office_time", "in_days"),
    [
        (0, "2025-04-14T10:00", "2025-04-14T10:00"),
        (20, "2025-04-15T10:00", "2025-04-15T21:06"),  # 7 of 35 hours; 35.1 of 175.5
        (50, "2025-04-16T15:30", "2025-04-18T01:45"),  # 17.5: 5.5, 7 and 5
        (90, "2025-04-18T15:30", "2025-04-20T23:57"),  # 31.5 hours: 3.5 before the end
        (100, "2025-04-21T10:00", "2025-04-21T17:30"),
    ],
)
def test_a_part_of_the_limit_is_office_time_too(
    percent: int, in_office_time: str, in_days: str
) -> None:
    """In convention L it is a part of the whole span, nights and weekends with it."""
    for counting, expected in ((H, in_office_time), (COUNTING, in_days)):
        (period,) = walk("2025-04-14T10:00", "5wd", counting=counting)
        point = percent_point(at("2025-04-14T10:00"), period, percent, counting)
        assert point is not None
        assert clock(point) == expected


def test_a_part_leaves_out_what_is_paused() -> None:
    """Half of five days, and the afternoon of the 15th."""
    *_, last = walk(
        "2025-04-14T10:00", "5wd", pause("2025-04-15T14:00", "2025-04-15T17:30"), counting=H
    )
    point = percent_point(at("2025-04-14T10:00"), last, 50, H)
    assert point is not None
    assert clock(point) == "2025-04-17T10:00"
    *_, held = walk("2025-04-14T10:00", "5wd", pause("2025-04-15T14:00"), counting=H)
    assert percent_point(at("2025-04-14T10:00"), held, 50, H) is None


def test_an_office_may_work_on_new_years_day() -> None:
    """Where the calendar has it as a working day it is the first of its year."""
    year = CalendarYear(2025, (), "", frozenset(), frozenset())
    counting = Counting(PROFILE, Calendar("X", [year])).in_convention("H")
    assert due_of("2025-01-01T10:00", "2wd", counting=counting) == "2025-01-03T10:00"
