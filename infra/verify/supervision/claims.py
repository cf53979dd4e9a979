"""Late news and what became of it, counted: late, contested, accepted, refused (CLAIMS §10)."""

from collections import Counter

from chalicelib.intake.event_types import Derived
from chalicelib.permit.claims.readings import Readings
from infra.verify.supervision.judgements import ReplayedCase

LATE, CONTESTED, ACCEPTED, REFUSED = "late", "contested", "accepted", "refused"


def count_claims(replayed: ReplayedCase, counts: Counter[str]) -> None:
    """Add the late news of a permit to *counts*, by the terms that were stated last.

    Each claim is counted once, by the last decision about it.
    """
    case, book = replayed.case, replayed.book
    rules = book.rules(book.statements[-1], replayed.region(len(case.facts)))
    readings = Readings(case.history, rules)
    counts[LATE] += len(readings.late)
    counts[CONTESTED] += len(case.history.of_type(Derived.CLAIM_CONTESTED))
    for is_accepted in readings.decided.values():
        counts[ACCEPTED if is_accepted else REFUSED] += 1
