"""A case as those who supervise see it: its state, clocks and facts, or one line of a list.

Pure: snapshots and records in, plain dictionaries out. Facts hold only data that may stand in the
public log; personal data is in the vault, and no route reads that of an applicant.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import quote

from chalicelib import instant
from chalicelib.cases.as_recorded import show_history
from chalicelib.cases.correction import Corrected
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.stored_fact import Record
from chalicelib.clock.due import Due

LAMPS = ("pending", "green", "yellow", "red", "closed")


def show_line(snapshot: CaseSnapshot, now: datetime, zone: tzinfo) -> dict[str, Any]:
    """Return the case as a line of a list shows it *now*."""
    return {
        "id": snapshot.case,
        "kind": snapshot.kind,
        "public_id": snapshot.public_case,
        "department": snapshot.department,
        "region": snapshot.region,
        "item": snapshot.item,
        "state": _state(snapshot),
        "lamp": None if snapshot.is_ours else snapshot.lamp,
        "due_at": _local(snapshot.due_at, zone),
        "provisional": snapshot.is_provisional,
        "missing": snapshot.waits_for or None,
        "in_doubt": snapshot.is_in_doubt,
        "unjudged": snapshot.is_unjudged(now),
    }


def show_transfer(snapshot: CaseSnapshot, zone: tzinfo) -> dict[str, Any]:
    """Return the transfer that its receiver is asked about, with where to answer it.

    The links are relative to the address of the list.
    """
    asked = snapshot.asked
    assert asked is not None  # noqa: S101 - only such cases are in the list
    case = f"cases/{quote(snapshot.case, safe='')}"
    return {
        "case": snapshot.case,
        "public_id": snapshot.public_case,
        "n": asked.n,
        "from": snapshot.department,
        "to": asked.department,
        "region": snapshot.region,
        "item": snapshot.item,
        "since": instant.local(asked.since, zone),
        "links": {
            "case": case,
            "agree": f"{case}/transfers/{asked.n}/agree",
            "decline": f"{case}/transfers/{asked.n}/decline",
        },
    }


def show_case(
    snapshot: CaseSnapshot,
    records: Sequence[Record],
    now: datetime,
    zone: tzinfo,
    judged: Corrected | None = None,
) -> dict[str, Any]:
    """Return the case with its clocks and all its facts in the order of record.

    *judged* are the reported facts of the judged reading; None: every correction acts.
    """
    return {
        **show_line(snapshot, now, zone),
        "clocks": show_clocks(snapshot.dues, zone),
        "held_for": snapshot.held_for or None,
        "wake_at": _local(snapshot.wake_at, zone),
        "judged_at": _local(snapshot.judged_at, zone),
        "facts": show_history(records, zone, judged),
    }


def show_clocks(dues: Mapping[str, Due], zone: tzinfo) -> list[dict[str, Any]]:
    """Return when each clock runs out, as shown; `about` distinguishes clocks of one name."""
    return [
        {
            "clock": kind,
            "about": about or None,
            "due_at": _local(due.at, zone),
            "provisional": due.provisional,
            "missing": due.waits_for or None,
            "in_doubt": due.in_doubt,
        }
        for name, due in dues.items()
        for kind, _, about in [name.partition(":")]
    ]


def _state(snapshot: CaseSnapshot) -> str:
    if snapshot.is_ours:
        return snapshot.lamp  # the snapshot of our own cases has the state itself, in a word
    if snapshot.lamp in ("pending", "closed"):
        return snapshot.lamp
    return "paused" if snapshot.is_paused else "open"


def _local(at: datetime | None, zone: tzinfo) -> str | None:
    return instant.local(at, zone) if at else None
