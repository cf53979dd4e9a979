"""The effect of an import: the days that it would change in the calendar in force."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from chalicelib.calendar.change import Change
from chalicelib.calendar.dates import write_dates
from chalicelib.calendar.documents import Document, name_document
from chalicelib.calendar.overlay import add_new, overlay_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear


class Effect(Struct, frozen=True):
    """The calendar of the documents' region *before* and *after* them, and the *days* that differ.

    The *documents* are a change, or a year and what its file has of the years beside it; of these
    days *standing* are those that are as they should be already.
    """

    documents: tuple[Document, ...]
    before: Calendar
    after: Calendar
    days: tuple[date, ...]
    is_in_force: bool
    standing: tuple[date, ...] = ()

    @property
    def region(self) -> str:
        """The region of the documents; empty for everywhere."""
        return _region(self.documents)

    @property
    def publishes(self) -> int | None:
        """The year that was not published before, if it is one."""
        new = sorted(set(self.after.years) - set(self.before.years))
        return new[0] if new else None

    def written(self) -> dict[str, Any]:
        """Return the effect as one JSON document."""
        document, *edges = self.documents
        kind = "change" if isinstance(document, Change) else "year"
        worked = document.makeup_workdays if isinstance(document, CalendarYear) else ()
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
            "document": name_document(document),
            "beside": [edge.table() for edge in edges],
            "kind": kind,
            "notices": list(document.notices),
            "region": self.region,
            "changes": changes,
            "publishes": self.publishes,
            "version": self.after.version,
            "weekend_days_worked": write_dates(worked),
        }


def effect(base: Calendar, documents: Sequence[Document], new: Sequence[Document]) -> Effect:
    """Compare the calendars without and with the *new* documents over *base* and *documents*.

    A year's days in the years beside it that are so already are no document of their own: they rest
    on the notice that made them so.
    """
    region = _region(new)
    before = overlay_calendar(base, documents, region)
    edges = [each for each in new[1:] if isinstance(each, Change) and _stands(each, before)]
    needed = tuple(each for each in new if each not in edges)
    after = overlay_calendar(base, (*documents, *needed), region)
    is_in_force = add_new(base, documents, needed) == tuple(documents)
    changed = tuple(after.days_unlike(before))
    standing = tuple(sorted(day for edge in edges for day in edge.days))
    return Effect(needed, before, after, changed, is_in_force, standing)


def _region(documents: Sequence[Document]) -> str:
    [first, *_] = documents
    return first.region if isinstance(first, Change) else ""


def _stands(edge: Change, calendar: Calendar) -> bool:
    return all(calendar.is_workday(day) == (day in edge.workdays) for day in edge.days)
