"""Why a card was noticed when it was: an outage of ours is ours (DESIGN §4)."""

from datetime import date

from msgspec.structs import replace

from chalicelib.calendar.change import Change
from chalicelib.calendar.overlay import overlay_calendar
from chalicelib.calendar.workdays import Calendar
from tests.unit.test_horizon import PUBLISHED
from tests.unit.told import CALENDAR, START, File, accepted, clock, decided, opened, reported


def without(day: str) -> Calendar:
    """The calendar as published, but that *day* is off."""
    off = frozenset({date.fromisoformat(day)})
    return overlay_calendar(
        CALENDAR, [Change("a notice", "", date(2025, 4, 20), "", "", off, frozenset())], ""
    )


def noticed(case: File) -> str:
    """What the yellow card of *case* says."""
    return next(f for f in case.facts if f.text("level") == "yellow").text("noticed")


def test_on_time() -> None:
    """Within ten minutes."""
    case = opened()
    case.decide_case("2025-04-21T17:40")
    assert noticed(case) == "on_time"


def test_an_outage() -> None:
    """Nothing was told in between, and still nobody looked."""
    case = opened()
    case.decide_case("2025-04-21T17:40:00.001")
    assert noticed(case) == "outage"


def test_late_news() -> None:
    """The acceptance itself was told late."""
    case = File(accepted(START, "5wd", recorded="2025-04-23T09:00"))
    case.decide_case("2025-04-23T09:00")
    assert noticed(case) == "late_news"


def test_news_does_not_excuse_an_outage() -> None:
    """What was told just before the due instant is no reason to be late."""
    case = opened()
    case.receive(reported("stage.entered", "2025-04-21T17:25", stage="x"))
    case.decide_case("2025-04-21T17:50")
    assert noticed(case) == "outage"


def test_rules_that_move_a_closed_case_are_no_outage() -> None:
    """Its delivery is said to be due on another day; of its promise, over by then, no fact says so.

    Decided on Friday the 18th; Thursday the 17th is made a day off on the 20th. So the promise had
    until the 22nd, and two working days were left of that from Friday's close on.
    """
    case = opened()
    case.receive(decided("2025-04-18T17:45", outcome="granted"))
    moved = reported("due.revised", "2025-04-20T09:00", clock="delivery", due_at="2025-05-07")
    case.facts.append(replace(moved, told=False, n=len(case.facts)))
    case.rules = replace(case.rules, calendar=without("2025-04-17"))
    case.decide_case("2025-04-20T09:00")
    late = [fact for fact in case.facts if fact.kind == "warning.issued"][-1]
    assert (clock(late.at), late.text("noticed")) == ("2025-04-18T17:30", "revised")


def test_a_case_that_was_held_once_is_not_held_for_ever() -> None:
    """What was missing came, its yellow card with it; that its red one is late is our outage."""
    case = File(accepted("2026-12-21", "10wd", "12wd"))
    case.decide_case("2027-01-06")
    case.rules = replace(case.rules, calendar=PUBLISHED)
    case.decide_case("2027-01-06")
    assert noticed(case) == "held"
    case.decide_case("2027-01-11")
    red = case.facts[-1]
    assert (red.text("level"), red.text("noticed")) == ("red", "outage")
