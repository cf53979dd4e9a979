"""The calendars that come with the code, read from `chalicelib/calendars`."""

from functools import cache
from pathlib import Path

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import read_document
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear
from chalicelib.errors import Unknown

_CALENDARS = Path(__file__).parents[1].joinpath("calendars")


@cache
def load_calendar(calendar_id: str) -> Calendar:
    """Read a shipped calendar: a file for each year or change. Raises Unknown or BadInput."""
    folder = _CALENDARS.joinpath(calendar_id)
    if not calendar_id.isalnum() or not folder.is_dir():
        raise Unknown(f"calendar:{calendar_id}")
    documents = [
        read_document(file.read_bytes(), f"{calendar_id}/{file.name}")
        for file in sorted(folder.glob("*.json"))
    ]
    years = [document for document in documents if isinstance(document, CalendarYear)]
    changes = [document for document in documents if isinstance(document, Change)]
    return Calendar(calendar_id, years, changes)
