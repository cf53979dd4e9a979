"""What pauses take out of a limit, and when a clock is due that was stopped on its way."""

import pytest

from chalicelib.clock.counting import Counting
from tests.unit.told import CALENDAR, PROFILE, clock, due_of, pause, walk

KEEP = Counting(PROFILE.with_counting(rest_day="keep"), CALENDAR)
START = "2025-04-14T10:00"  # a Monday


def dues(start: str, limit: str, *pauses: object, **more: object) -> list[str | None]:
    """What was due as things stood in each period."""
    periods = walk(start, limit, *pauses, **more)  # type: ignore[arg-type]
    return [clock(period.due.at) if period.due else None for period in periods]


def test_the_example_of_the_design() -> None:
    """A pause over a weekend takes out the one working day it ends on."""
    found = pause("2025-04-19T09:00", "2025-04-21T09:00")
    assert dues(START, "5wd", found) == ["2025-04-21T17:30", None, "2025-04-22T17:30"]


@pytest.mark.parametrize(
    ("limit", "begin", "end", "expected"),
    [
        ("5wd", "2025-04-15T09:00", "2025-04-15T16:00", "2025-04-21T17:30"),  # within one day
        ("5wd", "2025-04-15T16:00", "2025-04-16T09:00", "2025-04-22T17:30"),  # a night: one day
        ("5wd", "2025-04-14T10:00", "2025-04-15T09:00", "2025-04-22T17:30"),  # from acceptance on
        ("5wd", "2025-04-10T10:00", "2025-04-15T09:00", "2025-04-22T17:30"),  # from before it
        ("5wd", "2025-04-10T10:00", "2025-04-11T09:00", "2025-04-21T17:30"),  # all before it
        ("5wd", "2025-04-18T18:00", "2025-04-19T23:00", "2025-04-21T17:30"),  # a weekend only
        ("5wd", "2025-04-21T17:30", "2025-04-23T09:00", "2025-04-23T17:30"),  # at the due instant
        ("5wd", "2025-04-21T17:30:00.001", "2025-04-23T09:00", "2025-04-21T17:30"),  # too late
        ("5wd", "2025-04-21T10:00", "2025-04-21T17:30", "2025-04-21T17:30"),  # over at the close
        ("5wd", "2025-04-21T10:00", "2025-04-21T17:30:00.001", "2025-04-22T17:30"),
        ("5wd", "2025-04-21T10:00", "2025-04-25T20:00", "2025-04-27T17:30"),  # a worked Sunday
        ("5wd", "2025-04-16T10:00", "2025-04-25T20:00", "2025-04-29T17:30"),
        ("5wd", "2025-04-16T10:00", "2025-04-28T20:00", "2025-05-06T17:30"),  # past Labour Day
        ("10d", "2025-04-19T09:00", "2025-04-21T09:00", "2025-04-27T17:30"),  # Saturday → Sunday
        ("10d", "2025-04-19T09:00", "2025-04-22T09:00", "2025-04-27T17:30"),  # a worked Sunday
        ("10d", "2025-04-19T09:00", "2025-04-23T09:00", "2025-04-28T17:30"),
        ("1mo", "2025-04-20T09:00", "2025-04-23T09:00", "2025-05-19T17:30"),  # the 17th: Saturday
        ("24h", "2025-04-14T12:00", "2025-04-14T15:00", "2025-04-15T13:00"),
        ("24h", "2025-04-14T09:00", "2025-04-14T15:00", "2025-04-15T15:00"),
        ("24h", "2025-04-15T10:00", "2025-04-16T11:00", "2025-04-16T17:30"),  # at its very end
        ("4wh", "2025-04-14T11:00", "2025-04-14T15:00", "2025-04-15T09:00"),
        ("4wh", "2025-04-14T12:00", "2025-04-14T14:00", "2025-04-14T16:00"),  # lunch
        ("4wh", "2025-04-14T14:30", "2025-04-14T15:00", "2025-04-14T16:30"),
        ("4wh", "2025-04-14T17:30", "2025-04-15T08:30", "2025-04-14T16:00"),  # after it was due
        ("4wh", "2025-04-14T16:00", "2025-04-15T08:30", "2025-04-15T17:30"),  # at its very end
    ],
)
def test_a_pause_takes_out_what_the_unit_counts(
    limit: str, begin: str, end: str, expected: str
) -> None:
    """Days after that of its start up to that of its end; for hours, the hours."""
    assert due_of(START, limit, pause(begin, end)) == expected


@pytest.mark.parametrize(
    ("approved", "end", "expected"),
    [
        ("10wd", "2025-04-21T09:00", "2025-04-25T17:30"),  # shorter than approved
        ("3wd", "2025-04-18T09:00", "2025-04-24T17:30"),  # as approved
        ("2wd", "2025-04-30T09:00", "2025-04-23T17:30"),  # longer: two days are taken out
        ("2wd", "", "2025-04-23T17:30"),  # never ended: the clock runs again by itself
        ("0wd", "", "2025-04-21T17:30"),
        ("4d", "", "2025-04-24T17:30"),  # up to Saturday
        ("6d", "", "2025-04-25T17:30"),  # up to Monday
        ("1mo", "2025-04-16T09:00", "2025-04-22T17:30"),
        ("24h", "", "2025-04-22T17:30"),
        ("8h", "", "2025-04-21T17:30"),  # within the day
        ("7wh", "", "2025-04-22T17:30"),
        ("1wh", "", "2025-04-21T17:30"),
    ],
)
def test_a_pause_counts_at_most_as_long_as_approved(approved: str, end: str, expected: str) -> None:
    """DOMAIN PAU-02: what runs over counts against the case, in whatever unit was approved."""
    assert due_of(START, "5wd", pause("2025-04-15T09:00", end, approved)) == expected


def test_working_days_of_a_cap_leave_out_the_holidays() -> None:
    """Three working days from 30 April end on 8 May."""
    found = pause("2025-04-30T09:00", "", "3wd")
    assert due_of("2025-04-28T10:00", "5wd", found) == "2025-05-13T17:30"


def test_an_open_pause_without_a_cap_has_no_due_instant() -> None:
    """Until it is resumed the clock cannot run out."""
    assert dues(START, "5wd", pause("2025-04-15T09:00")) == ["2025-04-21T17:30", None]


def test_an_open_pause_that_comes_too_late_changes_nothing() -> None:
    """The clock had run out before; that stays."""
    assert due_of(START, "5wd", pause("2025-04-21T17:30:00.001")) == "2025-04-21T17:30"


def test_a_due_instant_moved_out_of_one_pause_into_an_open_one_waits() -> None:
    """Moved to a close of office at which the case is suspended again, it is not due there."""
    first = pause("2025-04-21T10:00", "2025-04-22T10:00")
    again = pause("2025-04-22T12:00")
    assert dues(START, "5wd", first, again)[-1] is None
    later = pause("2025-04-22T12:00", "2025-04-24T09:00")
    assert due_of(START, "5wd", first, later) == "2025-04-24T17:30"


@pytest.mark.parametrize("limit", ["5wd", "10d", "1mo", "24h", "4wh"])
@pytest.mark.parametrize("middle", ["2025-04-16T09:00", "2025-04-15T00:00", "2025-04-15T17:30"])
def test_pauses_that_touch_or_overlap_are_one(limit: str, middle: str) -> None:
    """However one pause is cut, nothing is taken out twice or forgotten."""
    begin, end = "2025-04-14T11:00", "2025-04-18T16:00"
    whole = due_of(START, limit, pause(begin, end))
    assert due_of(START, limit, pause(begin, middle), pause(middle, end)) == whole
    assert due_of(START, limit, pause(middle, end), pause(begin, middle)) == whole
    assert due_of(START, limit, pause(begin, end), pause("2025-04-14T12:00", middle)) == whole
    assert due_of(START, limit, pause(begin, end), pause(begin, begin)) == whole


def test_pauses_that_touch_end_together() -> None:
    """The second one ends at a close of office, so the first close after both is the next."""
    one, two = (
        pause("2025-04-17T10:00", "2025-04-18T09:00"),
        pause("2025-04-18T09:00", "2025-04-18T17:30"),
    )
    assert due_of("2025-04-14T10:00", "3wd", one, two) == "2025-04-21T17:30"


def test_pauses_apart_are_added() -> None:
    """Two nights are two days."""
    nights = (
        pause("2025-04-15T16:00", "2025-04-16T09:00"),
        pause("2025-04-17T16:00", "2025-04-18T09:00"),
    )
    assert due_of(START, "5wd", *nights) == "2025-04-23T17:30"


def test_capped_pauses_that_overlap_take_each_day_once() -> None:
    """Each is capped on its own, from its own start."""
    pauses = (pause("2025-04-15T09:00", "", "2wd"), pause("2025-04-16T09:00", "", "2wd"))
    assert due_of(START, "5wd", *pauses) == "2025-04-24T17:30"  # the 16th, 17th and 18th


def test_a_cap_beyond_the_due_day_is_known_at_once() -> None:
    """A pause with a cap moves the due instant when it begins; ending early brings it back."""
    found = pause("2025-04-15T09:00", "2025-04-16T09:00", "5wd")
    assert dues(START, "5wd", found) == [
        "2025-04-21T17:30",
        "2025-04-27T17:30",
        "2025-04-22T17:30",
    ]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2025-04-18T09:00", "2025-04-18T17:30"),
        ("2025-04-18T17:30", "2025-04-21T17:30"),  # after it ends: the next close
        ("2025-04-18T20:00", "2025-04-21T17:30"),
        ("2025-04-19T09:00", "2025-04-21T17:30"),  # a Saturday
        ("2025-04-26T09:00", "2025-04-27T17:30"),  # the Sunday after is worked
    ],
)
def test_a_due_instant_inside_a_pause_moves_to_the_first_close_after_it(
    end: str, expected: str
) -> None:
    """The last day was running when the pause began."""
    assert due_of("2025-04-14T10:00", "3wd", pause("2025-04-17T10:00", end)) == expected


def test_where_rest_days_are_kept_any_day_closes() -> None:
    """A limit that may end on a rest day may also end on the one after a pause."""
    found = pause("2025-04-18T10:00", "2025-04-19T09:00")
    late = pause("2025-04-18T10:00", "2025-04-19T20:00")
    assert due_of(START, "4d", found, counting=KEEP) == "2025-04-19T17:30"
    assert due_of(START, "4d", late, counting=KEEP) == "2025-04-20T17:30"
    assert due_of(START, "4d", found) == "2025-04-21T17:30"


def test_a_move_out_of_a_pause_may_be_provisional() -> None:
    """Which day the office closes next is not known in a year without a notice."""
    last = walk("2026-12-31T10:00", "24h", pause("2027-01-01T10:00", "2027-01-03T10:00"))[-1].due
    assert last is not None
    assert last.missing == 2027


@pytest.mark.parametrize(("limit", "counting"), [("600h", None), ("25d", KEEP)])
def test_a_cap_in_days_of_an_unpublished_year_makes_it_provisional(
    limit: str, counting: Counting | None
) -> None:
    """When the pause is over is a guess, and so is everything that comes after it."""
    more = {"counting": counting} if counting else {}
    found = pause("2026-12-28T10:00", "", "10wd")
    last = walk("2026-12-14T10:00", limit, found, **more)[-1].due  # type: ignore[arg-type]
    assert last is not None
    assert last.missing == 2027


def test_a_guessed_end_stays_a_guess_when_pauses_are_merged() -> None:
    """The longer one says when both are over."""
    pauses = (
        pause("2026-12-20T10:00", "2026-12-28T10:00"),
        pause("2026-12-28T10:00", "", "10wd"),
    )
    last = walk("2026-12-14T10:00", "600h", *pauses)[-1].due
    assert last is not None
    assert last.missing == 2027


def test_an_extension_during_a_pause_is_in_time() -> None:
    """A clock that stands still cannot have run out."""
    found = pause("2025-04-15T09:00", "2025-05-15T09:00")
    plain = due_of(START, "5wd", found)
    more = due_of(START, "5wd", found, extensions=[("2025-05-12T09:00", "3wd")])
    assert (plain, more) == ("2025-05-21T17:30", "2025-05-26T17:30")


@pytest.mark.parametrize(
    ("approved", "due"),
    [("2025-04-17T09:59:59.999", "2025-04-17T18:00"), ("2025-04-17T10:00", "2025-04-17T10:00")],
)
def test_an_extension_of_hours_too_comes_before_they_have_run_out(approved: str, due: str) -> None:
    """PAU-07; 72 hours are over 72 hours later, which is also the soonest that they can be."""
    assert due_of(START, "72h", extensions=[(approved, "8h")]) == due


def test_many_pauses_one_after_another_are_counted_each() -> None:
    """One every working day: what each moves is moved on again by those that come before it."""
    april = ("14", "15", "16", "17", "18", "21", "22", "23")
    noons = [pause(f"2025-04-{day}T12:00", f"2025-04-{day}T13:00") for day in april]
    nights = [
        pause(f"2025-04-{day}T17:00", f"2025-04-{int(day) + 1}T09:00")
        for day in april
        if day < "18"
    ]
    assert due_of(START, "5wd", *noons) == "2025-04-21T17:30"
    assert due_of(START, "5wd", *noons, *nights) == "2025-04-25T17:30"
