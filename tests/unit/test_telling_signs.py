"""The signs of how late a case was told: once, at the boundary instants, where it is certain."""

from datetime import datetime

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.policy.data_quality import TELLING_SIGNS
from chalicelib.policy.sources import NO_SOURCES, Outage, Registrations
from tests.unit.told import (
    DUE,
    MS,
    START,
    File,
    accepted,
    accepted_claim,
    at,
    corrected,
    decided,
    delivering,
    reported,
    suspended,
)

HOUR = delivering("1h")
END = at(DUE)


def signs(case: File) -> list[str]:
    """The signs of late telling that a case is flagged with."""
    flagged = [fact.text("sign") for fact in case.facts if fact.kind == "data.flagged"]
    return [sign for sign in flagged if sign in TELLING_SIGNS]


def told(*facts: Fact, sources: Registrations = HOUR) -> File:
    """A case of five working days from START on, whose facts come in one after another."""
    case = File(accepted(START, "5wd", source="hall"), sources=sources)
    case.decide_case(START)
    for fact in facts:
        case.receive(fact)
    return case


def ended(when: datetime, recorded: datetime) -> Fact:
    """A decision of the source that delivers within an hour."""
    return decided(when, recorded=recorded, source="hall")


@pytest.mark.parametrize(
    ("recorded", "shows"),
    [("2025-04-15T10:00", []), ("2025-04-15T10:00:00.001", ["told_late"])],
)
def test_news_is_late_after_its_delivery_time(recorded: str, shows: list[str]) -> None:
    """At the last instant of the hour it is in time."""
    stage = reported(
        "stage.entered", "2025-04-15T09:00", stage="a", recorded=recorded, source="hall"
    )
    assert signs(told(stage)) == shows


@pytest.mark.parametrize(
    ("when", "recorded", "shows"),
    [
        (END, END, []),
        (END, END + MS, ["told_after_due"]),
        (END + MS, END + 2 * MS, []),
        (at("2025-04-21T17:00"), END, []),
        (at("2025-04-21T17:00"), END + MS, ["told_after_due"]),
        (at("2025-04-21T17:00"), at("2025-04-21T18:00"), ["told_after_due"]),
        (at("2025-04-21T17:00"), at("2025-04-21T18:00") + MS, ["told_late"]),
    ],
    ids=["at due", "told after", "late end", "told at due", "told after due", "last", "late news"],
)
def test_news_in_time_that_beats_a_due_instant_and_comes_after_it(
    when: datetime, recorded: datetime, shows: list[str]
) -> None:
    """An end at the due instant keeps it; its news is in time for an hour, and no moment more."""
    assert signs(told(ended(when, recorded))) == shows


def test_an_ordinary_case_has_no_sign() -> None:
    """Told within minutes, ended days before it was due."""
    minutes = at("2025-04-16T09:10")
    assert signs(told(ended(at("2025-04-16T09:00"), minutes))) == []
    assert signs(told()) == []


def test_each_sign_is_noted_once() -> None:
    """However much more is told late, and whatever an inspector decides."""
    late = {"recorded": "2025-04-15T15:00", "source": "hall"}
    pause = suspended("2025-04-15T09:00", **late)
    case = told(pause, reported("stage.entered", "2025-04-15T09:00", stage="a", **late))
    number = next(fact.n for fact in case.facts if fact.kind == "case.suspended")
    case.receive(accepted_claim(number, "2025-04-16T10:00"))
    assert signs(case) == ["told_late"]
    (flag,) = (fact for fact in case.facts if fact.kind == "data.flagged")
    assert (flag.text("department"), flag.data["rests_on"]) == ("Housing", [number])


def test_a_late_correction_is_late_news() -> None:
    """It does not act, and is told late all the same."""
    first = accepted(START, "5wd", source="hall")
    case = File(first, sources=HOUR)
    case.receive(corrected("2025-04-16T09:00", first, "2025-04-15T10:00", source="hall"))
    assert signs(case) == ["told_late"]


def test_what_an_outage_held_up_is_in_time() -> None:
    """From its end on; by its own time it kept the limit that ran out meanwhile."""
    outage = Outage(at("2025-04-21T16:00"), at("2025-04-22T09:00"))
    sources = delivering("1h", outages=(outage,))
    kept = at("2025-04-21T17:00")
    assert signs(told(ended(kept, at("2025-04-22T10:00")), sources=sources)) == ["told_after_due"]
    assert signs(told(ended(kept, at("2025-04-22T10:00") + MS), sources=sources)) == ["told_late"]


@pytest.mark.parametrize(
    ("live_from", "shows"), [("2025-04-21T17:00", ["told_late"]), ("2025-04-21T17:00:00.001", [])]
)
def test_history_was_neither_late_nor_in_time(live_from: str, shows: list[str]) -> None:
    """What occurred before the stage was in use counts uncontested, and has no sign."""
    sources = delivering("1h", live_from=live_from)
    case = told(ended(at("2025-04-21T17:00"), at("2025-04-23T09:00")), sources=sources)
    assert signs(case) == shows


def test_without_a_calendar_nobody_can_say_that_it_was_late() -> None:
    """A sign is never taken back, so it waits for the calendar of 2031."""
    sources = delivering("1wd")
    case = File(accepted("2031-03-03T09:00", "5wd", source="hall"), sources=sources)
    case.receive(
        reported(
            "stage.entered",
            "2031-03-03T09:00",
            stage="a",
            recorded="2031-03-10T09:00",
            source="hall",
        )
    )
    assert signs(case) == []


def test_a_case_without_a_registered_source_is_told_when_it_happens() -> None:
    """So any delay is late, and none is in time after a due instant."""
    case = File(accepted(START, "5wd"), sources=NO_SOURCES)
    case.receive(decided(END, recorded=END + MS))
    assert signs(case) == ["told_late"]
