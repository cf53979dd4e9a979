"""Convention L where an office has seasons, or takes what came after hours as come later."""

import pytest

from tests.unit.offices import SUMMER, counted
from tests.unit.told import COUNTING, due_of, pause

H = COUNTING.in_convention("H")


@pytest.mark.parametrize(
    ("start", "day"),
    [
        ("2025-03-17T17:30", "2025-03-18"),  # at the close is still that day
        ("2025-03-17T17:30:00.001", "2025-03-19"),
        ("2025-03-17T06:00", "2025-03-18"),
        ("2025-03-17T12:30", "2025-03-18"),
        ("2025-03-14T18:00", "2025-03-18"),  # a Friday evening: day 0 is Monday
        ("2025-03-15T10:00", "2025-03-18"),  # a Saturday too
        ("2025-04-26T10:00", "2025-04-28"),  # the Sunday after it is worked
    ],
)
def test_after_hours_may_be_the_next_working_day(start: str, day: str) -> None:
    """Where the profile says so, day 0 of what came after the close is the next working day."""
    later = counted(counting='after_hours = "next_workday"')
    assert due_of(start, "1wd", counting=later) == f"{day}T17:30"
    assert due_of(start, "24h", counting=later) == due_of(start, "24h")
    assert due_of(start, "1wd", counting=later.in_convention("H")) == due_of(
        start, "1wd", counting=H
    )


def test_days_and_months_begin_on_day_zero_too() -> None:
    """Ten days from Friday 14 March 18:00 are ten days from Monday 17 March."""
    later = counted(counting='after_hours = "next_workday"')
    assert due_of("2025-03-14T18:00", "10d", counting=later) == "2025-03-27T17:30"
    assert due_of("2025-03-14T18:00", "1mo", counting=later) == "2025-04-17T17:30"


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2025-05-30T10:00", "1wd", "2025-06-03T18:00"),
        ("2025-09-30T10:00", "1wd", "2025-10-09T17:30"),
        ("2025-06-03T10:00", "24h", "2025-06-04T10:00"),
        ("2025-06-03T17:00", "2wh", "2025-06-04T09:00"),
    ],
)
def test_in_convention_l_the_last_day_closes_with_its_season(
    start: str, limit: str, expected: str
) -> None:
    """At 18:00 in summer, at 17:30 from October."""
    assert due_of(start, limit, counting=counted(SUMMER)) == expected


def test_a_pause_ends_with_the_close_of_its_season() -> None:
    """What was due in it is due at the next close, at 18:00 in June."""
    found = pause("2025-06-03T10:00", "2025-06-04T09:00")
    assert due_of("2025-05-30T10:00", "1wd", found, counting=counted(SUMMER)) == "2025-06-04T18:00"
