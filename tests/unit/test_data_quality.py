"""V-27, 先办后录: each sign on both sides of its boundary, and what must never show one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.errors import BadInput
from chalicelib.permit.rules.data_quality import Sign, find_signs
from chalicelib.permit.state import fold
from chalicelib.policy.data_quality import SIGNS, DataQuality, read_data_quality
from chalicelib.policy.limit import UNITS
from chalicelib.policy.sources import NO_SOURCES, Registrations
from tests.unit.policy_file import measure
from tests.unit.resting import ours
from tests.unit.strategies import EXTREME_INSTANTS
from tests.unit.told import (
    CALENDAR,
    MS,
    PROFILE,
    accepted,
    at,
    corrected,
    decided,
    numbered,
    reported,
)

HEAD = {"fewest_cases": 3, "basis": [{"proposed": "B"}]}
SAYS: dict[str, dict[str, Any]] = {
    "late_recording": {"after": "2wd", "basis": [{"proposed": "L"}]},
    "same_second": {"nodes": 3, "under_seconds": 1, "basis": [{"proposed": "S"}]},
    "zero_time": {"under_seconds": 1, "except_kinds": ["immediate"], "basis": [{"proposed": "Z"}]},
    "closed_before_accepted": {"basis": [{"proposed": "C"}]},
    "month_end": {"last": "3wd", "older": "5wd", "basis": [{"proposed": "M"}]},
    "corrected": {"times": 1, "basis": [{"proposed": "R"}]},
    "claims": {"basis": [{"proposed": "A"}]},
}
MEASURED = measure({**HEAD, **SAYS})
MONDAY = "2026-03-09T09:00"
IN_TIME = at("2026-03-11T17:30")  # the close of office of its second working day


def written(fact: Fact, when: str | datetime, received: str | datetime = "") -> Fact:
    """*fact* as its system wrote it down at *when*; it reached us then, or at *received*."""
    then = at(when) if isinstance(when, str) else when
    got = at(received) if isinstance(received, str) and received else received or then
    assert isinstance(got, datetime)
    return replace(fact, written_at=then, recorded_at=got)


def found(
    *told: Fact, measured: DataQuality = MEASURED, sources: Registrations = NO_SOURCES
) -> list[Sign]:
    """The signs that the facts *told* bear."""
    case = CaseHistory(numbered(told))
    rules = Rules(replace(PROFILE, data_quality=measured), CALENDAR, sources)
    return list(find_signs(case, fold(case), rules))


def names(*told: Fact) -> list[str]:
    """Their names."""
    return [sign.name for sign in found(*told)]


def test_an_honest_case_bears_no_sign() -> None:
    """Told as it happened, over some days; at its end a system does three things at once."""
    case = [
        reported("case.submitted", "2026-03-09T08:40", item="X", department="Housing", region="1"),
        accepted(MONDAY, "5wd"),
        reported("stage.entered", "2026-03-10T09:00", stage="review"),
        reported("stage.left", "2026-03-12T10:00", stage="review"),
        decided("2026-03-12T10:00"),
        reported("document.delivered", "2026-03-12T10:00"),
    ]
    assert names(*case) == []


@pytest.mark.parametrize(
    ("when", "shows"), [(IN_TIME, []), (IN_TIME + MS, ["late_recording"])], ids=["last", "after"]
)
def test_recorded_late_is_strictly_after_the_limit(when: datetime, shows: list[str]) -> None:
    """Two working days end when the office closes; a millisecond later is late."""
    assert names(written(accepted(MONDAY, "9wd"), when)) == shows
    unsaid = replace(accepted(MONDAY, "9wd"), recorded_at=when)
    assert names(unsaid) == shows, "without recordedtime it is when we received it"


def test_late_is_counted_by_the_calendar() -> None:
    """From the eve of the Spring Festival of 2026, nine days off, to the second day after it."""
    eve = accepted("2026-02-14T10:00", "9wd")
    assert names(written(eve, "2026-02-25T17:30")) == []
    assert names(written(eve, at("2026-02-25T17:30") + MS)) == ["late_recording"]


def test_on_an_unpublished_calendar_nothing_is_late() -> None:
    """Whether two working days had passed is not known there."""
    assert names(written(accepted("2031-03-10T09:00", "9wd"), "2031-03-28T09:00")) == []
    assert names(written(accepted("2400-03-10T09:00", "9wd"), "2400-03-28T09:00")) == []


@given(EXTREME_INSTANTS, EXTREME_INSTANTS, EXTREME_INSTANTS, st.sampled_from(UNITS))
def test_whatever_got_past_the_door_is_measured(
    start: datetime, end: datetime, seen: datetime, unit: str
) -> None:
    """From the year 1 to the year 9999; what cannot be counted bears no sign of lateness."""
    settings = {
        **SAYS,
        "late_recording": {"after": f"1{unit}", "basis": [{"proposed": "L"}]},
        "month_end": {**SAYS["month_end"], "older": f"1{unit}"},
    }
    measured = measure({**HEAD, **settings})
    reports = (written(accepted(start, "9wd"), seen), written(decided(end), seen))
    shown = {sign.name for sign in found(*reports, measured=measured)}
    assert ("closed_before_accepted" in shown) is (end < start)
    assert shown.isdisjoint({"late_recording", "month_end"}) or seen > min(start, end)


def test_all_that_was_recorded_late_is_named_and_dated() -> None:
    """The flag rests on those facts only, from when the last of them was recorded."""
    (sign,) = found(
        written(accepted(MONDAY, "9wd"), "2026-03-16T09:00"),
        written(reported("stage.entered", "2026-03-16T09:00", stage="a"), "2026-03-16T09:00"),
        written(
            reported("stage.entered", "2026-03-10T09:00", stage="b"),
            "2026-03-16T09:00",
            "2026-03-17",
        ),
    )
    assert sign == Sign("late_recording", (0, 2), at("2026-03-17"), ours("L"))


END = at("2026-03-12T10:00")


def ended_at(*before: timedelta, kind: str = "") -> list[str]:
    """The signs of a case decided at END whose acceptance and stages lay so long before it."""
    acceptance, *stages = (END - span for span in before)
    return names(
        reported("case.submitted", MONDAY, item="X", department="Housing", region="1"),
        accepted(acceptance, "5wd", **({"kind": kind} if kind else {})),
        *(reported("stage.entered", when, stage=f"s{n}") for n, when in enumerate(stages)),
        decided(END),
    )


SECOND, NONE = timedelta(seconds=1), timedelta()


def test_nodes_invented_at_the_end_are_seen() -> None:
    """Accept, review and close with the time of the close; the true submission is no cure."""
    assert ended_at(NONE, NONE) == ["same_second", "zero_time"]
    assert ended_at(SECOND - MS, NONE) == ["same_second", "zero_time"]
    assert ended_at(SECOND, NONE) == [], "a whole second is not within one"


def test_two_nodes_in_a_second_are_no_three() -> None:
    """Between acceptance and decision there is nothing else to be in that second."""
    assert ended_at(NONE) == ["zero_time"]


def test_what_was_decided_on_the_spot_may_be() -> None:
    """即办件: an immediate case is decided as it is accepted, but not with a stage in between."""
    assert ended_at(NONE, kind="immediate") == []
    assert ended_at(NONE, NONE, kind="immediate") == ["same_second"]
    assert ended_at(NONE, kind="promise") == ["zero_time"]


def test_the_catalogue_may_say_that_a_case_is_decided_on_the_spot() -> None:
    """Its item is an immediate one, whatever the acceptance leaves out."""
    listed = accepted(END, "5wd", kind="immediate")
    unsaid = replace(listed, data={k: v for k, v in listed.data.items() if k != "kind"})
    assert names(unsaid, decided(END)) == []


def test_only_a_decision_takes_time() -> None:
    """A case that is withdrawn as soon as it was accepted was not decided in no time."""
    assert names(accepted(MONDAY, "5wd"), reported("case.withdrawn", MONDAY)) == []


def test_stages_in_the_second_of_an_honest_end_are_no_sign() -> None:
    """A system that leaves the stage, decides and delivers at once has been at work before."""
    assert ended_at(timedelta(days=2), NONE, NONE) == []


def test_an_event_that_was_withdrawn_is_no_node() -> None:
    """What never happened did not happen in that second either."""
    stage = reported("stage.entered", END, stage="a")
    never = corrected("2026-03-12T11:00", stage)
    assert names(accepted(END, "5wd"), stage, decided(END), never) == ["zero_time", "corrected"]


def test_an_end_before_the_beginning() -> None:
    """Closed a millisecond before it was accepted; at the same instant is zero time, not before."""
    assert names(accepted(END, "5wd"), decided(END - MS)) == ["closed_before_accepted"]
    assert names(accepted(END, "5wd"), decided(END)) == ["zero_time"]
    assert names(decided(END), reported("stage.entered", END, stage="a", item="X")) == []


@pytest.mark.parametrize(
    ("happened", "recorded_on", "shows"),
    [
        ("2026-03-09T09:00", "2026-03-27T09:00", True),  # Friday; 30 and 31 are the last two
        ("2026-03-09T09:00", "2026-03-26T23:59", False),
        ("2026-03-09T09:00", "2026-03-29T09:00", True),  # Sunday
        ("2026-03-09T09:00", "2026-03-31T23:59", True),
        ("2026-03-09T09:00", "2026-04-01T00:00", False),  # another month: late, but no month's end
        ("2026-03-20T09:00", "2026-03-27T17:30", False),  # five working days, not more
        ("2026-03-20T09:00", "2026-03-27T17:31", True),
    ],
)
def test_the_last_days_of_the_month(happened: str, recorded_on: str, shows: bool) -> None:  # noqa: FBT001
    """What happened long before in the same month, recorded on its last three working days."""
    case = written(accepted(happened, "20wd"), recorded_on)
    assert ("month_end" in names(case)) is shows
    assert "late_recording" in names(case), "whatever comes in so late is late too"


def test_the_last_days_may_be_calendar_days() -> None:
    """`3d`: 29, 30 and 31 March."""
    settings = {**SAYS, "month_end": {**SAYS["month_end"], "last": "3d"}}
    by_day = measure({**HEAD, **settings})
    for day, shows in ((28, False), (29, True)):
        case = written(accepted(MONDAY, "20wd"), f"2026-03-{day}T09:00")
        assert ("month_end" in {sign.name for sign in found(case, measured=by_day)}) is shows


def test_corrections_are_counted() -> None:
    """From so many on; one that is set aside was made all the same."""
    settings = {**SAYS, "corrected": {"times": 2, "basis": [{"proposed": "R"}]}}
    twice = measure({**HEAD, **settings})
    case = accepted(MONDAY, "20wd")
    fact = corrected("2026-03-10T09:00", case, "2026-03-06T09:00")
    other = corrected("2026-03-11T09:00", "hall/unheard-of")
    assert found(case, fact, measured=twice) == []
    assert [sign.rests_on for sign in found(case, fact, other, measured=twice)] == [(1, 2)]


def test_a_case_that_belongs_nowhere_yet_is_not_measured() -> None:
    """A flag counts for a department; it waits until one is named, and is not lost."""
    stage = written(reported("stage.entered", MONDAY, stage="a"), "2026-03-20T09:00")
    assert names(stage) == []
    assert names(stage, written(accepted(MONDAY, "20wd"), MONDAY)) == ["late_recording"]


def test_what_supervision_derived_bears_no_sign() -> None:
    """Only what was told can have been told badly."""
    late = replace(accepted(MONDAY, "20wd"), recorded_at=at("2026-03-09T09:01"))
    own = replace(reported("card.issued", MONDAY), told=False, recorded_at=at("2026-03-20T09:00"))
    assert names(late, own) == []


def test_a_sign_that_is_not_set_is_not_measured() -> None:
    """A profile measures what it names, and nothing where it has no such section."""
    bad = (accepted(END, "5wd"), decided(END))
    assert found(*bad, measured=DataQuality()) == []
    assert read_data_quality(None) == DataQuality()
    assert MEASURED.measured == SIGNS


@pytest.mark.parametrize(
    ("sign", "change", "why"),
    [
        ("late_recording", {"after": "0wd"}, "late_recording.after: must be longer than nothing"),
        ("late_recording", {"after": "2 days"}, "late_recording.after: not a limit"),
        ("late_recording", {"basis": ""}, "late_recording.basis: basis must be a list"),
        ("late_recording", {"afer": "2wd"}, "late_recording.afer: this field is not known here"),
        ("same_second", {"nodes": 2}, "same_second.nodes: must be 3 or more"),
        ("same_second", {"under_seconds": 0}, "same_second.under_seconds: must be a whole number"),
        ("same_second", {"under_seconds": 3601}, "same_second.under_seconds: .* from 1 to 3600"),
        ("zero_time", {"nodes": 3}, "zero_time.nodes: this field is not known here"),
        ("zero_time", {"except_kinds": "immediate"}, "zero_time.except_kinds: must be an array"),
        ("month_end", {"last": "24h"}, "month_end.last: must be in days"),
        ("month_end", {"older": None}, "month_end.older: must be a text"),
        ("corrected", {"times": 0}, "corrected.times: must not be less than 1"),
        ("corrected", {"times": True}, "corrected.times: must be a whole number"),
        ("claims", {"basis": ""}, "claims.basis: basis must be a list"),
        ("claims", {"times": 1}, "claims.times: this field is not known here"),
    ],
)
def test_a_bad_section_is_refused_whole(sign: str, change: dict[str, Any], why: str) -> None:
    """With the file, the key and the reason."""
    table = {**HEAD, **SAYS, sign: {**SAYS[sign], **change}}
    with pytest.raises(BadInput, match=f"test.toml: data_quality.{why}"):
        measure(table)


def test_an_unknown_sign_is_refused() -> None:
    """It is misspelt, or something that would silently not be measured."""
    with pytest.raises(BadInput, match="zero_tme: this field is not known here"):
        measure({**HEAD, "zero_tme": {}})
