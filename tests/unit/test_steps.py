"""Day by day: which day counted, which did not, and why."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clock.due import due
from chalicelib.clock.pause import Pause, spans_of
from chalicelib.clock.steps import Step, steps
from tests.unit import oracle
from tests.unit.strategies import amounts, limit_of, pause_of, starts, stops
from tests.unit.told import COUNTING, at, pause, walk


def told(
    start: str, limit: str, *pauses: Pause, extensions: tuple[tuple[str, str], ...] = ()
) -> list[Step]:
    """The steps of a clock in its last stretch."""
    last = walk(start, limit, *pauses, extensions=extensions)[-1]
    assert last.due is not None
    return steps(last.limits, (at(start), last.due.at), last.spans, COUNTING)


def lines(found: list[Step]) -> list[str]:
    """Each step in a line: `+04-15 workday`, `-04-19 weekend`."""
    return [f"{'+' if s.counts else '-'}{s.date:%m-%d} {s.why.partition(' (')[0]}" for s in found]


def test_the_example_of_the_design() -> None:
    """The day of acceptance, four working days, a weekend and a pause, the fifth."""
    found = told("2025-04-14T10:00", "5wd", pause("2025-04-19T09:00", "2025-04-21T09:00"))
    assert lines(found) == [
        "-04-14 day of acceptance",
        "+04-15 workday",
        "+04-16 workday",
        "+04-17 workday",
        "+04-18 workday",
        "-04-19 weekend",
        "-04-20 paused",
        "-04-21 paused",
        "+04-22 workday",
    ]


def test_holidays_name_their_notice() -> None:
    """So do the days that are worked instead."""
    why = {str(step.date): step.why for step in told("2025-04-25", "5wd")}
    assert why["2025-04-27"] == "make-up workday (国办发明电〔2024〕12号)"
    assert why["2025-05-01"] == "holiday (国办发明电〔2024〕12号)"
    assert why["2025-04-26"] == "weekend"


def test_a_rest_day_at_the_end_moves_on() -> None:
    """Ten days end on Saturday 26 April; the Sunday after it is worked."""
    found = lines(told("2025-04-16", "10d"))
    assert found[-2:] == ["+04-26 weekend", "-04-27 moved on: make-up workday"]


def test_a_due_day_inside_a_pause_moves_on() -> None:
    """To the first close of office after the pause."""
    found = lines(told("2025-04-14", "1wd", pause("2025-04-15T10:00", "2025-04-17T18:00")))
    assert found[1:] == [
        "+04-15 workday",
        "-04-16 paused",
        "-04-17 paused",
        "-04-18 moved on: workday",
    ]


def test_hours_begin_on_their_first_day() -> None:
    """A day that is paused from end to end does not count, nor one without office hours."""
    found = told("2025-04-18T16:30", "2wh", pause("2025-04-18T17:00", "2025-04-22T00:00"))
    assert lines(found) == [
        "+04-18 workday",
        "-04-19 paused",
        "-04-20 paused",
        "-04-21 paused",
        "+04-22 workday",
    ]
    assert lines(told("2025-04-18T17:00", "1wh")) == [
        "+04-18 workday",
        "-04-19 weekend",
        "-04-20 weekend",
        "+04-21 workday",
    ]


@pytest.mark.parametrize(
    ("limit", "extension", "expected"),
    [
        ("24h", "1wd", ["+03-17", "+03-18", "+03-19"]),
        ("1wd", "24h", ["-03-17", "+03-18", "+03-19"]),
        ("1wd", "8wh", ["-03-17", "+03-18", "+03-19", "+03-20"]),
        ("1wd", "1mo", ["-03-17", "+03-18", *(f"+03-{n}" for n in range(19, 32))]),
    ],
)
def test_a_limit_and_its_extension_may_be_of_two_kinds(
    limit: str, extension: str, expected: list[str]
) -> None:
    """Each is told in its own way, one after the other."""
    found = told("2025-03-17T10:00", limit, extensions=(("2025-03-17T12:00", extension),))
    assert [line[:6] for line in lines(found)][: len(expected)] == expected
    if extension != "1mo":
        assert len(found) == len(expected)


@given(st.data(), starts(), st.lists(amounts(("wd", "d", "mo", "h", "wh")), min_size=1, max_size=2))
def test_the_working_comes_to_the_sum(
    data: st.DataObject, start: datetime, limits: list[oracle.Amount]
) -> None:
    """Every day once, to the very day that is due; as many count as the limit says."""
    paused = [pause_of(stop) for stop in data.draw(stops(start, open_ones=False))]
    spans = spans_of(paused, COUNTING)
    given_limits = [limit_of(limit) for limit in limits]
    last = due(start, given_limits, spans, COUNTING)
    assert last is not None
    found = steps(given_limits, (start, last.at), spans, COUNTING)
    days = [step.date for step in found]
    assert days == [days[0] + n * timedelta(days=1) for n in range(len(days))]
    assert days[0] == start.date()
    assert days[-1] == last.at.astimezone(oracle.CHINA).date()
    if {unit for _, unit in limits} <= {"wd", "d"}:
        assert sum(step.counts for step in found) == sum(amount for amount, _ in limits)
