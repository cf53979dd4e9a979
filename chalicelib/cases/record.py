"""A record: a fact as it is stored, once and for ever, around the exact bytes of its log leaf.

What the leaf says is not stored a second time: the fact is read back from it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.cases.fact import Fact
from chalicelib.instant import parse


@dataclass(frozen=True, slots=True)
class Standing:
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
    was: Standing
    now: Standing


def fact_in(leaf: str, key: str, beside: Mapping[str, str | None], *, told: bool) -> Fact:
    """Read the fact back from its *leaf* and the little *beside* it that is not for the public."""
    said = json.loads(leaf)
    written_at = beside.get("written_at")
    return Fact(
        n=said["n"],
        kind=said["k"],
        key=key,
        at=parse(said["at"]),
        recorded_at=parse(said["rec"]),
        told=told,
        data=said["data"],
        written_at=parse(written_at) if written_at else None,
        sequence=beside.get("sequence") or "",
        corrects=beside.get("corrects") or "",
        origin=beside.get("origin") or "",
    )
