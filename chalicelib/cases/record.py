"""A record: a fact as it is stored, once and for ever, around the exact bytes of its log leaf.

The content of the leaf is not stored a second time: the fact is read back from it.
"""

import json
from dataclasses import dataclass

from chalicelib.cases.fact import Fact
from chalicelib.instant import parse


@dataclass(frozen=True, slots=True)
class LampState:
    """The *lamp* of a case after a fact, and the *department* that has the case."""

    lamp: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Record:
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
    document = json.loads(leaf)
    written_at = document.get("wrote")
    return Fact(
        n=document["n"],
        kind=document["k"],
        key=document["key"],
        at=parse(document["at"]),
        recorded_at=parse(document["rec"]),
        told=document.get("told", False),
        data=document["data"],
        written_at=parse(written_at) if written_at else None,
        sequence=document.get("seq", ""),
        corrects=document.get("corrects", ""),
        source=document.get("src", ""),
        origin=origin,
    )
