"""The countdown: what is used and what is left, in the way it is shown."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.cases.rules import Rules
from chalicelib.clock.countdown import Countdown, countdown
from chalicelib.clock.counting import Counting
from chalicelib.clock.pause import spans_of
from chalicelib.clock.timeline import Interruptions
from chalicelib.findings.clock import Clock, run_clock
from chalicelib.permit.view import show_countdown as of_case
from chalicelib.policy.limit import Limit
from chalicelib.policy.shipped import load_profile
from tests.unit.offices import WINTER, counted, profile_of
from tests.unit.told import CALENDAR, COUNTING, at, pause

H = COUNTING.in_convention("H")
START = "2025-04-14T10:00"  # a Monday


def shown(
    now: str, *limits: str, counting: Counting = H, pauses: tuple[tuple[str, ...], ...] = ()
) -> Countdown:
    """What is shown *now* of a clock that began on START."""
    spans = spans_of([pause(*one) for one in pauses], counting)
    given = [Limit.parse(limit) for limit in limits]
    found = countdown(at(START), given, spans, at(now), counting)
    assert found is not None
    return found


def hours(amount: int, minutes: int = 0) -> timedelta:
    """So many hours and minutes."""
    return timedelta(hours=amount, minutes=minutes)


@pytest.mark.parametrize(
    ("now", "used_days", "used"),
    [
        ("2025-04-14T09:00", 0, hours(0)),  # before it began
        ("2025-04-14T10:00", 0, hours(0)),
        ("2025-04-14T10:00:01", 1, timedelta(seconds=1)),  # a day from its first second on
        ("2025-04-14T13:00", 1, hours(2)),  # lunch
        ("2025-04-14T23:00", 1, hours(5, 30)),
        ("2025-04-15T10:00", 1, hours(7)),  # one full day
        ("2025-04-15T10:00:01", 2, hours(7) + timedelta(seconds=1)),
        ("2025-04-20T12:00", 5, hours(5, 30) + 4 * hours(7)),  # a Sunday
        ("2025-04-21T10:00", 5, hours(35)),
        ("2025-04-21T10:00:01", 6, hours(35) + timedelta(seconds=1)),  # over, by one day
    ],
)
def test_used_days_are_rounded_up(now: str, used_days: int, used: timedelta) -> None:
    """DOMAIN §1.3: ceil(elapsed / standard day), of a promise of five."""
    assert shown(now, "5wd") == Countdown(used_days, 5 - used_days, used, hours(35) - used)


@pytest.mark.parametrize(
    ("now", "pauses", "used"),
    [
        ("2025-04-15T12:00", (("2025-04-14T16:00", "2025-04-15T09:30"),), hours(6, 30)),
        ("2025-04-15T12:00", (("2025-04-14T16:00",),), hours(4)),  # still open
        ("2025-04-18T12:00", (("2025-04-14T16:00", "", "1wd"),), hours(23)),  # 30 less 7
        ("2025-04-14T12:00", (("2025-04-14T16:00",),), hours(2)),  # not begun
    ],
)
def test_what_is_paused_is_not_used(
    now: str, pauses: tuple[tuple[str, ...], ...], used: timedelta
) -> None:
    """A pause takes out its office time, at most what was approved."""
    countdown = shown(now, "5wd", pauses=pauses)
    assert (countdown.used, countdown.left) == (used, hours(35) - used)


def test_extensions_and_office_hours_are_added() -> None:
    """Five days, two more and three hours: 52 hours, of which 5.5 are gone by the evening."""
    countdown = shown("2025-04-14T20:00", "5wd", "2wd", "3wh")
    assert countdown == Countdown(1, 7, hours(5, 30), hours(46, 30))


def test_the_standard_day_counts_in_every_season() -> None:
    """Six hours are a day, and on 14 April the office is open for seven."""
    countdown = shown("2025-04-14T17:30", "2wd", counting=counted(WINTER, 'convention = "H"'))
    assert countdown == Countdown(1, 1, hours(5, 30), hours(6, 30))


def test_hours_go_by_at_night() -> None:
    """Elapsed time; a pause takes it out as it is."""
    assert shown("2025-04-15T04:00", "30h") == Countdown(1, 1, hours(18), hours(12))
    paused = (("2025-04-14T12:00", "2025-04-14T15:00"),)
    countdown = shown("2025-04-16T13:00", "30h", pauses=paused, counting=COUNTING)
    assert countdown == Countdown(2, 0, hours(48), hours(-18))


def test_each_limit_has_its_own_measure() -> None:
    """Two elapsed hours to noon, then office hours: none at lunch."""
    assert shown("2025-04-14T15:00", "2h", "3wh").used == hours(3)
    assert shown("2025-04-14T13:00", "2h", "3wh").left == hours(3)
    assert shown("2025-04-14T11:00", "2h", "3wh") == Countdown(1, 0, hours(1), hours(4))


@pytest.mark.parametrize(
    ("now", "limit", "expected"),
    [
        ("2025-04-14T18:00", "5wd", (0, 5)),  # the day of acceptance does not count
        ("2025-04-15T00:00", "5wd", (1, 4)),  # the running day is used
        ("2025-04-19T12:00", "5wd", (4, 1)),  # a Saturday
        ("2025-04-21T17:30", "5wd", (5, 0)),
        ("2025-04-22T09:00", "5wd", (6, -1)),  # over by one
        ("2025-04-27T09:00", "5wd", (10, -5)),  # a Sunday that is worked
        ("2025-04-19T12:00", "10d", (5, 5)),
        ("2025-04-26T12:00", "10d", (12, -2)),
        ("2025-04-14T09:00", "1mo", (0, 30)),
    ],
)
def test_in_convention_l_days_are_whole(now: str, limit: str, expected: tuple[int, int]) -> None:
    """Those that the working counts, and after the due day those that its unit counts."""
    countdown = shown(now, limit, counting=COUNTING)
    assert countdown == Countdown(*expected)


def test_in_convention_l_a_paused_day_is_not_used() -> None:
    """The 16th and the 17th are taken out."""
    countdown = shown(
        "2025-04-18T12:00", "5wd", counting=COUNTING,
        pauses=(("2025-04-15T10:00", "2025-04-17T16:00"),),
    )  # fmt: skip
    assert countdown == Countdown(2, 3)


def test_in_a_pause_without_end_what_is_left_stays() -> None:
    """But for months: how many days those have depends on when they go on."""
    open_pause = spans_of([pause("2025-04-15T10:00")], COUNTING)
    given = [Limit.parse("5wd")]
    days = countdown(at(START), given, open_pause, at("2025-04-16"), COUNTING)
    assert days == Countdown(1, 4)
    month = [Limit.parse("1mo")]
    assert countdown(at(START), month, open_pause, at("2025-04-16"), COUNTING) is None
    found = countdown(at(START), given, open_pause, at("2025-05-16"), H)
    assert found == Countdown(1, 4, hours(7), hours(28))


@pytest.mark.parametrize(
    ("now", "limit", "written"),
    [
        (
            "2025-04-15T10:00",
            "5wd",
            {"used_days": 1, "left_days": 4, "used": "PT7H", "left": "PT28H"},
        ),
        (
            "2025-04-21T10:00",
            "5wd",
            {"used_days": 5, "left_days": 0, "used": "PT35H", "left": "PT0S"},
        ),
        (
            "2025-04-21T10:00:01",
            "5wd",
            {"used_days": 6, "left_days": -1, "used": "PT35H1S", "over": "PT1S"},
        ),
        ("2025-04-15T10:00", "5d", {"used_days": 1, "left_days": 4}),
    ],
)
def test_it_is_written_without_signs(now: str, limit: str, written: dict[str, object]) -> None:
    """A duration has none; what is over says so."""
    assert shown(now, limit).written() == written


def test_a_profile_may_show_office_time_where_it_judges_by_days() -> None:
    """Up to when the clock stopped, if it did."""
    profile = profile_of(counting='countdown = "H"')
    interruptions = Interruptions([pause("2025-04-15T09:00", "", "1wd")])
    clock = Clock("promise", at(START), None, Limit.parse("5wd"), interruptions=interruptions)
    now = at("2025-04-17T10:00")
    # 5.5 h on the 14th, 0.5 on the 15th, 6.5 from 09:00 on the 16th, 1.5 on the 17th
    assert of_case(run_clock(clock, Rules(profile, CALENDAR)), profile, now) == {
        "convention": "H", "used_days": 2, "left_days": 3, "used": "PT14H", "left": "PT21H",
    }  # fmt: skip
    stopped = replace(clock, stop=at("2025-04-16T10:00"))
    assert of_case(run_clock(stopped, Rules(profile, CALENDAR)), profile, now) == {
        "convention": "H", "used_days": 1, "left_days": 4, "used": "PT7H", "left": "PT28H",
    }  # fmt: skip


def test_a_clock_with_its_own_convention_is_shown_in_it() -> None:
    """In Hunan what the law sets is counted by whole days; what was agreed is not counted."""
    hunan = load_profile("hunan")
    now = at("2025-04-16T10:00")
    clock = Clock("publication", at(START), None, Limit.parse("7wd"))
    days = {"convention": "L", "used_days": 2, "left_days": 5}
    assert of_case(run_clock(clock, Rules(hunan, CALENDAR)), hunan, now) == days
    agreed = Clock("promise", at(START), None, due_at=at("2025-04-18T17:30"))
    assert of_case(run_clock(agreed, Rules(hunan, CALENDAR)), hunan, now) is None
