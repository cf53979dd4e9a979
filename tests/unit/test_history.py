"""What is shown of a case's facts: each as it was recorded, with its correction beside it."""

import json
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.stored_fact import LampState, Record
from chalicelib.cases.view import show_history
from tests.unit.told import ZONE, accepted, at, decided, numbered, reported
from tests.unit.told import corrected as correction

START = "2025-04-14T10:00"
RIGHT = "2025-04-10T10:00"


def shown(told: Sequence[Fact]) -> list[dict[str, Any]]:
    """The history of a case that was told so much."""
    nowhere = LampState()
    records = [Record("p", fact, "", "", nowhere, LampState("green")) for fact in numbered(told)]
    return show_history(records, ZONE)


def test_a_fact_keeps_its_three_times() -> None:
    """When it happened, when it was written down, and when we heard of it; in local time."""
    fact = accepted(START, recorded="2025-04-15T09:00")
    (row,) = shown([replace(fact, written_at=at("2025-04-14T18:00"))])
    assert row["at"] == "2025-04-14T10:00:00.000+08:00"
    assert row["written_at"] == "2025-04-14T18:00:00.000+08:00"
    assert row["recorded_at"] == "2025-04-15T09:00:00.000+08:00"
    assert shown([fact])[0]["written_at"] is None
    assert (row["n"], row["kind"], row["told"], row["lamp"]) == (0, "case.accepted", True, "green")


def test_a_correction_stands_beside_what_it_corrects() -> None:
    """The fact itself says what it always said."""
    fact, end = accepted(START, key="hall/a"), decided("2025-04-16T10:00", key="hall/d")
    rows = shown(
        [
            fact,
            end,
            correction("2025-04-20T09:00", fact, RIGHT, key="hall/c1"),
            correction("2025-04-21T09:00", end, key="hall/c2"),
        ]
    )
    assert rows[0]["at"] == "2025-04-14T10:00:00.000+08:00"
    assert rows[0]["correction"] == {"by": 2, "time": "2025-04-10T10:00:00.000+08:00"}
    assert rows[1]["correction"] == {"by": 3, "withdrawn": True}
    assert [row.get("corrects") for row in rows] == [None, None, 0, 1]
    assert rows[2]["data"] == {"time": "2025-04-10T10:00:00.000+08:00"}
    json.dumps(rows)


def test_only_the_correction_that_counts_stands_there() -> None:
    """One that was withdrawn is marked so itself; what never found its event says nothing."""
    fact = accepted(START, key="hall/a")
    first = correction("2025-04-20T09:00", fact, RIGHT, key="hall/c1")
    rows = shown(
        [
            fact,
            first,
            correction("2025-04-21T09:00", first, key="hall/c2"),
            correction("2025-04-22T09:00", "hall/unknown", key="hall/c3"),
        ]
    )
    assert "correction" not in rows[0]
    assert rows[1]["correction"] == {"by": 2, "withdrawn": True}
    assert [row.get("corrects") for row in rows] == [None, None, 1, None]


def test_a_due_date_is_shown_as_the_date_it_is() -> None:
    """And a text in another field is what its source wrote, whatever it looks like."""
    told = reported("case.accepted", START, due_at="2025-04-20", stage="2025-04-14T02:00:00.000Z")
    assert shown([told])[0]["data"] == {
        "due_at": "2025-04-20",
        "stage": "2025-04-14T02:00:00.000Z",
    }
