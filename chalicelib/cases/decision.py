"""A decision (裁断): the facts that follow in a case, and the state for its snapshot.

After an outage a case is judged to the present, on all that is known now, and recorded in turn
(依次): facts later than the instant that other cases have reached are left. The case is woken again
for the first of them, and decides it anew. So the alerts of all cases come in the order of their
legal instants.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.fact import Fact
from chalicelib.clock.due import Due
from chalicelib.instant import EARLIEST, LATEST, MILLISECOND


class Claims(NamedTuple):
    """*number* contested claims wait *since* an instant; whether a *card* hangs on one of them."""

    number: int = 0
    since: datetime | None = None
    card: bool = False


NO_CLAIMS = Claims()


class Asked(NamedTuple):
    """By transfer *n* a *department* is asked, *since* an instant, to take the case over."""

    n: int
    department: str
    since: datetime


class Decision(Struct, frozen=True):
    """Facts to append, in order; the next wake; or the calendar that the case is held for.

    *lamp* is the state of the case in a word: the lamp of a permit, the state of any other kind.
    *belongs_to* is its department, region and item; *dues* are its running clocks. A card has a
    *level*; *about* is the finding behind it, of a sample what a list shows. *unlisted* is the
    number of the fact that opened a permit, while no catalogue has had its item. The cases of
    *uncounted* groups are to be counted before more can be decided; *fell_due* is the day by which
    a permit counts.
    """

    append: tuple[Fact, ...] = ()
    wake_at: datetime | None = None
    held_for: str = ""  # what is missing: "calendar:2100"
    lamp: str = "open"
    belongs_to: Mapping[str, str] = field(default_factory=dict)
    dues: Mapping[str, Due] = field(default_factory=dict)
    is_paused: bool = False
    level: str = ""
    unlisted: int | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    unjudged_at: datetime | None = None  # the legal instant of the next card that is not judged yet
    claims: Claims = NO_CLAIMS  # the contested claims that wait for an inspector
    asked: Asked | None = None  # who has not answered a transfer yet
    uncounted: tuple[CountedGroup, ...] = ()
    fell_due: str = ""
    judged_by: str = ""  # the name of the rules, where the case chose among those in force
    ended: Fact | None = None  # an ending near the limit, after which the case may come again


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
