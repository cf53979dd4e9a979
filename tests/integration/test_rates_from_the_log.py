"""The rates come from the log alone: whatever makes the board or the tables again has the same."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.lambdas import project
from infra.recovery.restoring import restore
from tests.support.claimed import hall, local
from tests.support.end_state import check
from tests.support.inspector import decide
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.published import publish as sign

START = "2026-11-02T09:00:00"
END = "2026-11-13T16:00:00"
HEARING = {"procedure": "hearing", "approved": {"amount": 10, "unit": "wd"}}
WANTED = {
    # Two that count: the one paused, the other refused its end. 9 and 15 working days of theirs.
    "Housing": (2, {"late_recording": 1, "told_late": 1}, {"days": 24, "excluded_days": 3}),
    "Water": (0, {}, {"history": 1, "told_after_end": 1}),
}


def live(county: MemoryWorld) -> None:
    """Of four cases one was accepted before the stage was in use, two were told after their end."""
    since = local("2026-11-02T00:00:00")
    county.services.registrations.change(lambda _: replace(hall("10m"), live_from=since))
    county.accept(START, "paused", promise="30wd")
    county.accept("2026-10-30T09:00:00", "old", promise="30wd", department="Water")
    county.until("2026-11-04T09:00:00")
    county.report("case.suspended", "2026-11-04T09:00:00", "paused", **HEARING)
    county.until("2026-11-09T09:00:00")
    county.report("case.resumed", "2026-11-09T09:00:00", "paused", procedure="hearing")
    county.until(END)
    county.report("case.decided", END, "paused", outcome="refused", reason="x")
    county.until("2026-11-23T09:00:00")
    for case, department in (("late", "Water"), ("refused", "Housing")):
        county.accept(START, case, promise="10wd", department=department)
        county.pump.drain()  # so that it is counted before its end is told
        county.report("case.decided", END, case, outcome="refused", reason="x")
        county.pump.drain()
    county.until("2026-11-23T10:00:00")
    decide(county, "refused", "case.decided", "refuse")


def rated(county: MemoryWorld) -> Mapping[str, Any]:
    """What the board has of the departments' rates; of the steps those of this page."""
    names = ("days", "excluded_days", "history", "told_after_end")
    return {
        tally.department: (
            tally.cases,
            {sign: tally.flagged[sign] for sign in sorted(tally.flagged) if "late" in sign},
            {name: tally.steps[name] for name in names if name in tally.steps},
        )
        for tally in county.services.board.all_tallies()
    }


@pytest.fixture
def county() -> Iterator[MemoryWorld]:
    """Give the county, with all of it public."""
    with memory_world(START) as made:
        live(made)
        sign(made)
        yield made


def test_what_is_counted_and_what_is_left_out(county: MemoryWorld) -> None:
    """As counted by hand, and as the log says from its first entry on."""
    assert rated(county) == WANTED
    check(county, ("paused", "old", "late", "refused"))


@pytest.mark.parametrize("run", [1, 2, 3, 200])
def test_a_board_that_was_emptied_is_the_same_again(
    county: MemoryWorld, monkeypatch: pytest.MonkeyPatch, run: int
) -> None:
    """In steps of any size: what must be taken back was counted in another step, or in the same."""
    county.cloud.items["test-Board"] = {}
    monkeypatch.setattr(project, "RUN", run)
    project.run({})
    assert rated(county) == WANTED


@pytest.mark.parametrize("lost", [("Log", "Facts", "Cases"), ("Facts",)])
def test_tables_that_were_restored_give_the_same(
    county: MemoryWorld, lost: tuple[str, ...]
) -> None:
    """Every leaf has what it takes."""
    for name in (*lost, "Board"):
        county.cloud.items[f"test-{name}"] = {}
    restore(county.services, writes=True)
    county.heal()
    assert rated(county) == WANTED
