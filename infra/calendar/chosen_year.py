"""Which days of a published file belong to the arrangement of the year that is read.

The arrangement of a year may begin in the December before it, and end in the first days of the
January after it: these are its edges. A file may have several years; then one of them is chosen.
"""

from collections.abc import Collection, Sequence
from datetime import date

from msgspec import Struct

from chalicelib.errors import BadInput

_JANUARY, _DECEMBER = 1, 12
_FIRST_DAYS = 7  # of January: as far as a holiday reaches over New Year


class ChosenYear(Struct, frozen=True):
    """The *year* that is read from a file, and the years that the file *owns*: is about."""

    year: int
    owns: tuple[int, ...]

    def has(self, day: date) -> bool:
        """Return whether *day* is one of the year, or of an edge of it."""
        is_before = (day.year, day.month) == (self.year - 1, _DECEMBER)
        is_after = day.year == self.year + 1 and _is_new_year(day)
        return day.year == self.year or ((is_before or is_after) and day.year not in self.owns)


def choose_year(days: Collection[date], year: int | None, file: str) -> ChosenYear:
    """Return the *year* of the marked *days* of a file; without *year*, the only one there is.

    Raises BadInput if the file is about several and none is named, or about others than *year*: so
    no year is replaced by the few days of it that another year's file has.
    """
    owns = _owned_years(days)
    if year in owns:
        return ChosenYear(year, owns)
    if year is None and len(owns) == 1:
        return ChosenYear(owns[0], owns)
    if year is None:
        zh = f"有 {owns[0]} 年到 {owns[-1]} 年的日子：请用 --year 写明是哪一年"
        en = f"it has days from {owns[0]} to {owns[-1]}: say which year by --year"
        raise BadInput(zh=zh, en=en, where=file)
    of_year = sorted(day for day in days if day.year == year)
    if not of_year:
        raise BadInput(zh=f"没有 {year} 年的日子", en=f"it has no day of {year}", where=file)
    other = year + 1 if year + 1 in owns else year - 1
    raise BadInput(
        zh=f"{year} 年只有 {'、'.join(map(str, of_year))}，属于 {other} 年的放假"
        f"安排：请用 --year {other}，这几天会一并读入，{year} 年其余的日子不变",
        en=f"of {year} it has only {', '.join(map(str, of_year))}, of the "
        f"arrangement of {other}: give --year {other}; these days come with "
        f"it, and the rest of {year} stays",
        where=file,
    )


def _owned_years(days: Collection[date]) -> tuple[int, ...]:
    """Return the years of *days*, without those that are the edge of a year beside them.

    A file of one New Year is about the later year, whose holiday that is.
    """
    by_year: dict[int, list[date]] = {}
    for day in days:
        by_year.setdefault(day.year, []).append(day)
    owned = [year for year in by_year if not _is_edge(year, by_year)]
    return tuple(sorted(owned)) or (max(by_year),)


def _is_edge(year: int, by_year: dict[int, list[date]]) -> bool:
    days: Sequence[date] = by_year[year]
    is_before = year + 1 in by_year and all(day.month == _DECEMBER for day in days)
    is_after = year - 1 in by_year and all(map(_is_new_year, days))
    return is_before or is_after


def _is_new_year(day: date) -> bool:
    return day.month == _JANUARY and day.day <= _FIRST_DAYS
