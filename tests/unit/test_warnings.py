"""V-01: two working days left or nine tenths used, whichever is first."""

from datetime import datetime

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.policy.shipped import load_profile
from tests.unit.told import (
    DUE,
    MS,
    START,
    WARN,
    File,
    accepted,
    at,
    decided,
    extended,
    opened,
    resumed,
    suspended,
)


@pytest.mark.parametrize(
    ("limit", "warned"),
    [
        ("20wd", "2025-05-11T16:45"),  # of 14 May: nine tenths, a Sunday
        ("3wd", "2025-04-15T17:30"),
        ("2wd", START),  # two are left at once
        ("1wd", START),
        ("10d", "2025-04-23T16:45"),  # of 24 April
        ("24h", "2025-04-15T07:36"),
        ("10wh", "2025-04-15T12:06"),
    ],
)
def test_when(limit: str, warned: str) -> None:
    """Ninety per cent of the time that passes, except where working days say sooner."""
    case = opened(limit, "")
    case.decide_case("2025-06-01")
    assert case.issued()[0] == ("warning", warned)


def test_ninety_per_cent_may_come_before_two_working_days() -> None:
    """A limit of 60 working days is nine tenths used six days before its end."""
    case = opened("60wd", "")
    case.decide_case("2026-01-01")
    warning, yellow = case.issued()[:2]
    assert yellow == ("yellow", "2025-07-10T17:30")
    span = at(yellow[1]) - at(START)
    assert at(warning[1]) - at(START) == span * 9 / 10


def test_an_explicit_due_instant_is_the_promise() -> None:
    """It warns at ninety per cent and nothing moves it."""
    case = opened("", "", due_at="2025-04-24T10:00:00+08:00")
    case.receive(suspended("2025-04-15"))
    case.receive(resumed("2025-04-17"))
    case.receive(extended("2025-04-18", "10wd"))
    case.decide_case("2025-04-25")
    assert case.issued() == [("warning", "2025-04-23T10:00"), ("yellow", "2025-04-24T10:00")]


def test_an_explicit_date_ends_with_the_office() -> None:
    """Without a time it ends at the cutoff, on whatever day."""
    case = opened("", "", due_at="2025-04-26")
    case.decide_case("2025-04-28")
    assert case.issued()[-1] == ("yellow", "2025-04-26T17:30")


def test_due_before_it_was_accepted_warns_no_more() -> None:
    """What is over already is not coming near."""
    case = opened("", "", due_at="2025-04-10")
    assert case.issued() == [("yellow", "2025-04-10T17:30")]


def test_every_new_due_instant_has_its_own() -> None:
    """After an extension, after a pause; the same instant is not warned of twice."""
    case = opened()
    case.decide_case("2025-04-18T09:00")
    case.receive(extended("2025-04-18T09:00", "5wd"))  # due on 27 April
    case.receive(suspended("2025-04-22T09:00"))
    case.receive(resumed("2025-04-22T16:00"))  # the same day: nothing moves
    case.receive(suspended("2025-04-25T09:00", "hearing"))
    case.receive(resumed("2025-04-27T08:00", "hearing"))  # one working day more: 28 April
    case.decide_case("2025-04-28T09:00")
    assert case.issued() == [
        ("warning", WARN),
        ("warning", "2025-04-24T17:30"),
        ("warning", "2025-04-27T08:00"),
    ]


def test_the_same_due_instant_is_not_warned_of_again() -> None:
    """A pause within a day, after the warning, moves nothing."""
    case = opened()
    case.receive(suspended("2025-04-18T09:00"))
    case.receive(resumed("2025-04-18T16:00"))
    case.decide_case("2025-04-21")
    assert case.issued() == [("warning", WARN)]


def test_none_while_the_clock_stands_still() -> None:
    """A warning point inside a pause is told when the pause is over."""
    case = opened("24h")
    case.receive(suspended("2025-04-15T05:00"))  # thirty working days from then end on 28 May
    wake = case.decide_case("2025-04-16T09:00").wake_at  # V-06: nine tenths of those are over
    assert wake == at("2025-05-25T06:39:00.001")
    case.receive(resumed("2025-04-16T09:00"))  # five hours left, and more than nine tenths used
    case.decide_case("2025-04-16T14:00")
    assert case.issued() == [("warning", "2025-04-16T09:00")]
    case.decide_case("2025-04-16T14:00:00.001")
    assert case.issued()[1:] == [("yellow", "2025-04-16T14:00")]


def test_a_capped_pause_moves_its_point_to_where_it_ends() -> None:
    """Nine tenths are used up while nobody resumes; the cap ends the pause."""
    case = opened("24h")
    case.receive(suspended("2025-04-15T05:00", approved="28h"))  # to 16 April 09:00
    case.decide_case("2025-04-16T14:00")
    assert case.issued("V-01") == [("warning", "2025-04-16T09:00")]


def test_none_after_the_breach() -> None:
    """A pause that comes too late brings no new warning."""
    case = opened()
    case.receive(suspended("2025-04-22T09:00"))
    case.receive(resumed("2025-04-23T09:00"))
    case.decide_case("2025-06-01")
    assert case.issued() == [("warning", WARN), ("yellow", DUE), ("red", "2025-04-25T17:30")]


# Accepted Monday 2026-11-02 for eight working days: two are left on Tuesday 11-10, due on Thursday
# 11-12. Twenty working days from Wednesday 11-11 10:00 end on 12-09 10:00; due again on 12-10.
CASE, NEAR = ("2026-11-02T10:00", "8wd"), "2026-11-10T17:30"
PAUSE = {"procedure": "hearing", "approved": "20wd"}


def paused(begun: str | datetime, *more: Fact, profile: str = "statutory") -> list[str]:
    """The warnings of a case that is suspended then, in 2026."""
    told = [accepted(*CASE), suspended(begun, **PAUSE), *more]
    case = File(*sorted(told, key=lambda fact: fact.at), profile=load_profile(profile))
    case.decide_case("2026-12-31")
    return [when for level, when in case.issued("V-01") if level == "warning"]


def test_a_suspension_after_the_warning_brings_none_while_the_clock_stands_still() -> None:
    """The new due day is weeks ahead; it is near when the clock runs again, a day before it."""
    assert paused("2026-11-11T10:00") == [NEAR, "2026-12-09T10:00"]


@pytest.mark.parametrize(
    ("begun", "warned"),
    [
        (at(NEAR) + MS, [NEAR, "2026-12-08T17:30:00.001"]),
        (at(NEAR), ["2026-12-08T17:30"]),
        (at(NEAR) - MS, ["2026-12-08T17:29:59.999"]),
    ],
)
def test_what_is_near_at_the_pause_or_in_it_is_warned_of_after_it(
    begun: datetime, warned: list[str]
) -> None:
    """A change at the very instant of the warning comes first."""
    assert paused(begun) == warned


@pytest.mark.parametrize(
    ("back", "warned"),
    [
        ("2026-11-13T10:00", "2026-11-13T10:00"),  # due on 16: two working days were taken out
        ("2026-11-11T16:00", None),  # the same day: due on 12 as before
    ],
)
def test_it_is_near_again_when_somebody_resumes(back: str, warned: str | None) -> None:
    """A new due instant has a warning of its own, as soon as the clock runs."""
    told = paused("2026-11-11T10:00", resumed(back, "hearing"))
    assert told == [NEAR, *([warned] if warned else [])]


def test_decided_in_the_pause_it_is_never_near() -> None:
    """Up to the instant at which the clock would run again."""
    for when, warned in (("2026-12-09T10:00", []), ("2026-12-09T10:00:00.001", [1])):
        told = paused("2026-11-11T10:00", decided(when))
        assert len(told[1:]) == len(warned)


def test_a_pause_from_the_acceptance_on_brings_no_warning_before_its_end() -> None:
    """Of a limit of two working days two are left at once; but the clock does not run."""
    told = [accepted("2026-11-02T10:00", "2wd"), suspended("2026-11-02T10:00", **PAUSE)]
    case = File(*told)
    case.decide_case("2026-12-31")
    assert case.issued("V-01") == [("warning", "2026-11-30T10:00")]


def test_office_time_that_stands_still_brings_no_warning_either() -> None:
    """Hunan: three standard days are left of eight on 11-09 10:00; the pause comes later."""
    told = [
        accepted(*CASE),
        suspended("2026-11-11T10:00", **PAUSE),
    ]
    case = File(*told, profile=load_profile("hunan"))
    case.decide_case("2026-12-31")
    assert case.issued("V-01") == [("warning", "2026-11-09T10:00"), ("warning", "2026-12-09T10:00")]


def test_one_in_doubt_stands_still_as_the_later_reading_has_it() -> None:
    """Warnings follow what is shown: thirty working days from 11-11 end on 12-23."""
    case = File(accepted(*CASE), suspended("2026-11-11T10:00", "hearing", approved=""))
    case.decide_case("2026-12-31")
    assert case.issued("V-01") == [("warning", NEAR), ("warning", "2026-12-23T10:00")]
