"""A case as a list shows it: its names, its state in a word, its clocks; and its place there."""

from typing import Any

import pytest

from chalicelib.cases.list_range import place_of
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.view import show_clocks, show_line
from chalicelib.clock.due import Due
from tests.unit.told import ZONE, at

NOON = at("2026-11-02T12:00")
DUE = Due(at("2026-11-09T17:30"))


def snapshot(lamp: str = "green", **more: Any) -> CaseSnapshot:
    """Return the snapshot of a permit."""
    return CaseSnapshot("hall:1", "c_a", 3, NOON, lamp, "Housing", "X-01", "370102", **more)


@pytest.mark.parametrize(
    ("lamp", "is_paused", "state"),
    [
        ("pending", False, "pending"),
        ("closed", True, "closed"),
        ("red", True, "paused"),
        ("red", False, "open"),
    ],
)
def test_a_line_names_the_case_and_its_state(lamp: str, is_paused: bool, state: str) -> None:  # noqa: FBT001
    """The lamp says how late it is, the state whether anybody works on it."""
    line = show_line(snapshot(lamp, is_paused=is_paused), NOON, ZONE)
    names = ("id", "public_id", "department", "region", "item", "lamp", "state")
    expected = ("hall:1", "c_a", "Housing", "370102", "X-01", lamp, state)
    assert tuple(line[name] for name in names) == expected


def test_clocks_of_one_name_are_told_apart() -> None:
    """By the stage that each is about, in local time."""
    shown = show_clocks({"promise": DUE, "stage:review": DUE}, ZONE)
    assert [(each["clock"], each["about"]) for each in shown] == [
        ("promise", None),
        ("stage", "review"),
    ]
    assert {each["due_at"] for each in shown} == {"2026-11-09T17:30:00.000+08:00"}


def test_a_case_has_its_place_by_when_it_is_due() -> None:
    """Without a due instant it is at the end."""
    assert place_of(snapshot(dues={"promise": DUE})) == "2026-11-09T09:30:00.000Z#hall:1"
    assert place_of(snapshot()) == "9999#hall:1"
