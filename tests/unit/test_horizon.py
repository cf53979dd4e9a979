"""Beyond the published years warnings go out, cards are held, an alarm says what is missing."""

import pytest
from msgspec.structs import replace

from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import read_year
from tests.unit.told import (
    CALENDAR,
    MS,
    PROFILE,
    File,
    accepted,
    accepted_claim,
    at,
    clock,
    corrected,
    decided,
    suspended,
)

# A made-up 2027 in which the Sunday of 3 January is worked.
NEXT_YEAR = read_year(
    {
        "year": 2027,
        "status": "official",
        "notices": ["国办发明电〔2026〕0号"],
        "source": "made up",
        "days_off": ["2027-01-01"],
        "makeup_workdays": ["2027-01-03"],
    },
    "2027.json",
)
PUBLISHED = Calendar("CN", [*CALENDAR.years.values(), NEXT_YEAR])


def test_warned_but_held() -> None:
    """T-22: ten working days from 21 December 2026 end in a year without a notice."""
    case = File(accepted("2026-12-21", "10wd"))
    decision = case.decide_case("2026-12-21")
    assert decision.dues["promise"].missing == 2027
    assert decision.held_for == ""
    due = decision.dues["promise"].at
    assert clock(due) == "2027-01-05T17:30"
    while decision.wake_at is not None:
        decision = case.decide_case(decision.wake_at)
    assert case.issued() == [("warning", "2026-12-31T17:30")]
    assert case.kinds() == ["warning.issued", "calendar.missing"]
    assert decision.held_for == "calendar:2027"
    assert case.facts[-1].text("missing") == "calendar:2027"
    assert case.facts[-1].recorded_at == due + MS
    assert case.decide_case("2027-06-01").append == ()
    assert case.decide_case("2027-06-01").wake_at is None


def test_published_later_the_cards_come_with_their_true_dates() -> None:
    """The guess was a day too late; what was warned of the guess loses its ground."""
    case = File(accepted("2026-12-21", "10wd"))
    case.decide_case("2027-01-08")
    case.rules = replace(case.rules, calendar=PUBLISHED)
    decision = case.decide_case("2027-01-08")
    assert decision.held_for == ""
    assert case.issued()[1:] == [
        ("warning", "2026-12-31T17:30"),  # at the same instant, of another due instant
        ("yellow", "2027-01-04T17:30"),
    ]
    assert case.verdicts() == [("warning", "lost")]
    yellows = [fact for fact in case.facts if fact.text("level") == "yellow"]
    assert yellows[0].text("noticed") == "held"
    assert yellows[0].text("calendar") == PUBLISHED.version
    assert case.decide_case("2028-01-01").append == ()


def test_the_yellow_may_be_certain_and_the_red_held() -> None:
    """Promised for the last days of the year; the law's limit is over in the next one."""
    case = File(accepted("2026-12-21", "8wd", "11wd"))
    decision = case.decide_case("2027-02-01")
    assert case.issued()[1:] == [("yellow", "2026-12-31T17:30")]
    assert decision.held_for == "calendar:2027"
    case.rules = replace(case.rules, calendar=PUBLISHED)
    case.decide_case("2027-02-01")
    assert case.issued()[2:] == [("red", "2027-01-05T17:30")]


def test_what_needs_no_calendar_is_not_held() -> None:
    """Elapsed hours are certain: that card comes although another is held."""
    case = File(accepted("2026-12-21T10:00", "8wd", "385h"))
    case.facts[0] = accepted("2026-12-21T10:00", "9wd", "385h").numbered(0)
    decision = case.decide_case("2027-01-05T10:00")
    assert decision.held_for == "calendar:2027"
    assert decision.wake_at == at("2027-01-06T11:00") + MS
    decision = case.decide_case(decision.wake_at)
    assert case.issued()[-1] == ("red", "2027-01-06T11:00")
    assert (decision.held_for, decision.wake_at) == ("calendar:2027", None)


def test_before_the_first_published_year_all_is_held() -> None:
    """The red card too, although the days in which nobody answered are known."""
    case = File(accepted("2003-12-30", "3wd"))
    assert case.decide_case("2004-02-01").held_for == "calendar:2003"
    assert [level for level, _ in case.issued()] == ["warning"]


def test_a_case_closed_in_time_is_not_held() -> None:
    """Nothing was crossed, so nothing is missing."""
    case = File(accepted("2026-12-21", "10wd"), decided("2027-01-04"))
    decision = case.decide_case("2027-06-01")
    assert (decision.held_for, decision.wake_at) == ("", None)
    assert case.kinds() == ["warning.issued"]


def test_a_card_that_was_certain_loses_its_ground_to_a_due_date_that_is_not() -> None:
    """The case was not due in the old year, says an inspector, whatever the new one will bring."""
    case = File(accepted("2026-12-21", "8wd", "11wd"))
    case.decide_case("2027-01-01")
    assert [level for level, _ in case.issued()] == ["warning", "yellow"]
    late = suspended("2026-12-25", approved="5wd", recorded="2027-02-01")
    assert case.receive(late).held_for == "calendar:2027"  # for the red card
    assert case.verdicts() == []
    ((claim, _),) = case.contested()
    decision = case.receive(accepted_claim(claim, "2027-02-02"))
    assert decision.held_for == "calendar:2027"
    assert case.verdicts() == [("warning", "lost"), ("yellow", "lost")]


def test_where_nothing_is_known_nothing_loses_its_ground() -> None:
    """What cannot be judged cannot be judged wrong either."""
    case = File(accepted("2026-11-02", "5wd"))
    case.decide_case("2026-11-20")
    issued = case.issued()
    case.receive(corrected("2026-11-22", case.facts[0], "1960-11-01"))
    assert case.decide_case("2026-11-22").held_for == ""  # a late correction does not act
    decision = case.receive(accepted_claim(len(issued) + 1, "2026-11-23"))
    assert decision.held_for == "calendar:1960"
    assert case.issued() == issued
    assert case.verdicts() == []


@pytest.mark.parametrize("start", ["1890-01-01", "1960-01-01", "2098-12-01", "2150-01-01"])
def test_beyond_every_guess_a_case_is_held_at_once(start: str) -> None:
    """Not even a warning can be computed there."""
    case = File(accepted(start, "1000wd"))
    decision = case.decide_case(start)
    assert decision.held_for.startswith("calendar:")
    assert decision.wake_at is None
    assert case.kinds() == ["calendar.missing"]


def test_a_policy_that_keeps_rest_days_needs_no_calendar() -> None:
    """Calendar days that may end on any day are certain for ever; the answer to a card is not."""
    keep = PROFILE.with_counting(rest_day="keep", cutoff="24:00")
    case = File(accepted("2026-12-21", "20d"), profile=keep)
    case.decide_case("2027-03-01")
    assert case.issued() == [
        ("warning", "2027-01-08T21:35:59.999"),
        ("yellow", "2027-01-10T23:59:59.999"),
    ]
