"""The effect of an import: the days that it would change in the calendar in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import Document, name_document
from chalicelib.calendar.overlay import is_in_force, overlay_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear


@dataclass(frozen=True, slots=True)
class Effect:
    """The calendar of the document's region *before* and *after* it, and the *days* that differ."""

    document: Document
    before: Calendar
    after: Calendar
    days: tuple[date, ...]
    is_in_force: bool

    @property
    def region(self) -> str:
        """The region of the document; empty for everywhere."""
        return self.document.region if isinstance(self.document, Change) else ""

    @property
    def publishes(self) -> int | None:
        """The year that was not published before, if it is one."""
        new = sorted(set(self.after.years) - set(self.before.years))
        return new[0] if new else None

    def written(self) -> dict[str, Any]:
        """Return the effect as one JSON document."""
        kind = "change" if isinstance(self.document, Change) else "year"
        words = {True: "working", False: "off"}
        changes = [
            {
                "date": str(day),
                "was": words[self.before.is_workday(day)],
                "now": words[self.after.is_workday(day)],
            }
            for day in self.days
        ]
        return {
            "document": name_document(self.document),
            "kind": kind,
            "notices": list(self.document.notices),
            "region": self.region,
            "changes": changes,
            "publishes": self.publishes,
            "version": self.after.version,
            "warnings": list(warnings(self.document)),
        }


def effect(base: Calendar, documents: Sequence[Document], document: Document) -> Effect:
    """Compare the calendars without and with *document* over *base* and the *documents*."""
    region = document.region if isinstance(document, Change) else ""
    before = overlay_calendar(base, documents, region)
    after = overlay_calendar(base, (*documents, document), region)
    in_force = is_in_force(base, documents, document)
    return Effect(document, before, after, tuple(after.days_unlike(before)), in_force)


def warnings(document: Document) -> list[str]:
    """Return sentences about what an operator should check twice."""
    if not isinstance(document, CalendarYear) or document.makeup_workdays:
        return []
    missing = f"{document.year} has no weekend day that is worked; every year since 2004 has some"
    return [f"{missing}: is this a list of holidays only?"]
