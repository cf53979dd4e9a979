"""A commit of the log holds what one transaction of DynamoDB can, and leaves the rest in order."""

from msgspec.structs import replace

from chalicelib.cases.stored_fact import CaseDays, LampState, Record
from chalicelib.feed.entry import LogEntry
from chalicelib.log.commit import TreeHead, commit, row_of
from tests.support.written_log import row as written
from tests.unit.told import accepted

RECORD = Record(
    "c_a", accepted("2026-11-02T09:00").numbered(0), "{}", "E#1", LampState(), LampState()
)


def test_ninety_eight_cases_are_one_commit() -> None:
    """A transaction has 100 actions: one for each case, one for the head, one for the batch."""
    cases = [f"hall:{n:03d}" for n in range(99)]
    first = commit(TreeHead(), {case: [RECORD] for case in cases[:98]})
    assert first is not None
    assert list(first.cursors) == cases[:98]
    cut = commit(TreeHead(), {case: [RECORD] for case in cases})
    assert cut is not None
    assert (list(cut.cursors), cut.after.size) == (cases[:98], 98)


def row(was: LampState, now: LampState) -> dict[str, object]:
    """What an entry has for the rates."""
    made = row_of(3, "hall:1", replace(RECORD, leaf=written(3)["leaf"], was=was, now=now))
    read = LogEntry.read_row(made)
    assert (read.was_left_out, read.left_out) == (was.left_out, now.left_out)
    return {name: value for name, value in made.items() if "days" in name or "out" in name}


def test_an_entry_has_what_moves_the_rates_and_nothing_where_nothing_does() -> None:
    """Days where they changed, or where the case is another department's."""
    green, closed = LampState("green", "Water"), LampState("closed", "Water", "", CaseDays(7, 2))
    assert row(LampState(), green) == row(closed, closed) == {}
    assert row(green, closed) == {"days": (7, 2)}
    moved = replace(closed, department="Housing")
    assert row(closed, moved) == {"was_days": (7, 2), "days": (7, 2)}
    out = LampState("closed", "Water", "told_after_end")
    assert row(closed, out) == {"was_days": (7, 2), "left_out": "told_after_end"}
    assert row(out, out) == {"was_left_out": "told_after_end", "left_out": "told_after_end"}


def test_an_entry_repeats_nothing_that_its_leaf_says() -> None:
    """Nor has it what is empty: most facts of our own cases are a leaf and a name."""
    green = LampState("green", "Water")
    assert row_of(3, "hall:1", replace(RECORD, was=green, now=green)) == {
        "index": 3, "case": "hall:1", "leaf": "{}",
        "department": "Water", "was": "green", "was_in": "Water", "now": "green",
    }  # fmt: skip
    assert row_of(3, "duban:log/2026-11-02", RECORD).keys() == {"index", "case", "leaf"}
