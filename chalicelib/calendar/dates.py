"""Dates as calendar documents write them: read strictly, written in order."""

from collections.abc import Iterable
from datetime import date

from chalicelib.errors import BadInput
from chalicelib.instant import is_date


def day_of(value: object, where: str) -> date:
    """Read one date (`2026-10-01`). Raises BadInput with *where*."""
    if isinstance(value, str) and is_date(value):
        return date.fromisoformat(value)
    raise BadInput(f"{_shown(value)} is not a date (write 2026-10-01)", where)


def days(values: object, where: str, key: str, year: int | None = None) -> frozenset[date]:
    """Read the list *key* of dates, each once, all of *year* where it is given."""
    if not isinstance(values, list):
        raise BadInput(f"{key} must be a list of dates", where)
    found: set[date] = set()
    for value in values:
        day = date.fromisoformat(value) if isinstance(value, str) and is_date(value) else None
        if day is None or day in found or year not in (None, day.year):
            of = f" of {year}" if year else ""
            raise BadInput(f"{_shown(value)} is not a new date{of}", f"{where}: {key}")
        found.add(day)
    return frozenset(found)


def texts(found: Iterable[date]) -> list[str]:
    """Write dates in order."""
    return [day.isoformat() for day in sorted(found)]


def _shown(value: object) -> str:
    return repr(value)[:40]
