"""Lays the imported documents over the shipped calendar, in their order, for one region.

A year takes the place of that year, for everybody; the latest import of it counts. Changes lie on
top, of whatever year is beneath: an unpublished one too, which stays unpublished. Of two changes
the later one wins, day by day. Nothing is ever taken out: a wrong document is changed by another.
"""

from collections.abc import Sequence

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import Document
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear


def overlay_calendar(base: Calendar, documents: Sequence[Document], region: str) -> Calendar:
    """Return the calendar of *region*: *base*, and over it the *documents* that hold there."""
    regional = select_documents(documents, region)
    if not regional:
        return base
    years = {document.year: document for document in regional if isinstance(document, CalendarYear)}
    changes = (document for document in regional if isinstance(document, Change))
    return Calendar(base.id, (base.years | years).values(), (*base.changes, *changes))


def select_documents(documents: Sequence[Document], region: str) -> tuple[Document, ...]:
    """Return those of *documents* that hold in *region*."""
    return tuple(
        document
        for document in documents
        if isinstance(document, CalendarYear) or document.covers(region)
    )


def add_new(
    base: Calendar, documents: Sequence[Document], new: Sequence[Document]
) -> tuple[Document, ...]:
    """Return *documents*, then those of *new* that are not in force already."""
    added = tuple(documents)
    for document in new:
        if not is_in_force(base, added, document):
            added = (*added, document)
    return added


def is_in_force(base: Calendar, documents: Sequence[Document], document: Document) -> bool:
    """Return whether importing *document* once more would change nothing."""
    if isinstance(document, CalendarYear):
        years = [year for year in documents if isinstance(year, CalendarYear)]
        latest = {year.year: year for year in [*base.years.values(), *years]}
        return latest.get(document.year) == document
    changes = [*base.changes, *(change for change in documents if isinstance(change, Change))]
    if document not in changes:
        return False
    index = len(changes) - 1 - changes[::-1].index(document)
    return not any(later.days & document.days for later in changes[index + 1 :])
