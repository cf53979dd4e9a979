"""The calendars that come with the code, read from `chalicelib/calendars`."""

from functools import cache
from importlib import resources

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import read_document
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear
from chalicelib.errors import Unknown


@cache
def load_calendar(calendar_id: str) -> Calendar:
    """Read the shipped calendar *calendar_id*. Raises Unknown (none) or BadInput (broken).

    One file each: the years, and the changes in mid-year, in the order of their names.
    """
    folder = resources.files("chalicelib").joinpath("calendars", calendar_id)
    if not calendar_id.isalnum() or not folder.is_dir():
        raise Unknown(f"calendar:{calendar_id}")
    files = sorted(folder.iterdir(), key=lambda entry: entry.name)
    documents = [
        read_document(file.read_bytes(), f"{calendar_id}/{file.name}")
        for file in files
        if file.name.endswith(".json")
    ]
    years = [document for document in documents if isinstance(document, CalendarYear)]
    changes = [document for document in documents if isinstance(document, Change)]
    return Calendar(calendar_id, years, changes)
