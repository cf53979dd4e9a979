"""Convention H against a clock that walks from minute to minute, and what must hold of it."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, field

from chalicelib.clock.advance import used_between
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due
from chalicelib.clock.pause import Pause, spans_of
from chalicelib.clock.span import select_ended
from chalicelib.clock.timeline import Interruptions, periods
from chalicelib.policy.limit import Limit
from tests.unit.office_oracle import HOURS, MINUTE, Hours, opening, used, used_up
from tests.unit.offices import HALF, LONG, SUMMER, WINTER, counted
from tests.unit.oracle import CHINA

OFFICES = {"": "", "summer": SUMMER, "winter": WINTER, "half": HALF, "long": LONG}
COUNTINGS = {name: counted(office, 'convention = "H"') for name, office in OFFICES.items()}
DAY = 1440


class Running(Struct, frozen=True, dict=True):
    """A clock in some office: how it counts, when it started, what it was given."""

    hours: Hours
    counting: Counting
    start: datetime
    limits: list[Limit]
    pauses: list[Pause] = field(default_factory=list)

    def ends(self, *pauses: Pause, start: datetime | None = None) -> datetime:
        """When it has run out by the core, with these pauses and no others."""
        spans = spans_of(pauses, self.counting)
        found = due(start or self.start, self.limits, spans, self.counting)
        assert found is not None
        return found.at

    def minutes(self, limit: Limit) -> int:
        """What *limit* comes to."""
        return limit.amount * (60 if limit.unit == "wh" else self.hours.standard)

    def stop(self, pause: Pause) -> tuple[datetime, datetime]:
        """From when to when *pause* stops the clock, by walking."""
        begin, end = pause.start.astimezone(CHINA), pause.end
        assert end is not None
        if pause.approved is None:
            return begin, end.astimezone(CHINA)
        cap = used_up(begin, self.minutes(pause.approved), [], self.hours)
        return begin, min(cap, end.astimezone(CHINA))


@st.composite
def running(draw: st.DrawFn) -> Running:
    """An office, a start around the change of its season or a holiday, a limit, some pauses."""
    name = draw(st.sampled_from(sorted(OFFICES)))
    day = draw(
        st.one_of(
            st.dates(date(2025, 5, 23), date(2025, 6, 3)),
            st.dates(date(2025, 9, 20), date(2025, 10, 12)),
            st.dates(date(2025, 12, 24), date(2026, 1, 6)),
            st.dates(date(2004, 3, 1), date(2026, 6, 30)),
        )
    )
    minute = st.integers(0, DAY - 1) | st.sampled_from([510, 720, 840, 1050])
    start = datetime(day.year, day.month, day.day, tzinfo=CHINA) + draw(minute) * MINUTE
    limit = st.builds(Limit, st.integers(1, 4), st.sampled_from(["wd", "wh"]))
    limits = draw(st.lists(limit, min_size=1, max_size=2))
    pauses = draw(st.lists(_pauses(start), max_size=3))
    return Running(HOURS[name], COUNTINGS[name], start.astimezone(UTC), limits, pauses)


@st.composite
def _pauses(draw: st.DrawFn, start: datetime) -> Pause:
    midnight = start.replace(hour=0, minute=0)
    close = st.sampled_from([510, 720, 840, 1050]).map(lambda minute: midnight + minute * MINUTE)
    begin = draw(close | st.integers(-DAY, 4 * DAY).map(lambda minutes: start + minutes * MINUTE))
    length = draw(st.integers(0, 300) | st.integers(0, 5 * DAY))
    approved = st.builds(Limit, st.integers(0, 2), st.sampled_from(["wd", "wh"]))
    end = begin + length * MINUTE
    return Pause(begin.astimezone(UTC), end.astimezone(UTC), draw(st.none() | approved))


def _touch_nothing(pauses: list[Pause]) -> list[Pause]:
    return [pause for pause in pauses if pause.approved is None or pause.approved.amount]


@given(running())
def test_it_is_the_minute_that_walking_comes_to(clock: Running) -> None:
    """With pauses, capped or not, over seasons, holidays and lunch."""
    pauses = _touch_nothing(clock.pauses)
    stops = [clock.stop(pause) for pause in pauses]
    total = sum(clock.minutes(limit) for limit in clock.limits)
    walked = used_up(clock.start.astimezone(CHINA), total, stops, clock.hours)
    assert clock.ends(*pauses) == walked
    assert clock.counting.last_moment(walked) == opening(walked, clock.hours)


@given(running(), st.integers(-DAY, 5 * DAY))
def test_what_is_used_is_what_walking_counts(clock: Running, minutes: int) -> None:
    """Between any two instants; nothing where the later is the earlier."""
    pauses = _touch_nothing(clock.pauses)
    until = clock.start + minutes * MINUTE
    found = used_between(
        clock.start, until, select_ended(spans_of(pauses, clock.counting)), clock.counting
    )
    stops = [clock.stop(pause) for pause in pauses]
    walked = used(clock.start.astimezone(CHINA), until.astimezone(CHINA), stops, clock.hours)
    assert found == walked * MINUTE


@given(running())
def test_one_more_pause_is_never_due_earlier(clock: Running) -> None:
    """Nor is anything due before it began."""
    assert clock.start <= clock.ends(*clock.pauses[1:]) <= clock.ends(*clock.pauses)


@given(running(), st.integers(1, 5))
def test_a_longer_limit_is_never_due_earlier(clock: Running, more: int) -> None:
    """Nor is one with an extension."""
    first, *rest = clock.limits
    plain = clock.ends(*clock.pauses)
    longer = [Limit(first.amount + more, first.unit), *rest]
    for limits in (longer, [*clock.limits, Limit(more, "wd")]):
        other = Running(clock.hours, clock.counting, clock.start, limits)
        assert plain <= other.ends(*clock.pauses)


@given(running(), st.integers(0, 3 * DAY))
def test_a_later_start_is_never_due_earlier(clock: Running, later: int) -> None:
    """By however little."""
    after = clock.start + later * MINUTE
    assert clock.ends(*clock.pauses) <= clock.ends(*clock.pauses, start=after)


@given(running(), st.integers(-DAY, 3 * DAY), st.integers(1, 2 * DAY), st.data())
def test_splitting_a_pause_changes_nothing(
    clock: Running, offset: int, length: int, data: st.DataObject
) -> None:
    """Two that touch are one, in the sum and in the walk from change to change."""
    begin = clock.start + offset * MINUTE
    middle = begin + data.draw(st.integers(0, length)) * MINUTE
    end = begin + length * MINUTE
    whole, parts = [Pause(begin, end)], [Pause(begin, middle), Pause(middle, end)]
    assert clock.ends(*whole) == clock.ends(*parts)
    walks = (
        list(periods(clock.start, clock.limits[0], Interruptions(pauses), clock.counting))[-1].due
        for pauses in (whole, parts)
    )
    due, two = walks
    assert due == two


@given(running(), st.integers(1, 3_600_000))
def test_a_millisecond_more_is_a_millisecond_later(clock: Running, milliseconds: int) -> None:
    """Where both lie in office hours; elsewhere it changes nothing."""
    later = clock.start + timedelta(milliseconds=milliseconds)
    gone = used_between(clock.start, later, (), clock.counting)
    plain, moved = clock.ends(), clock.ends(start=later)
    assert used_between(plain, moved, (), clock.counting) == gone
