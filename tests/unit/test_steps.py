"""Day by day: which day counted, which did not, and why."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due
from chalicelib.clock.pause import Pause, spans_of
from chalicelib.clock.steps import CountedDay, steps
from tests.unit import oracle
from tests.unit.strategies import amounts, limit_of, pause_of, starts, stops
from tests.unit.told import CALENDAR, COUNTING, PROFILE, at, pause, walk

# Every way of counting that makes a difference here: both conventions, and each other parameter.
WAYS = [
    COUNTING,
    COUNTING.in_convention("H"),
    Counting(PROFILE.with_counting(cutoff="24:00", rest_day="keep"), CALENDAR),
    Counting(replace(PROFILE, after_hours="next_workday"), CALENDAR),
]


def told(
    start: str, limit: str, *pauses: Pause, extensions: tuple[tuple[str, str], ...] = ()
) -> list[CountedDay]:
    """The steps of a clock in its last period."""
    last = walk(start, limit, *pauses, extensions=extensions)[-1]
    assert last.due is not None
    return steps(last.limits, (at(start), last.due.at), last.spans, COUNTING)


def lines(days: list[CountedDay]) -> list[str]:
    """Each step in a line: `+04-15 workday`, `-04-19 weekend`."""
    return [f"{'+' if s.counts else '-'}{s.date:%m-%d} {s.why.partition(' (')[0]}" for s in days]


def test_the_example_of_the_design() -> None:
    """The day of acceptance, four working days, a weekend and a pause, the fifth."""
    days = told("2025-04-14T10:00", "5wd", pause("2025-04-19T09:00", "2025-04-21T09:00"))
    assert lines(days) == [
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
    why = {str(day.date): day.why for day in told("2025-04-25", "5wd")}
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
    days = told("2025-04-18T16:30", "2wh", pause("2025-04-18T17:00", "2025-04-22T00:00"))
    assert lines(days) == [
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
    days = told("2025-03-17T10:00", limit, extensions=(("2025-03-17T12:00", extension),))
    assert [line[:6] for line in lines(days)][: len(expected)] == expected
    if extension != "1mo":
        assert len(days) == len(expected)


def test_each_day_names_what_says_so() -> None:
    """The law for the ordinary days, the notice for those it makes, both laws for the rest."""
    days = told("2026-04-01", "20wd", pause("2026-04-07T10:00", "2026-04-08T10:00"))
    basis = {f"{day.date:%m-%d}": day.basis for day in days}
    assert basis["04-01"] == "《中华人民共和国民法典》第二百零一条第一款"
    assert basis["04-02"] == "《中华人民共和国行政许可法》第八十二条"
    assert basis["04-04"] == "国办发明电〔2025〕7号"
    assert basis["04-08"] == "《中华人民共和国行政许可法》第四十五条"
    assert basis["04-11"] == "《国务院关于职工工作时间的规定》第七条"
    moved = {step.date: step for step in told("2025-04-16", "10d")}
    assert (
        moved[date(2025, 4, 26)].basis == "《中华人民共和国民法典》第二百零一条第一款"
    )  # a Saturday counts here
    assert moved[date(2025, 4, 27)].basis == "《中华人民共和国民法典》第二百零三条第一款"
    assert told("2025-04-16", "1mo")[1].basis == "《中华人民共和国民法典》第二百零二条"
    assert told("2025-04-16", "1h")[0].basis == "《中华人民共和国民法典》第二百零一条第二款"
    guessed = {step.date: step.basis for step in told("2026-12-31", "2wd")}
    unknown = "（2027年的放假安排尚未公布）"
    assert guessed[date(2027, 1, 1)] == f"《全国年节及纪念日放假办法》第二条{unknown}"
    assert guessed[date(2027, 1, 2)] == f"《国务院关于职工工作时间的规定》第七条{unknown}"
    assert guessed[date(2027, 1, 4)] == f"《中华人民共和国行政许可法》第八十二条{unknown}"


def test_hours_say_how_much_of_a_day_they_used() -> None:
    """Office hours and lunch, a pause within a day, and the hours after an ordinary day's close."""
    used = [day.used for day in told("2026-04-02T16:30", "8wh")]
    assert used == [timedelta(hours=h) for h in (1, 7)]  # Friday; the rest of it is Qingming
    held = told("2026-04-02T09:00", "7wh", pause("2026-04-02T09:00", "2026-04-02T18:00"))
    assert [(s.counts, s.why, s.used) for s in held] == [
        (False, "paused", timedelta(0)),
        (True, "workday", timedelta(hours=7)),
    ]
    after_hours = told("2026-04-02T18:00", "1wh")[0]
    assert (after_hours.counts, after_hours.why) == (False, "outside office hours")
    both = told("2026-04-01T10:00", "1wd", extensions=(("2026-04-01T12:00", "24h"),))
    assert [step.used for step in both] == [
        None,
        timedelta(hours=6, minutes=30),
        timedelta(hours=17, minutes=30),
    ]


def test_a_day_to_which_a_pause_moves_the_end_is_told_so() -> None:
    """Also where that pause ends on it, before the office closes."""
    days = told("2025-04-14", "1wd", pause("2025-04-15T10:00", "2025-04-17T12:00"))
    assert lines(days)[-2:] == ["-04-16 paused", "-04-17 moved on: workday"]
    assert days[-1].basis == "《中华人民共和国行政许可法》第四十五条"


def test_a_pause_without_end_is_told_as_far_as_the_clock_has_run() -> None:
    """The day on which it began is the last that counted; nothing is promised beyond."""
    for limit, count in (("5wd", 2), ("5d", 2), ("20wh", 3), ("72h", 3)):
        (*_, last) = walk("2025-04-14T10:00", limit, pause("2025-04-16T11:00"))
        assert last.due is None
        days = steps(
            last.limits, (at("2025-04-14T10:00"), at("2025-04-16T11:00")), last.spans, COUNTING
        )
        assert (days[-1].date, sum(s.counts for s in days)) == (date(2025, 4, 16), count)


@given(st.data(), starts(), st.lists(amounts(("h", "wh", "wd")), min_size=1, max_size=2))
def test_the_hours_of_all_days_are_those_of_the_limits(
    data: st.DataObject, start: datetime, limits: list[oracle.Amount]
) -> None:
    """Not a millisecond more or less, whatever was paused; a working day of H is seven hours."""
    counting = COUNTING.in_convention("H")
    paused = [pause_of(stop) for stop in data.draw(stops(start, open_ones=False))]
    spans = spans_of(paused, counting)
    given_limits = [limit_of(limit) for limit in limits]
    last = due(start, given_limits, spans, counting)
    assert last is not None
    days = steps(given_limits, (start, last.at), spans, counting)
    used = sum((day.used for day in days if day.used is not None), timedelta(0))
    hours = {"h": 1, "wh": 1, "wd": 7}
    assert used == timedelta(hours=sum(amount * hours[unit] for amount, unit in limits))
    assert all(step.counts for step in days if step.used)


@given(
    st.data(),
    starts(),
    st.lists(amounts(("wd", "d", "mo", "h", "wh")), min_size=1, max_size=2),
    st.sampled_from(WAYS),
)
def test_the_working_comes_to_the_sum(
    data: st.DataObject, start: datetime, limits: list[oracle.Amount], counting: Counting
) -> None:
    """Every day once, to the very day that is due; as many count as the limit says."""
    paused = [pause_of(stop) for stop in data.draw(stops(start, open_ones=False))]
    spans = spans_of(paused, counting)
    given_limits = [limit_of(limit) for limit in limits]
    last = due(start, given_limits, spans, counting)
    assert last is not None
    found = steps(given_limits, (start, last.at), spans, counting)
    days = [day.date for day in found]
    assert days == [days[0] + n * timedelta(days=1) for n in range(len(days))]
    assert days[0] == start.date()
    assert days[-1] == last.at.astimezone(oracle.CHINA).date()
    assert found[-1].counts or found[-1].why.startswith("moved on: ")
    assert all(step.basis for step in found)
    if {unit for _, unit in limits} <= {"wd", "d"} - counting.by_instant:
        assert sum(step.counts for step in found) == sum(amount for amount, _ in limits)
