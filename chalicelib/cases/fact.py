"""A fact (事实): one thing that is on record about a case, in the order in which it was recorded.

Facts are either *reported* (报送: an event of an intake system, or an answer given through our own
API; `told` is true) or *derived* (concluded by supervision). Nothing is ever changed or removed; a
later fact corrects it. A fact's key is derived, never random, so that a retry finds it.
"""

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.intake.event_types import Reported

FactData = Mapping[str, object]


class Fact(Struct, frozen=True):
    """Fact number *n* of its case: its *kind*, when it happened (*at*) and was *recorded_at*."""

    n: int
    kind: str
    key: str  # reported: "source/id"; derived: rule, occurrence and instant
    at: datetime
    recorded_at: datetime
    told: bool
    data: FactData
    written_at: datetime | None = None  # when the intake system wrote it down (recordedtime)
    sequence: str = ""  # the order the source gives to its own events (CloudEvents `sequence`)
    corrects: str = ""  # of a correction: the key of the fact that it is about
    origin: str = ""  # of a notification: the case that it comes from, by its internal id
    source: str = ""  # the name of the intake system that reported it
    signed: str = ""  # and the fingerprint of the key that it signed this with, if it did
    occurred_at: datetime | None = None  # its own time, where a reading has it act at another

    def numbered(self, n: int) -> "Fact":
        """Return the same fact as number *n*."""
        return replace(self, n=n)

    @property
    def belongs_to(self) -> dict[str, str]:
        """The department, region and item that it names; empty where it names none."""
        return {name: self.text(name) for name in ("department", "region", "item")}

    def text(self, name: str) -> str:
        """Return the text in field *name*; empty if there is none."""
        value = self.data.get(name)
        return value if isinstance(value, str) else ""


_RANK: Mapping[str, int] = {
    Reported.CASE_SUBMITTED: 0,
    Reported.CASE_RECEIVED: 1,
    Reported.CASE_SUPPLEMENT_NOTIFIED: 2,
    Reported.CASE_SUPPLEMENT_SUBMITTED: 3,
    Reported.CASE_ACCEPTED: 4,
    Reported.CASE_SUSPENDED: 5,
    Reported.CASE_RESUMED: 5,
    Reported.CASE_EXTENDED: 6,
    Reported.CASE_DECIDED: 8,
    Reported.CASE_WITHDRAWN: 8,
    Reported.CASE_CANCELLED: 8,
    Reported.CASE_RETURNED: 8,
    Reported.CASE_FORWARDED: 8,
    Reported.ACCEPTANCE_WITHDRAWN: 8,
}


def in_order_of_time(facts: list[Fact]) -> list[Fact]:
    """Return reported facts sorted by when they happened, not by when they arrived.

    Equal instants: late reports by their own time, then accepted, suspended and resumed as they
    came, extended, decided (DESIGN §4). "As they came" is the source's own order: its sequence,
    else when it wrote them down.
    """
    instants = [fact.at for fact in facts]
    # Most have an instant to themselves: then there is nothing else to go by.
    has_ties = len(set(instants)) < len(instants)
    return sorted(facts, key=place_of if has_ties else attrgetter("at"))


def in_order_of_receipt(fact: Fact) -> tuple[datetime, int]:
    """Return the sort key of *fact* by when it was received; in a batch by the order of that."""
    return fact.recorded_at, fact.n


def place_of(fact: Fact) -> tuple[object, ...]:
    """Return the sort key of *fact* in its case; no two facts have the same."""
    at, kind = fact.at, fact.kind
    own_time, written_at = fact.occurred_at or at, fact.written_at or at
    return at, own_time, _RANK.get(kind, 7), fact.sequence, written_at, kind, fact.key


def place_in_time(fact: Fact) -> tuple[object, ...]:
    """Return the place of *fact* without its name: two facts with the same one have no order."""
    return place_of(fact)[:-2]


def terms_key(acceptance: Fact) -> str:
    """Return the key of the fact that gives *acceptance* the terms that it lacked."""
    return f"terms/{acceptance.key}"
