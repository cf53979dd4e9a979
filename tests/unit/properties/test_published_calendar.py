"""Whatever the order of a published file's events, and however long its spans are cut."""

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import BadInput
from infra.calendar.published import read_icalendar
from tests.support.arranged_year import (
    DAYS_OFF,
    HOLIDAYS,
    MADE_UP,
    WORKED,
    calendar,
    event,
    span,
)

WEEKENDS = [
    day
    for n in range(365)
    if (day := date(2027, 1, 1) + timedelta(days=n)).weekday() >= 5
    and str(day) not in {*DAYS_OFF, *WORKED}
]


@st.composite
def files(draw: st.DrawFn) -> list[str]:
    """The events of the made-up year: each holiday in pieces, all in any order, some twice."""
    events = [event(day, f"{name}（班）") for day, name in MADE_UP.items()]
    for name, (first, end) in HOLIDAYS.items():
        begin, stop = (date.fromisoformat(day) for day in (first, end))
        while begin < stop:
            length = draw(st.integers(1, (stop - begin).days))
            after = begin + timedelta(days=length)
            events.append(span(f"{begin:%Y%m%d}", f"{after:%Y%m%d}", f"{name}（休）"))
            begin = after
    repeated = draw(st.lists(st.sampled_from(events), max_size=3))
    return draw(st.permutations([*events, *repeated]))


@given(files())
def test_the_same_days_are_read(events: list[str]) -> None:
    """Off and worked."""
    read = read_icalendar(calendar(*events), "f.ics")
    assert [str(day) for day in sorted(read.off)] == DAYS_OFF
    assert [str(day) for day in sorted(read.worked)] == WORKED


@given(
    files(),
    st.lists(st.sampled_from(WEEKENDS), min_size=1, max_size=4, unique=True),
    st.sampled_from(["春节调休", "国庆节补", "值班", "春节(补)", "上班（休）", "abc"]),
    st.randoms(use_true_random=False),
)
def test_each_weekend_that_is_not_understood_is_named(
    events: list[str], weekends: list[date], mark: str, random: Random
) -> None:
    """Wherever the events stand, and no other day is."""
    doubtful = [event(f"{day:%Y%m%d}", mark) for day in weekends]
    mixed = [*events, *doubtful]
    random.shuffle(mixed)
    try:
        read_icalendar(calendar(*mixed), "f.ics")
    except BadInput as error:
        lines = [line for line in map(str, (error, *error.others)) if f"“{mark}”" in line]
        named = {day for day in WEEKENDS if any(str(day) in line for line in lines)}
        assert named == set(weekends)
        assert len(lines) == len(weekends)
    else:
        raise AssertionError("it was read")
