"""A card that is due when a limit is over by so much: in its own unit, in another, by a date."""

import pytest
from msgspec.structs import replace

from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from chalicelib.policy.threshold import Threshold
from tests.unit.told import DUE, MS, PROFILE, START, File, accepted, at, resumed, suspended

LAW = PROFILE.conduct["V-16"].basis
FIXED = "2025-04-24T10:00:00+08:00"  # a Thursday; Saturday the 26th is free, Sunday is worked


def profile(over: str) -> Profile:
    """Return the default profile with one red card, due when the promise is over by *over*."""
    row = Threshold("promise", "V-03", "red", LAW, over=Limit.parse(over))
    return replace(PROFILE, thresholds={**PROFILE.thresholds, "promise": (row,)})


@pytest.mark.parametrize(
    ("over", "red"),
    [
        ("0wd", DUE),
        ("3wd", "2025-04-24T17:30"),
        ("4d", "2025-04-25T17:30"),
        ("5d", "2025-04-27T17:30"),  # the 26th is free
        ("8h", "2025-04-22T01:30"),  # from the close of the last day on
        ("1mo", "2025-05-21T17:30"),
    ],
)
def test_five_working_days_and_so_much_more(over: str, red: str) -> None:
    """At that instant it is not over by it yet; a millisecond later it is."""
    case = File(accepted(START, "5wd"), profile=profile(over))
    case.decide_case(at(red))
    assert case.issued() == []
    case.decide_case(at(red) + MS)
    assert case.issued() == [("red", red)]
    assert case.facts[-1].text("due_at") == "2025-04-21T09:30:00.000Z"


@pytest.mark.parametrize(
    ("over", "red"),
    [
        ("0wd", "2025-04-24T10:00"),
        ("1wd", "2025-04-25T17:30"),
        ("2wd", "2025-04-27T17:30"),
        ("8h", "2025-04-24T18:00"),
    ],
)
def test_an_explicit_due_instant_and_so_much_more(over: str, red: str) -> None:
    """The further time is counted from that instant."""
    case = File(accepted(START, due_at=FIXED), profile=profile(over))
    case.decide_case(at(red))
    assert case.issued() == []
    case.decide_case(at(red) + MS)
    assert case.issued() == [("red", red)]
    assert case.facts[-1].text("due_at") == "2025-04-24T02:00:00.000Z"


def test_a_pause_moves_the_limit_and_what_is_over_it() -> None:
    """16 and 17 April stand still: 15, 18, 21, 22 and 23 are the limit, 24, 25 and 27 are over."""
    reports = [accepted(START, "5wd"), suspended("2025-04-15T10:00"), resumed("2025-04-17T10:00")]
    case = File(*reports, profile=profile("3wd"))
    case.decide_case("2025-06-01")
    assert case.issued() == [("red", "2025-04-27T17:30")]
    assert case.facts[-1].text("due_at") == "2025-04-23T09:30:00.000Z"
