"""When a clock runs out, against a clock that walks."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due
from chalicelib.clock.pause import Pause, spans_of
from chalicelib.clock.timeline import Extension, Interruptions, periods
from chalicelib.policy.limit import UNITS
from tests.unit import oracle
from tests.unit.strategies import amounts, limit_of, pause_of, starts, stops
from tests.unit.told import CALENDAR, COUNTING, MS, PROFILE

KEEP = Counting(PROFILE.with_counting(rest_day="keep"), CALENDAR)
DATED = ("wd", "d", "mo")
# A millisecond past the quarter never meets the end of a pause: only then is a limit in hours
# monotone, for one that is used up the very instant a pause begins waits for a close of office.
OFF = 7 * MS


@st.composite
def limits(draw: st.DrawFn) -> list[oracle.Amount]:
    """A limit and perhaps an extension, both in days or both in hours."""
    units = draw(st.sampled_from([DATED, ("h",), ("wh",)]))
    return draw(st.lists(amounts(units), min_size=1, max_size=2))


def ends(
    start: datetime, found: list[oracle.Amount], pauses: list[Pause], counting: Counting = COUNTING
) -> datetime | None:
    """When *found* have run out by the core."""
    given_limits = [limit_of(amount) for amount in found]
    last = due(start, given_limits, spans_of(pauses, counting), counting)
    return last.at if last else None


@given(st.data(), starts(), limits(), st.booleans())
def test_it_is_the_instant_that_walking_comes_to(
    data: st.DataObject,
    start: datetime,
    found: list[oracle.Amount],
    keep: bool,  # noqa: FBT001
) -> None:
    """For every unit, whatever the pauses and the extension."""
    paused = data.draw(stops(start))
    counting = KEEP if keep else COUNTING
    walked = oracle.due(start, found, paused, keep=keep)
    assert ends(start, found, [pause_of(stop) for stop in paused], counting) == walked


@given(st.data(), starts(), amounts(UNITS), st.none() | amounts(("wd", "d")))
def test_the_timeline_settles_as_walking_does(
    data: st.DataObject,
    start: datetime,
    limit: oracle.Amount,
    by: oracle.Amount | None,
) -> None:
    """What had been crossed before a change stays crossed; a late extension changes nothing."""
    if by is not None and limit[1] in ("h", "wh"):
        by = (by[0], limit[1])
    when = start + data.draw(st.integers(-96, 96 * 60)) * oracle.QUARTER
    paused = data.draw(stops(start))
    interruptions = Interruptions(
        [pause_of(stop) for stop in paused],
        [Extension(when, limit_of(by))] if by is not None else [],
    )
    *_, last = periods(start, limit_of(limit), interruptions, COUNTING)
    walked = oracle.settled(start, limit, paused, (when, by) if by is not None else None)
    assert (last.due.at if last.due else None) == walked


@given(st.data(), starts(), amounts(("wd", "d", "h", "wh")), st.integers(0, 20 * 86_400_000))
def test_a_later_start_is_never_due_earlier(
    data: st.DataObject, start: datetime, limit: oracle.Amount, later: int
) -> None:
    """Months are left out: 29 and 31 January are both a month from 28 February, pauses apart."""
    paused = [pause_of(stop) for stop in data.draw(stops(start, open_ones=False))]
    first = ends(start + OFF, [limit], paused)
    second = ends(start + later * 1000 * MS + OFF, [limit], paused)
    assert first is not None
    assert second is not None
    assert first <= second


@given(starts(), st.integers(1, 3), st.integers(0, 40))
def test_months_without_pauses_are_monotone_too(start: datetime, months: int, days: int) -> None:
    """A later day is never due on an earlier one."""
    limit = [(months, "mo")]
    first, second = ends(start, limit, []), ends(start + timedelta(days=days), limit, [])
    assert first is not None
    assert second is not None
    assert first <= second


@given(st.data(), starts(), limits(), st.integers(1, 10))
def test_a_longer_limit_is_never_due_earlier(
    data: st.DataObject, start: datetime, found: list[oracle.Amount], more: int
) -> None:
    """Nor is one with an extension."""
    paused = [pause_of(stop) for stop in data.draw(stops(start, open_ones=False))]
    (amount, unit), *rest = found
    plain = ends(start + OFF, found, paused)
    longer = ends(start + OFF, [(amount + more, unit), *rest], paused)
    again = ends(start + OFF, [*found, (more, unit)], paused)
    assert plain is not None
    assert longer is not None
    assert again is not None
    assert plain <= longer
    assert plain <= again


@given(st.data(), starts(), limits())
def test_one_more_pause_is_never_due_earlier(
    data: st.DataObject, start: datetime, found: list[oracle.Amount]
) -> None:
    """It can only take something out."""
    paused = [pause_of(stop) for stop in data.draw(stops(start, open_ones=False))]
    without = ends(start + OFF, found, paused[1:])
    within = ends(start + OFF, found, paused)
    assert without is not None
    assert within is not None
    assert without <= within


@given(st.data(), starts(), limits())
def test_splitting_a_pause_changes_nothing(
    data: st.DataObject, start: datetime, found: list[oracle.Amount]
) -> None:
    """Two that touch are one; so are two that overlap."""
    begin = start + data.draw(st.integers(-96, 96 * 30)) * oracle.QUARTER
    length = data.draw(st.integers(1, 96 * 10))
    middle = begin + data.draw(st.integers(0, length)) * oracle.QUARTER
    end = begin + length * oracle.QUARTER
    overlap = max(begin, middle - data.draw(st.integers(0, 96)) * oracle.QUARTER)
    whole = ends(start, found, [Pause(begin, end)])
    assert ends(start, found, [Pause(begin, middle), Pause(middle, end)]) == whole
    assert ends(start, found, [Pause(overlap, end), Pause(begin, middle)]) == whole
    interruptions = Interruptions([Pause(begin, middle), Pause(middle, end)])
    *_, split = periods(start, limit_of(found[0]), interruptions, COUNTING)
    *_, period = periods(start, limit_of(found[0]), Interruptions([Pause(begin, end)]), COUNTING)
    assert split.due == period.due
