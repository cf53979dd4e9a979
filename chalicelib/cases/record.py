"""A record: a fact as it is stored, once and for ever, around the exact bytes of its log leaf.

What the leaf says is not stored a second time: the fact is read back from it.
"""

import json
from dataclasses import dataclass

from chalicelib.cases.fact import Fact
from chalicelib.instant import parse


@dataclass(frozen=True, slots=True)
class LampState:
    """Where a case stands after a fact: its lamp and the department that has it."""

    lamp: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """*fact* of the case known to the public as *public_case*, with its *leaf*.

    *cause* is the inbox item that led to it; *was* and *now* are the standing before and after.
    """

    public_case: str
    fact: Fact
    leaf: str
    cause: str
    was: LampState
    now: LampState


def fact_in(leaf: str, origin: str = "") -> Fact:
    """Read the fact back from its *leaf*; news comes from the case *origin*."""
    said = json.loads(leaf)
    wrote = said.get("wrote")
    return Fact(
        n=said["n"],
        kind=said["k"],
        key=said["key"],
        at=parse(said["at"]),
        recorded_at=parse(said["rec"]),
        told=said.get("told", False),
        data=said["data"],
        written_at=parse(wrote) if wrote else None,
        sequence=said.get("seq", ""),
        corrects=said.get("corrects", ""),
        origin=origin,
    )
