"""The arrangement of a year (放假安排) as documents: the year, and as changes the days beside it.

A notice may name days of the December before its year, or of the January after it. They become a
change of their own, so that the year they lie in keeps all its other days.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib.calendar.change import Change, read_change
from chalicelib.calendar.documents import Document
from chalicelib.calendar.year import read_year, write_dates
from chalicelib.instant import is_date
from infra.calendar.published import PublishedDays

_DAY = timedelta(days=1)
_LISTS = {"days_off": "days_off", "makeup_workdays": "workdays"}  # of a year, and of a change


def arrange_published(days: PublishedDays, notices: list[str], file: str) -> tuple[Document, ...]:
    """Return the documents of the *days* that a file in iCalendar says, by these *notices*."""
    table = {
        "year": days.year,
        "status": "official",
        "notices": notices,
        "source": "iCalendar",
        "days_off": write_dates(days.off),
        "makeup_workdays": write_dates(days.worked),
        "names": _name_first_days(days.off),
    }
    return arrange_table(table, file)


def arrange_table(table: Mapping[str, Any], file: str) -> tuple[Document, ...]:
    """Return the documents of a year's *table*, split at New Year. Raises BadInput."""
    year = table.get("year")
    if isinstance(year, bool) or not isinstance(year, int):
        return (read_year(table, file),)  # which says what is wrong with it
    edges = [
        _edge(table, year, other, f"{other}-{month:02}-", file)
        for other, month in ((year - 1, 12), (year + 1, 1))
    ]
    beside = {str(day) for edge in edges if edge for day in edge.days}
    own: dict[str, Any] = dict(table)
    for name in (*_LISTS, "names"):
        if isinstance(own.get(name), list):
            own[name] = [day for day in own[name] if day not in beside]
        elif isinstance(own.get(name), dict):
            own[name] = {day: text for day, text in own[name].items() if day not in beside}
    return (read_year(own, file), *(edge for edge in edges if edge))


def _edge(table: Mapping[str, Any], year: int, other: int, begins: str, file: str) -> Change | None:
    """Return the days of the *other* year, whose texts *begin* so, as a change, if any."""
    lists = {
        name: [
            day
            for day in listed
            if isinstance(day, str) and is_date(day) and day.startswith(begins)
        ]
        for name in _LISTS
        if isinstance(listed := table.get(name), list)
    }
    notices = table.get("notices")
    if not any(lists.values()) or not isinstance(notices, list):
        return None
    change = {
        "kind": "change",
        "notice": "、".join(map(str, notices)),
        "title": f"{year}年放假安排中{other}年的日子",
        "year": year,
        "source": table.get("source", ""),
        **{_LISTS[name]: days for name, days in lists.items()},
    }
    return read_change(change, f"{file}: {other}")


def _name_first_days(off: Mapping[date, str]) -> dict[str, str]:
    """Return each first day of a named holiday of the days *off*, and its name; anew each year."""
    return {
        str(day): name
        for day, name in sorted(off.items())
        if name and (off.get(day - _DAY) != name or day == date(day.year, 1, 1))
    }
