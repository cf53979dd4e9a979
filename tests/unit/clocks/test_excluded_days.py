"""The working days of closed cases, and those that pauses took out: counted by hand."""

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.stored_fact import CaseDays
from chalicelib.permit.lamp_history import lamp_states
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import load_profile
from chalicelib.policy.sources import Registrations
from tests.unit.told import (
    CALENDAR,
    PROFILE,
    File,
    accepted,
    accepted_claim,
    decided,
    delivering,
    numbered,
    reported,
    resumed,
    suspended,
)

MONDAY = "2025-04-14T10:00"  # a week without a holiday, and another
NEXT_FRIDAY = "2025-04-25T16:00"


def days(
    *told: Fact, profile: Profile = PROFILE, sources: Registrations | None = None
) -> CaseDays | None:
    """Those of a case after its last fact."""
    rules = Rules(profile, CALENDAR, sources or Registrations())
    return lamp_states(CaseHistory(), numbered(told), rules)[-1].days


def test_the_day_of_the_start_does_not_count_and_that_of_the_end_does() -> None:
    """Five of this week but Monday, five of the next; without a pause none is excluded."""
    assert days(accepted(MONDAY, "20wd"), decided(NEXT_FRIDAY)) == (9, 0)
    assert days(accepted(MONDAY, "20wd"), decided("2025-04-14T16:00")) == (0, 0)
    assert days(accepted(MONDAY, "20wd")) is None, "it runs"


@pytest.mark.parametrize(
    ("begin", "end", "excluded"),
    [
        ("2025-04-15T09:00", "2025-04-15T17:00", 0),  # a day begun is no day excluded
        ("2025-04-15T17:00", "2025-04-16T09:00", 1),
        ("2025-04-15T09:00", "2025-04-21T09:00", 4),  # the week-end is no working day anyway
        ("2025-04-18T09:00", "2025-04-20T09:00", 0),
    ],
)
def test_a_pause_takes_out_the_days_after_its_first_up_to_its_last(
    begin: str, end: str, excluded: int
) -> None:
    """As it does from a limit (行政许可法 45)."""
    told = accepted(MONDAY, "20wd"), suspended(begin), resumed(end), decided(NEXT_FRIDAY)
    assert days(*told) == (9, excluded)


def test_no_day_is_excluded_twice() -> None:
    """Two procedures that overlap: from Tuesday to Friday there are three days."""
    told = [
        suspended("2025-04-15T09:00", "testing"),
        suspended("2025-04-16T09:00", "hearing"),
        resumed("2025-04-17T09:00", "testing"),
        resumed("2025-04-18T09:00", "hearing"),
    ]
    assert days(accepted(MONDAY, "20wd"), *told, decided(NEXT_FRIDAY)) == (9, 3)


def test_beyond_what_was_approved_the_clock_runs_and_so_do_the_days() -> None:
    """Approved for two working days: Wednesday and Thursday."""
    pause = suspended("2025-04-15T09:00", approved="2wd")
    assert days(accepted(MONDAY, "20wd"), pause, decided(NEXT_FRIDAY)) == (9, 2)


def test_a_pause_that_outlasts_the_case_ends_with_it() -> None:
    """Whether or not its own end was told by then."""
    pause = suspended("2025-04-22T09:00")
    assert days(accepted(MONDAY, "20wd"), pause, decided(NEXT_FRIDAY)) == (9, 3)
    told = accepted(MONDAY, "20wd"), pause, decided(NEXT_FRIDAY), resumed("2025-05-06T09:00")
    assert days(*told) == (9, 3)


@pytest.mark.parametrize("limit", ["20wd", "30d", "2mo", "160wh"])
def test_working_days_are_counted_whatever_the_unit_of_the_limit(limit: str) -> None:
    """So that a department's can be added up."""
    told = [suspended("2025-04-15T09:00"), resumed("2025-04-18T09:00"), decided(NEXT_FRIDAY)]
    assert days(accepted(MONDAY, limit), *told) == (9, 3)


def test_where_time_is_office_time_whole_days_are_counted_all_the_same() -> None:
    """Hunan counts from the very instant; the days are those by date."""
    told = [suspended("2025-04-15T09:00"), resumed("2025-04-18T09:00"), decided(NEXT_FRIDAY)]
    assert days(accepted(MONDAY, "20wd"), *told, profile=load_profile("hunan")) == (9, 3)


def test_holidays_and_make_up_days_are_the_calendars() -> None:
    """1 to 5 May 2025 were off; Sunday 27 April was worked."""
    told = accepted("2025-04-25T10:00", "20wd"), decided("2025-05-06T10:00")
    assert days(*told) == (5, 0)  # 27, 28, 29, 30 April and 6 May


def test_on_a_calendar_that_is_not_published_nothing_is_counted() -> None:
    """A guess is no rate."""
    assert days(accepted("2040-04-16T10:00", "20wd"), decided("2040-04-25T10:00")) is None


def test_a_case_that_was_never_accepted_has_no_days() -> None:
    """No main clock ran."""
    application = reported("submitted", MONDAY, item="X-01", department="Housing")
    assert days(application, reported("withdrawn", NEXT_FRIDAY)) is None


def test_the_days_are_those_of_the_judged_reading() -> None:
    """A late pause that has ended excludes nothing before an inspector accepts it."""
    late = {"source": "hall", "recorded": "2025-04-24T09:00"}
    told = [
        accepted(MONDAY, "5wd", source="hall"),
        suspended("2025-04-15T09:00", **late),
        resumed("2025-04-18T09:00", **late),
        decided(NEXT_FRIDAY, source="hall"),
    ]
    sources = delivering("10m")
    assert days(*told, sources=sources) == (9, 0)
    decisions = accepted_claim(1, "2025-04-28T09:00"), accepted_claim(2, "2025-04-28T09:01")
    assert days(*told, *decisions, sources=sources) == (9, 3)


def test_what_silence_approved_ended_then() -> None:
    """A renewal was not decided by the Friday on which the licence expired; later it was."""
    case = File(accepted(MONDAY, "20wd", expires_at="2025-04-18"))
    case.decide_case("2025-04-22")
    assert "case.deemed_approved" in case.kinds()
    assert days(*case.facts) == (4, 0)
    case.receive(decided(NEXT_FRIDAY))
    assert days(*case.facts) == (4, 0)
