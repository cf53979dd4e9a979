"""A decision (裁断): the facts that follow in a case, and the state for its snapshot."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct, field

from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.fact import Fact
from chalicelib.clock.due import Due


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
    *level*; *about* is the finding behind it, field by field. *unlisted* is the number of the
    fact that opened a permit, while no catalogue has had its item. The cases of *uncounted* groups
    are to be counted before more can be decided; *fell_due* is the day by which a permit counts.
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
