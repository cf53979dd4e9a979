"""The calendar picture of a clock (日历图): why this day. A page draws it as SVG, without a script.

Pure. Week rows from Monday to Sunday; a day that counts has its number, one that does not is
dashed, the due day has a ring. The runs of days beside it are its text form (PEOPLE §5.6).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from msgspec import Struct

CELL, LEFT, TOP = 46, 52, 20  # the picture's own units
MOST_WEEKS = 16  # of a long clock the last ones are drawn
_DAY, _WEEK = timedelta(days=1), 7
_PAUSED = "paused"

Day = Mapping[str, Any]
"""A day as `CountedDay.written` has it: date, counts, why, basis, perhaps used."""


class Cell(Struct, frozen=True):
    """One day at *x*, *y*; *number* says that it is the so-maniest day that counts; 0: none."""

    x: int
    y: int
    day: int
    number: int
    kind: str


class Picture(Struct, frozen=True):
    """What is drawn; *months* are names of months with their height; *left_out* weeks are not."""

    width: int
    height: int
    cells: tuple[Cell, ...]
    months: tuple[tuple[str, int], ...]
    left_out: int = 0
    cell: int = CELL
    left: int = LEFT


class DayRun(Struct, frozen=True):
    """Days in a row for which the same is true; *first_number* to *last_number* where they count.

    *why* is the code of `clock/steps.py`; *used* is the time of each day, where hours count.
    """

    first: str
    last: str
    first_number: int
    last_number: int
    why: str
    basis: str
    used: str = ""


def picture(days: Sequence[Day], due: date | None, today: date) -> Picture | None:
    """Draw *days*, up to *due* where that is later; None where there is no day."""
    if not days:
        return None
    numbered = {when: (number, day) for when, number, day in _numbered(days)}
    first, last = min(numbered), max([*numbered, *([due] if due else [])])
    monday = first - first.weekday() * _DAY
    weeks = (last - monday).days // _WEEK + 1
    left_out = max(0, weeks - MOST_WEEKS)
    begin = monday + left_out * _WEEK * _DAY
    cells = tuple(_cells(numbered, (max(begin, first), last), begin, (due, today)))
    months = tuple(_months(begin, weeks - left_out))
    height = TOP + (weeks - left_out) * CELL
    return Picture(LEFT + _WEEK * CELL, height, cells, months, left_out)


def _numbered(days: Iterable[Day]) -> Iterator[tuple[date, int, Day]]:
    counted = 0
    for day in days:
        counted += bool(day["counts"])
        yield date.fromisoformat(str(day["date"])), counted if day["counts"] else 0, day


def _cells(
    numbered: Mapping[date, tuple[int, Day]],
    period: tuple[date, date],
    begin: date,
    marks: tuple[date | None, date],
) -> Iterator[Cell]:
    """Yield the days of *period*, the first week beginning at *begin*; *marks*: due, today."""
    due, today = marks
    when = period[0]
    while when <= period[1]:
        number, day = numbered.get(when, (0, {}))
        kind = "count" if number else "paused" if str(day.get("why")) == _PAUSED else "off"
        kind += " due" if when == due else ""
        kind += " today" if when == today else ""
        row, column = divmod((when - begin).days, _WEEK)
        yield Cell(LEFT + column * CELL + 2, TOP + row * CELL + 2, when.day, number, kind)
        when += _DAY


def _months(begin: date, weeks: int) -> Iterator[tuple[str, int]]:
    """Yield the month of the first day, and each later month beside its first whole new week."""
    seen = ""
    for row in range(weeks):
        monday = begin + row * _WEEK * _DAY
        name = f"{monday + 6 * _DAY if seen else monday:%Y-%m}"
        if name != seen:
            seen = name
            yield name, TOP + row * CELL + CELL // 2 + 4


def day_runs(days: Sequence[Day]) -> list[DayRun]:
    """Return *days* as runs for which the same reason, basis and time hold."""
    runs: list[DayRun] = []
    rows = [(when, number, day) for when, number, day in _numbered(days)]
    for _, group in groupby(rows, key=lambda row: _same(row[2])):
        found = list(group)
        day = found[0][2]
        runs.append(
            DayRun(
                first=found[0][0].isoformat(),
                last=found[-1][0].isoformat(),
                first_number=found[0][1],
                last_number=found[-1][1],
                why=str(day["why"]),
                basis=str(day["basis"]),
                used=str(day.get("used") or ""),
            )
        )
    return runs


def _same(day: Day) -> tuple[object, ...]:
    return bool(day["counts"]), day["why"], day["basis"], day.get("used")


def write_why(why: str, words: Mapping[str, str]) -> str:
    """Return in words why a day counts or not; `moved on: weekend (notice)` has three parts."""
    kinds, mark, notice = why.partition(" (")
    names = [
        words.get(f"why_{kind.replace(' ', '_').replace('-', '_')}", kind)
        for kind in kinds.split(": ")
    ]
    return "：".join(names) + (f"（{notice.rstrip(')')}）" if mark else "")


def write_used(used: str, words: Mapping[str, str]) -> str:
    """Return in words how much time of a day counted: an ISO 8601 duration, `PT5H30M`."""
    for letter in "HMS":
        used = used.replace(letter, words[f"used_{letter.lower()}"])
    return words["used"].format(time=used.removeprefix("PT").strip())
