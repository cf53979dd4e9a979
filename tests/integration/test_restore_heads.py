"""`duban log restore --check`: a snapshot is what the decider says of its facts (F-64, F-109)."""

import pytest

from chalicelib.calendar.change import read_change
from chalicelib.errors import Conflict
from infra.recovery.heads import stored_heads
from infra.recovery.restoring import restore
from tests.support.attacks import attack
from tests.support.published import publish
from tests.support.replayed import PublicWorld
from tests.support.table_edits import (
    Edit,
    check,
    county,
    delete,
    lines,
    lived,
    of_case,
    write,
)

__all__ = ["county", "lived"]  # fixtures


OPEN = of_case("hall:open")
HEADS: list[tuple[Edit, str]] = [
    (write("Cases", OPEN, wake_at=None, wake_shard=None), "wake_at is None, not '2026-"),
    (write("Cases", OPEN, wake_shard=None), "wake_shard is None, not "),
    (write("Cases", OPEN, wake_at={"S": "2029-01-01T00:00:00.000Z"}), "wake_at is '2029-"),
    (write("Cases", OPEN, lamp={"S": "closed"}), "lamp is 'closed', not 'green'"),
    (write("Cases", OPEN, department={"S": "permit:Housing"}), "department is 'permit:Housing', "),
    (write("Cases", OPEN, due_at=None), "due_at is None, not '2026-11"),
    (
        write("Cases", OPEN, held_for={"S": "calendar:2030"}),
        "held_for is 'calendar:2030', not None",
    ),
    (write("Cases", OPEN, public_case={"S": "c_other"}), "public_case is 'c_other', not 'c_"),
    (
        write("Cases", OPEN, told={"S": "case.decided"}),
        "told is 'case.decided', not 'case.accepted'",
    ),
    (write("Cases", OPEN, n={"N": "9"}), "counts 9 facts, and 2 are there"),
    (write("Cases", OPEN, n={"N": "0"}), "counts 0 facts, and 2 are there"),
    (write("Cases", OPEN, judged_at={"S": "2029-01-01T00:00:00.000Z"}), "judged at 2029-"),
    (write("Cases", OPEN, judged_at={"S": "2020-01-01T00:00:00.000Z"}), "judged at 2020-"),
    (write("Cases", OPEN, judged_at={"S": "soon"}), "judged_at: "),
    (write("Cases", OPEN, rules={"S": "none/none"}), "no rules of then give it: none/none"),
    (write("Cases", OPEN, rules=None), "no rules of then give it: None"),
    (delete("Cases", OPEN), "it is missing"),
]


@attack("a case kept from the sweep, or from a list, by its snapshot", "restore --check")
@pytest.mark.parametrize(("edit", "what"), HEADS)
def test_a_snapshot_that_was_edited_is_found_and_mended(
    county: PublicWorld, edit: Edit, what: str
) -> None:
    """Written as derived, or judged anew; in the end it is what it was, and wakes when it did."""
    was = county.services.cases.get("hall:open")
    edit(county)
    (line, *_) = found = lines(check(county))
    assert line.startswith("cases snapshot of hall:open: ")
    assert any(what in each for each in found), found
    restore(county.services, writes=True)
    county.tick()
    assert check(county).was_whole
    again = county.services.cases.get("hall:open")
    assert was is not None
    assert again is not None
    assert (again.wake_at, again.lamp, again.dues, again.n) == (was.wake_at, was.lamp, was.dues, 2)


def test_a_card_whose_wake_was_taken_is_issued_after_all(county: PublicWorld) -> None:
    """Which is what the attack was about."""
    write("Cases", OPEN, wake_at=None, wake_shard=None)(county)
    restore(county.services, writes=True)
    county.until("2026-12-14T09:00:00", minutes=24 * 60)
    assert "yellow" in {level for level, _ in county.cards("open")}


def test_new_rules_accuse_no_snapshot(county: PublicWorld) -> None:
    """One that they leave alone names the former ones; one that they move was judged again."""
    former = county.services.rules().name
    off = {"kind": "change", "notice": "〔2026〕1号", "issued": "2026-11-13"}
    change = read_change({**off, "days_off": ["2026-11-18"]}, "test")
    county.services.calendars.write(change)
    county.wall.forward(minutes=1)
    county.tick()
    publish(county)
    named = {case: stored["rules"] for case, stored in stored_heads(county.services)}
    assert named["hall:open"] == county.services.rules().name
    assert former in named.values()
    assert lines(check(county)) == []


def test_who_judges_meanwhile_stops_it(county: PublicWorld) -> None:
    """What was compared must still be there when it is mended."""
    cases = county.services.cases
    ((case, stored), *_), _ = cases.stored_page(None, 9)
    snapshot = cases.get(case)
    assert snapshot is not None
    write("Cases", of_case(case), judged_at={"S": "2026-11-13T04:00:00.000Z"})(county)
    with pytest.raises(Conflict):
        cases.correct(snapshot, stored)
    with pytest.raises(Conflict):
        cases.drop(case, stored)
