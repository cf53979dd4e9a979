"""The calendars in the registry: what was imported over the shipped years, and in which order.

CALENDAR#DOCUMENT/<hash>   a year or a change; never changed, for its name is its content
CALENDAR/CURRENT           {"documents": [hash, …]}: written last, so what is half written is unused
"""

import time
from collections.abc import Mapping

from chalicelib.calendar.documents import Document, document_of, name_of
from chalicelib.calendar.overlay import concerning, is_in_force, overlaid
from chalicelib.calendar.shipped import load_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.errors import BadInput, Conflict, Corrupt
from chalicelib.plumbing.registry import Registry

KEEP_SECONDS = 20
_CURRENT = ("CALENDAR", "CURRENT")
_DOCUMENT = "CALENDAR#DOCUMENT"
_TRIES = 8


class Calendars:
    """Gives the calendar of a region. What is in force is remembered for some seconds."""

    def __init__(self, registry: Registry, calendar_id: str) -> None:
        """*calendar_id* names the shipped calendar beneath everything that was imported."""
        self._registry = registry
        self._id = calendar_id
        self._names: tuple[str, ...] = ()
        self._read_at: float | None = None
        self._known: dict[str, Document] = {}
        self._made: dict[tuple[Document, ...], Calendar] = {}
        self._by_region: dict[str, Calendar] = {}

    @property
    def base(self) -> Calendar:
        """The calendar that came with the code."""
        return load_calendar(self._id)

    def current(self, *, fresh: bool = False) -> tuple[str, ...]:
        """Name the documents in force, in their order; empty when none was ever imported."""
        now = time.monotonic()
        if fresh or self._read_at is None or now - self._read_at > KEEP_SECONDS:
            found = self._registry.get(*_CURRENT, consistent=fresh)
            self._remember(tuple(found["documents"]) if found else ())
            self._read_at = now
        return self._names

    def version(self, *, fresh: bool = False) -> str:
        """Name all that is in force, for every region: what to compare to see anything new."""
        return "+".join((self.base.version, *self.current(fresh=fresh)))

    def of(self, region: str) -> Calendar:
        """Give the calendar by which cases of *region* are judged.

        Regions where the same documents hold share one calendar.
        """
        names = self.current()
        calendar = self._by_region.get(region)
        if calendar is None:
            chosen = concerning(self._documents(names), region)
            calendar = self._made.get(chosen) or overlaid(self.base, chosen, region)
            self._made[chosen] = self._by_region[region] = calendar
        return calendar

    def documents(self, *, fresh: bool = False) -> tuple[Document, ...]:
        """Give what was imported, in its order."""
        return self._documents(self.current(fresh=fresh))

    def write(self, document: Document) -> bool:
        """Put *document* in force, over all that came before; False if it was in force already.

        A crash before the last write leaves a document that nobody uses; the same import again
        ends with it. Who imports at the same time comes before or after, and is not lost.
        """
        name = name_of(document)
        for _ in range(_TRIES):
            if is_in_force(self.base, self.documents(fresh=True), document):
                return False
            names = self._names
            self._registry.put(_DOCUMENT, name, document.table())
            try:
                self._flip(names, (*names, name))
            except Conflict:
                continue
            self._read_at = None
            return True
        raise Conflict("the calendar is being imported by others all the time")

    def _flip(self, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        body = {"documents": list(after)}
        if before:
            self._registry.put(*_CURRENT, body, instead_of={"documents": list(before)})
        else:
            self._registry.put(*_CURRENT, body, new=True)

    def _remember(self, names: tuple[str, ...]) -> None:
        if names != self._names:
            self._names = names
            self._by_region = {}
            self._made = {}

    def _documents(self, names: tuple[str, ...]) -> tuple[Document, ...]:
        if any(name not in self._known for name in names):
            self._known = {name: _read(name, at) for name, at in self._registry.under(_DOCUMENT)}
        try:
            return tuple(self._known[name] for name in names)
        except KeyError as error:
            raise Corrupt(f"the calendar document {error} is not there") from error


def _read(name: str, table: Mapping[str, object]) -> Document:
    try:
        return document_of(table, f"{_DOCUMENT}/{name}")
    except BadInput as error:
        raise Corrupt(str(error)) from error
