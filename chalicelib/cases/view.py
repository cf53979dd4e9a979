"""What those who supervise see of a case: its state, clocks and facts, or one line of a list.

Pure: heads and records in, plain dictionaries out. Facts carry only what may stand in the public
log; what is personal is in the vault, and no route reads that.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.cases.head import Head
from chalicelib.cases.history import history
from chalicelib.cases.record import Record
from chalicelib.clock.due import Due

LAMPS = ("pending", "green", "yellow", "red", "closed")


def summary(head: Head, zone: tzinfo) -> dict[str, Any]:
    """Show where a case stands."""
    return {
        "id": head.case,
        "kind": head.kind,
        "public_id": head.public_case,
        "department": head.department,
        "region": head.region,
        "item": head.item,
        "state": _state(head),
        "lamp": head.lamp if head.kind == "permit" else None,
        "due_at": _local(head.due_at, zone),
        "provisional": head.is_provisional,
        "missing": head.waits_for or None,
    }


def full(head: Head, records: Sequence[Record], zone: tzinfo) -> dict[str, Any]:
    """Show a case with its clocks and all its facts in the order in which they were recorded."""
    return {
        **summary(head, zone),
        "clocks": [_clock(name, due, zone) for name, due in head.dues.items()],
        "held_for": head.held_for or None,
        "wake_at": _local(head.wake_at, zone),
        "judged_at": _local(head.judged_at, zone),
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


def _state(head: Head) -> str:
    if head.kind != "permit":
        return head.lamp  # of our own cases the head has the state itself, in a word
    if head.lamp in ("pending", "closed"):
        return head.lamp
    return "paused" if head.is_paused else "open"


def _local(at: datetime | None, zone: tzinfo) -> str | None:
    return instant.local(at, zone) if at else None
