"""The work list of inspectors: what waits for one of them, the gravest and the oldest first."""

from typing import Any

import pytest

from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.work_list import WorkPlace, work_kind, work_place
from chalicelib.clock.due import Due
from chalicelib.instant import parse

NOON = parse("2026-11-02T12:00:00+08:00")
DAY = "2026-11-0{}T04:00:00.000Z"


def snapshot(case: str = "duban:card/c_a.1", lamp: str = "proposed", **more: Any) -> CaseSnapshot:
    """Return the snapshot of a card that is proposed."""
    more = {"public_case": "c_x", "n": 3, "judged_at": NOON, **more}
    return CaseSnapshot(case=case, lamp=lamp, **more)


def placed(found: CaseSnapshot) -> WorkPlace:
    """Return where the lists have a case."""
    place = work_place(found)
    assert place is not None
    return place


@pytest.mark.parametrize(
    ("case", "lamp", "held_for", "kind"),
    [
        ("duban:card/c_a.1", "proposed", "", "proposal"),
        ("duban:card/c_a.1", "step_proposed", "", "proposal"),
        ("duban:card/c_a.1", "appealed", "calendar:2028", "appeal"),
        ("duban:card/c_a.1", "responded", "", "answer"),
        ("duban:card/c_a.1", "issued", "", None),
        ("duban:card/c_a.1", "revoked", "", None),
        ("duban:card/c_a.1", "issued", "calendar:2028", "held"),
        ("hall:1", "green", "calendar:2028", "held"),
        ("hall:1", "closed", "calendar:2028", None),
        ("hall:1", "red", "", None),
        ("hall:1", "appealed", "", None),
        ("duban:sealed/abc", "", "", "lead"),
        ("duban:register/x/yellow/2026", "", "", None),
    ],
)
def test_what_waits_for_an_inspector(case, lamp, held_for, kind):
    """A department that answers, or a clock, is waited for elsewhere."""
    assert work_kind(snapshot(case, lamp, held_for=held_for)) == kind


def test_the_gravest_come_first_and_of_these_the_oldest():
    """Appeals before proposals, by the end of the time to decide."""
    proposals = [
        snapshot(level=level, about={"at": DAY.format(day)}, public_case=name)
        for level, day, name in [
            ("yellow", 3, "e"),
            ("red", 2, "c"),
            ("yellow", 1, "d"),
            ("supervision", 4, "b"),
        ]
    ]
    due = {"appeal_decision": Due(parse("2026-12-02T12:00:00+08:00"))}
    appeal = snapshot(lamp="appealed", level="yellow", dues=due, public_case="a")
    places = sorted(placed(each) for each in (*proposals, appeal))
    assert [place.place.rpartition("#")[2] for place in places] == ["a", "b", "c", "d", "e"]
    assert {place.list for place in places} == {"decide"}


def test_of_two_appeals_the_one_that_must_be_decided_first_comes_first():
    """Whatever their level: the law gives the same time for each."""
    soon, late = (
        snapshot(lamp="appealed", level=level, dues={"appeal_decision": Due(parse(at))})
        for level, at in [
            ("yellow", "2026-11-05T17:00:00+08:00"),
            ("red", "2026-11-09T17:00:00+08:00"),
        ]
    )
    assert placed(soon) < placed(late)


def test_an_appeal_without_an_end_yet_goes_by_its_card():
    """No calendar reaches so far: it is in the list all the same."""
    appeal = snapshot(lamp="appealed", about={"at": DAY.format(3)})
    assert DAY.format(3) in placed(appeal).place


def test_on_hold_the_first_due_comes_first_and_what_has_no_due_day_last():
    """They wait for the same calendar, and then the first due is judged first."""
    due = {"promise": Due(parse("2028-01-05T17:00:00+08:00"))}
    first = snapshot("hall:1", "green", held_for="calendar:2028", dues=due)
    last = snapshot("hall:2", "green", held_for="calendar:2028")
    assert placed(first) < placed(last)
    assert placed(first).list == "look"
