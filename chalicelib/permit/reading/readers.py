"""The departments that may read a case which is theirs no more, or not yet. Pure.

Cards stay where they were earned, so whoever had the case goes on reading it (CLAIMS §3). The
receiver that a transfer names reads it while nobody has answered: it is asked whether it agrees.
"""

from chalicelib.cases.history import CaseHistory
from chalicelib.intake.event_types import Reported
from chalicelib.permit.ownership.state import waiting_transfers
from chalicelib.permit.state import fold

_MOVING = frozenset({Reported.CASE_TRANSFERRED, Reported.CASE_REASSIGNED})


def readers_of(case: CaseHistory) -> frozenset[str]:
    """Return all departments that may read *case*; none where it never moved."""
    if _MOVING.isdisjoint(case.types):
        return frozenset()
    permit = fold(case)
    reassigned = [fact for fact in case.of_type(Reported.CASE_REASSIGNED) if fact.origin]
    names = [
        str(permit.origin.get("department", "")),
        *(name for _, name in permit.ownership.transfers),
        *(fact.text("department") for fact in (*reassigned, *waiting_transfers(case.told))),
    ]
    return frozenset(filter(None, names))
