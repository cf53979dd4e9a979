"""The calendars that come with the code, read from `chalicelib/calendars`."""

import json
from functools import cache
from importlib import resources

from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import read_year
from chalicelib.errors import BadInput, Unknown


@cache
def load_calendar(calendar_id: str) -> Calendar:
    """Read the shipped calendar *calendar_id*. Raises Unknown (none) or BadInput (broken)."""
    folder = resources.files("chalicelib").joinpath("calendars", calendar_id)
    if not calendar_id.isalnum() or not folder.is_dir():
        raise Unknown(f"calendar:{calendar_id}")
    years = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".json"):
            place = f"{calendar_id}/{file.name}"
            try:
                table = json.loads(file.read_text("utf-8"))
            except ValueError as error:
                raise BadInput(f"not JSON: {error}", place) from error
            years.append(read_year(table, place))
    return Calendar(calendar_id, years)
