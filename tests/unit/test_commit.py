"""A commit of the log holds what one transaction of DynamoDB can, and leaves the rest in order."""

from chalicelib.audit.commit import TreeHead, commit
from chalicelib.cases.record import LampState, Record
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
