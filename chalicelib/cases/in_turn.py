"""In turn (依次): after an outage a case is judged to the present, and recorded step by step.

Pure. The facts that follow are decided on all that is known now. Those later than the instant that
other cases have reached are left: the case is woken again for the first of them, and decides it
anew. So the alerts of all cases come in the order of their legal instants.
"""

from datetime import datetime, timedelta
from itertools import takewhile

from msgspec.structs import replace

from chalicelib.cases.decision import Decision
from chalicelib.instant import EARLIEST, LATEST, MILLISECOND

LATE = timedelta(minutes=10)
"""A longer wait than this is an outage of ours: the stage catches up."""
NOT_YET, WHENEVER = EARLIEST, LATEST


def recorded_before(decision: Decision, until: datetime, now: datetime) -> Decision:
    """Return *decision*, taken at *now*, with the facts up to the first one from *until* on.

    That one is the next wake; the facts behind it may rest on it, so they wait with it.
    """
    kept = tuple(takewhile(lambda fact: fact.at < until, decision.append))
    if len(kept) == len(decision.append):
        return decision
    step_at = decision.append[len(kept)].at
    wake_at = now if step_at >= now else step_at + MILLISECOND
    return replace(decision, append=kept, wake_at=wake_at)
