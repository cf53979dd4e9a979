"""The calendars in the registry: the documents imported over the shipped years, in their order.

CALENDAR#DOCUMENT/<hash>   a year or a change; never changed, for its name is its content
CALENDAR/CURRENT           {"documents": [hash, …]}: written last: a half-written import is unused

Whoever imports has the log state the calendar first, so no case is judged by one that the log does
not know.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import Document, check_document, name_document
from chalicelib.calendar.overlay import add_new, overlay_calendar, select_documents
from chalicelib.calendar.shipped import load_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.errors import BadInput, Conflict, Corrupt
from chalicelib.plumbing.registry import Registry

KEEP_SECONDS = 20
_CURRENT = ("CALENDAR", "CURRENT")
_DOCUMENT = "CALENDAR#DOCUMENT"
_TRIES = 8

Announce = Callable[[tuple[Document, ...]], None]
"""Tells the documents that will be in force; raises if they must not be."""


class Calendars:
    """Gives the calendar of a region. The documents in force are remembered for some seconds."""

    def __init__(self, registry: Registry, calendar_id: str) -> None:
        """*calendar_id* names the shipped calendar beneath all imported documents."""
        self._registry = registry
        self._id = calendar_id
        self._names: tuple[str, ...] = ()
        self._read_at: float | None = None
        self._by_name: dict[str, Document] = {}
        self._by_documents: dict[tuple[Document, ...], Calendar] = {}
        self._by_region: dict[str, Calendar] = {}

    @property
    def base(self) -> Calendar:
        """The calendar that came with the code."""
        return load_calendar(self._id)

    def current(self, *, fresh: bool = False) -> tuple[str, ...]:
        """Return the names of the documents in force, in their order; empty before any import."""
        now = time.monotonic()
        if fresh or self._read_at is None or now - self._read_at > KEEP_SECONDS:
            stored = self._registry.get(*_CURRENT, consistent=fresh)
            names = tuple(stored["documents"]) if stored else ()
            if names != self._names:
                self._names, self._by_region, self._by_documents = names, {}, {}
            self._read_at = now
        return self._names

    def version(self, *, fresh: bool = False) -> str:
        """Return a text that changes with every document in force, whatever its region."""
        return self._version(self.current(fresh=fresh))

    def version_with(self, documents: Sequence[Document]) -> str:
        """Return the version that there is once *documents* are all that is imported."""
        return self._version([name_document(document) for document in documents])

    def _version(self, names: Sequence[str]) -> str:
        return "+".join((self.base.version, *names))

    def of(self, region: str) -> Calendar:
        """Return the calendar of *region*. Regions where the same documents hold share one."""
        names = self.current()
        calendar = self._by_region.get(region)
        if calendar is None:
            documents = select_documents(self._documents(names), region)
            calendar = self._by_documents.get(documents) or overlay_calendar(
                self.base, documents, region
            )
            self._by_documents[documents] = self._by_region[region] = calendar
        return calendar

    def named(self, version: str, region: str) -> Calendar:
        """Return the calendar of *region* that *version* names, now or before. Raises Corrupt.

        Imports only ever add documents, so it is that of the first so many of them.
        """
        documents = self.documents(fresh=True)
        for count in range(len(documents), -1, -1):
            calendar = overlay_calendar(self.base, documents[:count], region)
            if calendar.version == version:
                return calendar
        raise Corrupt(f"日历 {version} 已经没有了", f"the calendar {version} is not there any more")

    def documents(self, *, fresh: bool = False) -> tuple[Document, ...]:
        """Return the imported documents, in their order."""
        return self._documents(self.current(fresh=fresh))

    def regions(self, *, fresh: bool = False) -> frozenset[str]:
        """Return the regions that imported changes name."""
        changes = (each for each in self.documents(fresh=fresh) if isinstance(each, Change))
        return frozenset(change.region for change in changes if change.region)

    def write(self, *documents: Document, announce: Announce = lambda _: None) -> bool:
        """Put *documents* in force over all earlier ones; return False if all were already.

        *announce* is called with all that will be in force, again after each race that was lost.
        Crash before the last write: the documents are there and unused; the same import again puts
        them in force. An import at the same time comes before or after this one, and is not lost.
        """
        for _ in range(_TRIES):
            before = self.documents(fresh=True)
            after = add_new(self.base, before, documents)
            if after == before:
                return False
            names, new = [*self._names], after[len(before) :]
            stored = {"documents": names} if names else None
            for document in new:
                self._registry.put(_DOCUMENT, name_document(document), document.table())
            announce(after)
            try:
                body = {"documents": [*names, *map(name_document, new)]}
                self._registry.put(*_CURRENT, body, new=not stored, instead_of=stored)
            except Conflict:
                continue
            self._read_at = None
            return True
        zh = "日历一直有人在导入，请稍后再试"
        raise Conflict(zh, "the calendar is being imported by others all the time")

    def _documents(self, names: tuple[str, ...]) -> tuple[Document, ...]:
        if any(name not in self._by_name for name in names):
            self._by_name = {
                name: _read_document(name, at) for name, at in self._registry.documents(_DOCUMENT)
            }
        try:
            return tuple(self._by_name[name] for name in names)
        except KeyError as error:
            zh = f"日历文件 {error} 缺失"
            raise Corrupt(zh, f"the calendar document {error} is not there") from error


def _read_document(name: str, table: Mapping[str, object]) -> Document:
    try:
        return check_document(table, f"{_DOCUMENT}/{name}")
    except BadInput as error:
        raise Corrupt(error.text.zh, str(error)) from error
