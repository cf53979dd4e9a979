"""The names of inbox items: the case of an event, the ids of events, wakes and revisions."""

from datetime import datetime, timedelta

from chalicelib.instant import text
from chalicelib.intake.event import Event

EVERY = timedelta(minutes=5)
"""At most so often the stream carries an item again that waits."""
_CATALOGUE = "catalogue:"


def case_of(event: Event) -> str:
    """Return the name of the case that an event is about."""
    return f"{event['source']}:{event['subject']}"


def reported_id(event_id: str) -> str:
    """Return the id of the event that an intake system reported under *event_id*."""
    return f"E#{event_id}"


def own_id(key: str) -> str:
    """Return the id of an event of our own that is known by *key*."""
    return f"A#{key}"


def nudge_id(wake_at: datetime) -> str:
    """Return the id of the nudge of a wake."""
    return f"W#{text(wake_at)}"


def revision_id(new: str) -> str:
    """Return the id of the nudge that brings a case under *new* rules, or a new catalogue."""
    return f"R#{new}"


def catalogue_name(version: str) -> str:
    """Return the name by which a nudge knows the catalogue of a *version*."""
    return f"{_CATALOGUE}{version}"


def rules_in(item_id: str) -> str:
    """Return the rules that a nudge brings its case under; empty for any other item."""
    return "" if catalogue_in(item_id) else _revised(item_id)


def catalogue_in(item_id: str) -> str:
    """Return the catalogue that a nudge brings its case under; empty for any other item."""
    name = _revised(item_id)
    return name if name.startswith(_CATALOGUE) else ""


def _revised(item_id: str) -> str:
    return item_id.removeprefix("R#") if item_id.startswith("R#") else ""


def is_nudge(item_id: str) -> bool:
    """Return whether an item only wakes its case, because time or rules changed."""
    return item_id.startswith(("W#", "R#"))
