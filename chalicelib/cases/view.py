"""What those who supervise see of a case: its state, clocks and facts, or one line of a list.

Pure: heads and records in, plain dictionaries out. Facts carry only what may stand in the public
log; what is personal is in the vault, and no route reads that.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.cases.as_recorded import history
from chalicelib.cases.head import CaseSnapshot
from chalicelib.cases.record import Record
from chalicelib.clock.due import Due

LAMPS = ("pending", "green", "yellow", "red", "closed")


def summary(snapshot: CaseSnapshot, zone: tzinfo) -> dict[str, Any]:
    """Show where a case stands."""
    return {
        "id": snapshot.case,
        "kind": snapshot.kind,
        "public_id": snapshot.public_case,
        "department": snapshot.department,
        "region": snapshot.region,
        "item": snapshot.item,
        "state": _state(snapshot),
        "lamp": snapshot.lamp if snapshot.kind == "permit" else None,
        "due_at": _local(snapshot.due_at, zone),
        "provisional": snapshot.is_provisional,
        "missing": snapshot.waits_for or None,
    }


def full(snapshot: CaseSnapshot, records: Sequence[Record], zone: tzinfo) -> dict[str, Any]:
    """Show a case with its clocks and all its facts in the order in which they were recorded."""
    return {
        **summary(snapshot, zone),
        "clocks": [_clock(name, due, zone) for name, due in snapshot.dues.items()],
        "held_for": snapshot.held_for or None,
        "wake_at": _local(snapshot.wake_at, zone),
        "judged_at": _local(snapshot.judged_at, zone),
        "facts": history(records, zone),
    }


def _clock(name: str, due: Due, zone: tzinfo) -> dict[str, Any]:
    """Show a clock; *about* tells it from others of its name."""
    kind, _, about = name.partition(":")
    return {
        "clock": kind,
        "about": about or None,
        "due_at": _local(due.at, zone),
        "provisional": due.provisional,
        "missing": due.waits_for or None,
    }


def _state(snapshot: CaseSnapshot) -> str:
    if snapshot.kind != "permit":
        return snapshot.lamp  # of our own cases the head has the state itself, in a word
    if snapshot.lamp in ("pending", "closed"):
        return snapshot.lamp
    return "paused" if snapshot.is_paused else "open"


def _local(at: datetime | None, zone: tzinfo) -> str | None:
    return instant.local(at, zone) if at else None
