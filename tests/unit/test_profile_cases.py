"""The same cases under each profile, worked out by hand.

One case for all: accepted on Monday 2025-03-17 at 10:00 with ten working days, twenty by law. Its
tenth working day is Monday 03-31, its twentieth Tuesday 04-15 (04-04 to 04-06 are 清明). Nine
tenths of the 343.5 hours to 03-31 17:30 end after 12 days, 21 hours, 9 minutes: 03-30 07:09.
"""

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.intake.event_types import FINDING_TYPES
from chalicelib.permit.simulate import simulate
from chalicelib.policy.shipped import load_profile
from tests.unit.told import CALENDAR, File, accepted, at, clock, decided, extended, reported

BEGAN = "2025-03-17T10:00"
UNTIL = "2025-05-30"

Cards = list[tuple[str, str, str]]


def issued(profile: str, *told: Fact, until: str = UNTIL) -> Cards:
    """Rule, level and legal instant of all that is issued or proposed, in order of time."""
    facts = simulate(told, Rules(load_profile(profile), CALENDAR), at(until))
    found = [fact for fact in facts if fact.kind in FINDING_TYPES and fact.text("level")]
    return [(card.text("rule"), card.text("level"), clock(card.at)) for card in found]


SAME_CASE: dict[str, Cards] = {
    "statutory": [
        ("V-01", "warning", "2025-03-27T17:30"),
        ("V-02", "yellow", "2025-03-31T17:30"),
        ("V-03", "red", "2025-04-15T17:30"),
    ],
    "hunan": [
        ("V-01", "warning", "2025-03-26T10:00"),
        ("V-02", "yellow", "2025-03-31T10:00"),
        ("V-03", "red", "2025-04-15T10:00"),
    ],
    "yulin": [
        ("V-01", "yellow", "2025-03-30T07:09"),
        ("V-02", "red", "2025-03-31T17:30"),
    ],
    "meizhou": [
        ("V-01", "warning", "2025-03-28T17:30"),
        ("V-02", "yellow", "2025-03-31T17:30"),
        ("V-04", "red", "2025-04-03T17:30"),  # to a person: no law knows such a deadline
        ("V-03", "red", "2025-04-15T17:30"),
    ],
    "dongguan": [
        ("V-01", "warning", "2025-03-27T17:30"),
        ("V-02", "yellow", "2025-03-31T17:30"),
        ("V-04", "red", "2025-04-03T17:30"),  # to a person: no law knows such a deadline
        ("V-03", "red", "2025-04-15T17:30"),
    ],
}


@pytest.mark.parametrize("profile", SAME_CASE)
def test_a_case_that_nobody_closes(profile: str) -> None:
    """One automatic red for a case, of whatever rule; what a person is asked is beside it."""
    assert issued(profile, accepted(BEGAN, "10wd", "20wd")) == SAME_CASE[profile]


@pytest.mark.parametrize(
    ("profile", "reds"),
    [
        ("statutory", [("V-03", "2025-04-15T17:30")]),
        ("hunan", [("V-03", "2025-04-15T10:00")]),
        ("meizhou", [("V-04", "2025-04-03T17:30"), ("V-03", "2025-04-15T17:30")]),
        ("dongguan", [("V-04", "2025-04-03T17:30"), ("V-03", "2025-04-15T17:30")]),
    ],
)
def test_a_yellow_that_is_answered_and_not_put_right(
    profile: str, reds: list[tuple[str, str]]
) -> None:
    """What counts in Meizhou and Dongguan is the case: an answer keeps nothing from a person."""
    case = File(accepted(BEGAN, "10wd", "20wd"), profile=load_profile(profile))
    case.decide_case("2025-04-01T09:00")
    yellow = case.facts[-1]
    assert yellow.text("level") == "yellow"
    case.receive(reported("card.responded", "2025-04-01T10:00", card=yellow.n))
    case.decide_case(UNTIL)
    found = [(f.text("rule"), clock(f.at)) for f in case.facts if f.text("level") == "red"]
    assert found == reds


@pytest.mark.parametrize("profile", SAME_CASE)
def test_nothing_comes_after_the_end(profile: str) -> None:
    """Closed at nine on the last day: what was crossed before that stands, and no more."""
    reports = accepted(BEGAN, "10wd", "20wd"), decided("2025-03-31T09:00")
    before = [card for card in SAME_CASE[profile] if card[2] < "2025-03-31T09:00"]
    assert issued(profile, *reports) == before


@pytest.mark.parametrize(
    ("closed", "levels"),
    [
        ("2025-04-03T17:30", ["warning", "yellow"]),
        ("2025-04-03T17:30:00.001", ["warning", "yellow", "red"]),
    ],
)
@pytest.mark.parametrize("profile", ["meizhou", "dongguan"])
def test_the_supervised_deadline_ends_with_its_day(
    profile: str, closed: str, levels: list[str]
) -> None:
    """督办期限: the close of the third working day is in time."""
    cards = issued(profile, accepted(BEGAN, "10wd"), decided(closed))
    assert [level for _, level, _ in cards] == levels


def test_yulin_shows_yellow_again_for_another_due_date() -> None:
    """Settle first: the yellow before the extension stays, and the longer promise has its own.

    Five days more end on 04-08 at 17:30; of those 535.5 hours nine tenths are 481.95.
    """
    reports = accepted(BEGAN, "10wd"), extended("2025-03-31T09:00", "5wd")
    assert issued("yulin", *reports) == [
        ("V-01", "yellow", "2025-03-30T07:09"),
        ("V-01", "yellow", "2025-04-06T11:57"),
        ("V-02", "red", "2025-04-08T17:30"),
    ]


def test_yulin_goes_by_nine_tenths_whatever_the_unit() -> None:
    """Ten hours from ten o'clock."""
    assert issued("yulin", accepted(BEGAN, "10h")) == [
        ("V-01", "yellow", "2025-03-17T19:00"),
        ("V-02", "red", "2025-03-17T20:00"),
    ]
    assert issued("yulin", accepted(BEGAN, due_at="2025-03-17T20:00:00+08:00")) == [
        ("V-01", "yellow", "2025-03-17T19:00"),
        ("V-02", "red", "2025-03-17T20:00"),
    ]


def test_meizhou_prompts_once_one_day_before_in_the_unit_of_the_limit() -> None:
    """A calendar day of a limit in calendar days; no day of one in hours, or of a due date."""
    in_days = issued("meizhou", accepted(BEGAN, "10d"))
    assert in_days[:2] == [
        ("V-01", "warning", "2025-03-26T17:30"),
        ("V-02", "yellow", "2025-03-27T17:30"),
    ]
    assert len(in_days) == 3
    for told in (accepted(BEGAN, "10h"), accepted(BEGAN, due_at="2025-03-18")):
        assert [level for _, level, _ in issued("meizhou", told)] == ["yellow", "red"]


def test_a_day_before_a_monday_is_the_sunday() -> None:
    """Ten days from a Friday end on a Monday: the prompt does not wait for the office to open."""
    assert issued("meizhou", accepted("2025-03-14T10:00", "10d"))[:2] == [
        ("V-01", "warning", "2025-03-23T17:30"),
        ("V-02", "yellow", "2025-03-24T17:30"),
    ]


def test_a_promise_shorter_than_the_lead_warns_at_once() -> None:
    """Two days of promise, three of lead: as soon as the case is accepted."""
    assert issued("hunan", accepted(BEGAN, "2wd"))[:1] == [("V-01", "warning", "2025-03-17T10:00")]
    assert issued("meizhou", accepted(BEGAN, "1wd"))[:1] == [("V-01", "warning", BEGAN)]
