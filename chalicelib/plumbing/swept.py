"""When a sweep last came to its end, by the wall clock, in the registry: SWEEP/LAST."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.instant import parse, text

if TYPE_CHECKING:  # the store is heavy
    from chalicelib.plumbing.registry import Registry

_KEY = ("SWEEP", "LAST")


def note_swept(registry: "Registry", at: datetime) -> None:
    """Save that a sweep ended *at*. Crash before the write: it looks older, for a minute."""
    registry.put(*_KEY, {"swept_at": text(at)})


def last_swept(registry: "Registry") -> datetime | None:
    """Return when a sweep last came to its end; None if never."""
    document = registry.get(*_KEY)
    return parse(document["swept_at"]) if document else None
