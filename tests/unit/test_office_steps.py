"""Day by day in convention H, and where what came after hours begins on the next working day."""

from datetime import timedelta

from hypothesis import given

from chalicelib.clock.due import run_out
from chalicelib.clock.pause import Pause, spans_of
from chalicelib.clock.steps import CountedDay, steps
from tests.unit.offices import SUMMER, counted
from tests.unit.oracle import CHINA
from tests.unit.properties.test_office_time import Running, running
from tests.unit.told import COUNTING, at, pause, walk

H = COUNTING.in_convention("H")


def told(start: str, limit: str, *pauses: Pause, counting=H) -> list[CountedDay]:
    """The steps of a clock in its last period."""
    last = walk(start, limit, *pauses, counting=counting)[-1]
    assert last.due is not None
    return steps(last.limits, (at(start), last.due.at), last.spans, counting)


def lines(days: list[CountedDay]) -> list[str]:
    """Each step in a line: `+04-15 7:00 workday`, without the time where days are whole."""
    return [
        " ".join(
            [
                f"{'+' if day.counts else '-'}{day.date:%m-%d}",
                *([str(day.used).removesuffix(":00")] if day.used is not None else []),
                day.why.partition(" (")[0],
            ]
        )
        for day in days
    ]


def test_a_day_counts_for_the_office_time_used_on_it() -> None:
    """Filed after hours; then an afternoon in a pause, a weekend, and a paused day."""
    days = told(
        "2025-04-17T18:00",
        "2wd",
        pause("2025-04-18T14:00", "2025-04-18T20:00"),
        pause("2025-04-21T08:00", "2025-04-21T18:00"),
    )
    assert lines(days) == [
        "-04-17 0:00 outside office hours",
        "+04-18 3:30 workday",
        "-04-19 0:00 weekend",
        "-04-20 0:00 weekend",
        "-04-21 0:00 paused",
        "+04-22 7:00 workday",
        "+04-23 3:30 workday",
    ]


def test_each_season_has_its_hours() -> None:
    """One hour of a spring day, six of a summer one."""
    days = told("2025-05-30T16:30", "1wd", counting=counted(SUMMER, 'convention = "H"'))
    assert lines(days)[0] == "+05-30 1:00 workday"
    assert lines(days)[-1] == "+06-03 6:00 workday"


def test_the_day_of_acceptance_may_be_the_next_working_day() -> None:
    """What came on Friday evening, or at the weekend, came on Monday."""
    later = counted(counting='after_hours = "next_workday"')
    expected = ["-03-15 weekend", "-03-16 weekend", "-03-17 day of acceptance", "+03-18 workday"]
    friday = told("2025-03-14T18:00", "1wd", counting=later)
    saturday = told("2025-03-15T10:00", "1wd", counting=later)
    assert lines(saturday) == expected
    assert lines(friday) == [
        "-03-14 outside office hours",
        *expected,
    ]


@given(running())
def test_the_working_comes_to_the_sum(clock: Running) -> None:
    """Every day once, to the day that is due; what was used on them is what the limits allow."""
    spans = spans_of(clock.pauses, clock.counting)
    due_at = clock.ends(*clock.pauses)
    found = steps(clock.limits, (clock.start, due_at), spans, clock.counting)
    days = [day.date for day in found]
    assert days == [days[0] + n * timedelta(days=1) for n in range(len(days))]
    assert days[0] == clock.start.astimezone(CHINA).date()
    assert days[-1] == due_at.astimezone(CHINA).date()
    allowed = sum(clock.minutes(limit) for limit in clock.limits) * timedelta(minutes=1)
    assert sum((step.used for step in found if step.used), timedelta()) == allowed
    assert all(step.counts for step in found if step.used)
    used_up = run_out(clock.start, clock.limits, spans, clock.counting).at.astimezone(CHINA)
    counting_days = [step.date for step in found if step.counts]
    assert counting_days[-1] == used_up.date()
