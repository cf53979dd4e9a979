"""The names of inbox items: which case an event is about, and what its wakes are called."""

from datetime import datetime

from chalicelib.instant import text
from chalicelib.intake.event import Event


def case_of(event: Event) -> str:
    """Name the case an event is about."""
    return f"{event['source']}:{event['subject']}"


def nudge_id(wake_at: datetime) -> str:
    """Name the nudge of a wake."""
    return f"W#{text(wake_at)}"


def is_nudge(item_id: str) -> bool:
    """Whether an item says only that time has passed."""
    return item_id.startswith("W#")
