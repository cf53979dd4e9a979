"""Counting working days by prefix sums is counting them one by one."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit import oracle
from tests.unit.strategies import DAYS_WITHIN
from tests.unit.told import CALENDAR


@given(DAYS_WITHIN, st.integers(0, 400))
def test_adding_is_walking(day: date, amount: int) -> None:
    """From any day, by any amount."""
    assert CALENDAR.add_workdays(day, amount) == oracle.nth_workday(day, amount)


@given(DAYS_WITHIN, st.integers(0, 700))
def test_counting_is_walking(start: date, length: int) -> None:
    """After the first day, up to and including the last."""
    days = [start + timedelta(days=n) for n in range(1, length + 1)]
    end = start + timedelta(days=length)
    assert CALENDAR.workdays_between(start, end) == sum(map(oracle.is_workday, days))


@given(DAYS_WITHIN, st.integers(1, 400))
def test_counting_undoes_adding(day: date, amount: int) -> None:
    """There and back."""
    assert CALENDAR.workdays_between(day, CALENDAR.add_workdays(day, amount)) == amount


def test_every_day_is_what_the_files_say() -> None:
    """From before the first published year to after the last."""
    day = date(2003, 1, 1)
    while day < date(2029, 1, 1):
        assert CALENDAR.is_workday(day) == oracle.is_workday(day)
        day += timedelta(days=1)
