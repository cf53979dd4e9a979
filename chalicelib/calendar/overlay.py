"""Over the shipped calendar: the documents that were imported, in their order, for one region.

A year takes the place of that year, for everybody; the latest import of it counts. Changes lie on
top, of whatever year is beneath: an unpublished one too, which stays unpublished. Of two changes
the later one wins, day by day. Nothing is ever taken out: what was wrong is changed again.
"""

from collections.abc import Sequence

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import Document
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear


def overlaid(base: Calendar, documents: Sequence[Document], region: str) -> Calendar:
    """Give the calendar of *region*: *base*, and over it what of *documents* holds there."""
    chosen = concerning(documents, region)
    if not chosen:
        return base
    years = {document.year: document for document in chosen if isinstance(document, CalendarYear)}
    changes = (one for one in chosen if isinstance(one, Change))
    return Calendar(base.id, (base.years | years).values(), (*base.changes, *changes))


def concerning(documents: Sequence[Document], region: str) -> tuple[Document, ...]:
    """What of *documents* holds in *region*."""
    return tuple(
        document
        for document in documents
        if isinstance(document, CalendarYear) or document.covers(region)
    )


def is_in_force(base: Calendar, documents: Sequence[Document], document: Document) -> bool:
    """Whether importing *document* once more would change nothing."""
    if isinstance(document, CalendarYear):
        years = [one for one in documents if isinstance(one, CalendarYear)]
        latest = {one.year: one for one in [*base.years.values(), *years]}
        return latest.get(document.year) == document
    changes = [*base.changes, *(one for one in documents if isinstance(one, Change))]
    if document not in changes:
        return False
    place = len(changes) - 1 - changes[::-1].index(document)
    return not any(later.days & document.days for later in changes[place + 1 :])
