"""How the calendar stands: which years are published, by which notices, and what lies over them.

Next year's arrangement is published in November. On 1 December it is late, and this must be said:
from then on more and more due instants are provisional, and in January cards are held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import Document
from chalicelib.calendar.overlay import overlaid
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear

_LATE = (12, 1)


@dataclass(frozen=True, slots=True)
class Status:
    """The calendar *today*: for everybody, and for each region that has changes of its own."""

    today: date
    everywhere: Calendar
    regions: dict[str, Calendar]
    imported: frozenset[int]

    @property
    def missing(self) -> list[int]:
        """The years that should be published by now and are not."""
        next_year = [self.today.year + 1] if (self.today.month, self.today.day) >= _LATE else []
        return [y for y in (self.today.year, *next_year) if y not in self.everywhere.years]

    @property
    def known_through(self) -> date | None:
        """The last day before which no year is missing, counted from this one."""
        last = self.everywhere.known_through(self.today.year)
        before = [year for year in self.everywhere.years if year < self.today.year]
        if last < self.today.year and not before:
            return None
        return date(max(last, max(before, default=last)), 12, 31)

    def told(self) -> dict[str, Any]:
        """Say it in one JSON document."""
        years = sorted(self.everywhere.years.items())
        return {
            "today": str(self.today),
            "version": self.everywhere.version,
            "known_through": str(self.known_through) if self.known_through else None,
            "missing": self.missing,
            "years": [
                {
                    "year": number,
                    "notices": list(year.notices),
                    "origin": "imported" if number in self.imported else "shipped",
                }
                for number, year in years
            ],
            "changes": [change.table() for change in self.everywhere.changes],
            "regions": {
                region: {
                    "version": calendar.version,
                    "changes": [one.table() for one in calendar.changes if one.region],
                }
                for region, calendar in self.regions.items()
            },
        }


def status(base: Calendar, documents: Sequence[Document], today: date) -> Status:
    """Look at *base* with the imported *documents* over it."""
    everybody = [one for one in documents if not (isinstance(one, Change) and one.region)]
    regions = sorted({one.region for one in documents if isinstance(one, Change) and one.region})
    return Status(
        today,
        overlaid(base, everybody, ""),
        {region: overlaid(base, documents, region) for region in regions},
        frozenset(one.year for one in documents if isinstance(one, CalendarYear)),
    )
