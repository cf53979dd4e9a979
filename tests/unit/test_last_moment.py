"""Convention H: what is used up as the office closes is not late before it opens again."""

import pytest

from chalicelib.clock.counting import Counting
from tests.unit.told import COUNTING, at, clock, due_of, pause, walk

H = COUNTING.in_convention("H")


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2025-03-17T10:00", "2025-03-17T10:00"),
        ("2025-03-17T12:00", "2025-03-17T14:00"),
        ("2025-03-17T13:00", "2025-03-17T14:00"),
        ("2025-03-17T14:00", "2025-03-17T14:00"),
        ("2025-03-17T17:30", "2025-03-18T08:30"),
        ("2025-03-14T17:30", "2025-03-17T08:30"),  # over a weekend
        ("2025-04-25T17:30", "2025-04-27T08:30"),  # to a make-up Sunday
    ],
)
def test_the_last_moment_is_before_the_office_opens_again(instant: str, expected: str) -> None:
    """No second counts until then, so nothing is over by one."""
    assert clock(H.last_moment(at(instant))) == expected


def last_moment(start: str, limit: str, *pauses: object, counting: Counting = H) -> str | None:
    """The last instant that is not late, by the last period."""
    last = walk(start, limit, *pauses, counting=counting)[-1].due  # type: ignore[arg-type]
    return clock(last.last_moment.at) if last else None


def test_what_is_used_up_at_a_close_is_late_when_the_office_opens() -> None:
    """Decided in the evening, it has not used more than its time."""
    assert due_of("2025-03-14T08:30", "1wd", counting=H) == "2025-03-14T17:30"
    assert last_moment("2025-03-14T08:30", "1wd") == "2025-03-17T08:30"
    assert last_moment("2025-03-17T12:30", "1wd") == "2025-03-18T14:00"  # at lunch
    assert last_moment("2025-03-17T10:00", "1wd") == "2025-03-18T10:00"


def test_in_convention_l_the_due_instant_is_the_last_moment() -> None:
    """The last day ends when business stops (民法典 203); so do days and months in H."""
    assert last_moment("2025-03-14T08:30", "1wd", counting=COUNTING) == "2025-03-17T17:30"
    assert last_moment("2025-03-14T08:30", "3wh", counting=COUNTING) == "2025-03-14T11:30"
    assert last_moment("2025-03-14T08:30", "1d") == "2025-03-17T17:30"
    assert last_moment("2025-03-14T08:30", "9h") == "2025-03-14T17:30"


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2025-03-17T18:00", "2025-03-19T10:00", "2025-03-19T10:00"),  # begins while it is closed
        ("2025-03-17T17:30", "2025-03-19T10:00", "2025-03-19T10:00"),
        ("2025-03-18T08:30", "2025-03-19T10:00", "2025-03-19T10:00"),  # at its last moment
        ("2025-03-18T08:30:00.001", "2025-03-19T10:00", "2025-03-17T17:30"),  # over already
        ("2025-03-17T18:00", "2025-03-17T20:00", "2025-03-17T17:30"),  # over before it opens
        ("2025-03-17T18:00", "2025-03-18T08:30", "2025-03-17T17:30"),
    ],
)
def test_a_pause_before_the_last_moment_holds_the_clock(
    begin: str, end: str, expected: str
) -> None:
    """One day from 08:30 on Monday 17 March: used up that evening, not over until Tuesday."""
    assert due_of("2025-03-17T08:30", "1wd", pause(begin, end), counting=H) == expected


def test_an_open_pause_before_the_last_moment_has_no_due_instant() -> None:
    """The clock stands still with all its time used and none over."""
    assert due_of("2025-03-17T08:30", "1wd", pause("2025-03-17T18:00"), counting=H) is None
    late = pause("2025-03-18T08:30:00.001")
    assert due_of("2025-03-17T08:30", "1wd", late, counting=H) == "2025-03-17T17:30"


def test_a_used_up_clock_goes_on_from_one_pause_into_the_next() -> None:
    """The second begins in the lunch break in which the first one ends."""
    two = (
        pause("2025-03-17T17:00", "2025-03-18T12:30"),
        pause("2025-03-18T13:00", "2025-03-19T09:00"),
    )
    assert due_of("2025-03-17T08:30", "1wd", *two, counting=H) == "2025-03-19T09:30"
    used_up = pause("2025-03-17T17:30", "2025-03-18T12:30"), two[1]
    assert due_of("2025-03-17T08:30", "1wd", *used_up, counting=H) == "2025-03-19T09:00"
