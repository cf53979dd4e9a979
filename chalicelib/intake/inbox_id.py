"""The names of inbox items: which case an event is about, what its wakes and such are called."""

from datetime import datetime

from chalicelib.instant import text
from chalicelib.intake.event import Event


def case_of(event: Event) -> str:
    """Name the case an event is about."""
    return f"{event['source']}:{event['subject']}"


def told_id(event_id: str) -> str:
    """Name the item of what an intake system told under *event_id*."""
    return f"E#{event_id}"


def nudge_id(wake_at: datetime) -> str:
    """Name the nudge of a wake."""
    return f"W#{text(wake_at)}"


def revision_id(rules: str) -> str:
    """Name the nudge that brings a case under new *rules*."""
    return f"R#{rules}"


def rules_in(item_id: str) -> str:
    """The rules that a nudge brings its case under; empty where it is about something else."""
    return item_id.removeprefix("R#") if item_id.startswith("R#") else ""


def is_nudge(item_id: str) -> bool:
    """Whether an item tells nothing about its case, only to look at it: time or rules changed."""
    return item_id.startswith(("W#", "R#"))
