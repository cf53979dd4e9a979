"""A record: a fact as it is stored, once and for ever, around the exact bytes of its log leaf.

The content of the leaf is not stored a second time: the fact is read back from it.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.instant import parse

LAMPS = ("pending", "green", "yellow", "red", "closed")
ALIGHT = ("yellow", "red")  # lamps that few open cases have
HISTORY = "history"
TOLD_AFTER_END = "told_after_end"
LEFT_OUT = (HISTORY, TOLD_AFTER_END)
"""Why a case enters no rate (CLAIMS §2)."""


class CaseDays(NamedTuple):
    """The working days that *passed* from its start to its end; of them *excluded* by pauses."""

    passed: int
    excluded: int


class LampState(Struct, frozen=True):
    """The *lamp* of a case after a fact, and the *department* that has the case.

    *left_out* is the one of LEFT_OUT for which it enters no rate, "" where it does. A closed case
    that does has *days*, as far as they can be counted.
    """

    lamp: str = ""
    department: str = ""
    left_out: str = ""
    days: CaseDays | None = None


class Record(Struct, frozen=True):
    """*fact* of the case known to the public as *public_case*, with its *leaf*.

    *cause* is the inbox item that led to it; *was* and *now* are the states before and after it.
    """

    public_case: str
    fact: Fact
    leaf: str
    cause: str
    was: LampState
    now: LampState


def read_fact(leaf: str, origin: str = "") -> Fact:
    """Return the fact in *leaf*; a notification comes from the case *origin*."""
    return fact_in(json.loads(leaf), origin)


def fact_in(leaf: Mapping[str, Any], origin: str = "") -> Fact:
    """Return the fact in a *leaf* that was parsed, as `read_fact` does."""
    written_at = leaf.get("wrote")
    return Fact(
        n=leaf["n"],
        kind=leaf["k"],
        key=leaf["key"],
        at=parse(leaf["at"]),
        recorded_at=parse(leaf["rec"]),
        told=leaf.get("told", False),
        data=leaf["data"],
        written_at=parse(written_at) if written_at else None,
        sequence=leaf.get("seq", ""),
        corrects=leaf.get("corrects", ""),
        source=leaf.get("src", ""),
        signed=leaf.get("signed", ""),
        origin=origin,
    )
