"""The status of the calendar: the published years, their notices, and the changes over them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import Document, name_document
from chalicelib.calendar.overlay import overlay_calendar
from chalicelib.calendar.workdays import Calendar, known_through, missing_years
from chalicelib.calendar.year import CalendarYear


class YearStatus(Struct, frozen=True):
    """The calendar *today*: for everybody, and for each region that has changes of its own."""

    today: date
    everywhere: Calendar
    regions: dict[str, Calendar]
    documents: tuple[Document, ...]

    @property
    def missing(self) -> list[int]:
        """The years that should be published by now and are not."""
        return missing_years(self.everywhere, self.today)

    @property
    def known_through(self) -> date | None:
        """The last day up to which no year is missing."""
        return known_through(self.everywhere, self.today)

    def written(self) -> dict[str, Any]:
        """Return the status as one JSON document."""
        years = sorted(self.everywhere.years.items())
        imported = {
            document.year for document in self.documents if isinstance(document, CalendarYear)
        }
        return {
            "today": str(self.today),
            "version": self.everywhere.version,
            "known_through": str(self.known_through) if self.known_through else None,
            "missing": self.missing,
            "years": [
                {
                    "year": number,
                    "notices": list(year.notices),
                    "origin": "imported" if number in imported else "shipped",
                    "forced": year.forced,
                }
                for number, year in years
            ],
            "changes": [change.table() for change in self.everywhere.changes],
            "documents": [
                {"document": name_document(document), **document.table()}
                for document in self.documents
            ],
            "regions": {
                region: {
                    "version": calendar.version,
                    "changes": [change.table() for change in calendar.changes if change.region],
                }
                for region, calendar in self.regions.items()
            },
        }


def status(base: Calendar, documents: Sequence[Document], today: date) -> YearStatus:
    """Return the status of *base* with the imported *documents* over it."""
    everywhere = overlay_calendar(base, documents, "")
    named = {document.region for document in documents if isinstance(document, Change)} - {""}
    regions = {region: overlay_calendar(base, documents, region) for region in sorted(named)}
    return YearStatus(today, everywhere, regions, tuple(documents))
