"""The calendars in the registry: what was imported over the shipped years, and in which order.

CALENDAR/CURRENT    {"documents": [hash, …]}: written last, so what is half written is never used
"""

import time

from chalicelib.calendar.shipped import load_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.plumbing.registry import Registry

KEEP_SECONDS = 20
_CURRENT = ("CALENDAR", "CURRENT")


class Calendars:
    """Gives the calendar of a region. What is in force is remembered for some seconds."""

    def __init__(self, registry: Registry, calendar_id: str) -> None:
        """*calendar_id* names the shipped calendar beneath everything that was imported."""
        self._registry = registry
        self._id = calendar_id
        self._documents: tuple[str, ...] = ()
        self._read_at: float | None = None

    def current(self, *, fresh: bool = False) -> tuple[str, ...]:
        """Name the documents in force, in their order; empty when none was ever imported."""
        now = time.monotonic()
        if fresh or self._read_at is None or now - self._read_at > KEEP_SECONDS:
            found = self._registry.get(*_CURRENT) or {}
            self._documents = tuple(found.get("documents", ()))
            self._read_at = now
        return self._documents

    def version(self) -> str:
        """Name all that is in force, for every region: what to compare to see anything new."""
        return "+".join((load_calendar(self._id).version, *self.current()))

    def of(self, region: str) -> Calendar:  # noqa: ARG002 - overlays come with the documents
        """Give the calendar by which cases of *region* are judged."""
        return load_calendar(self._id)
