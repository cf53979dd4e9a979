"""Dates as calendar documents write them: read strictly, written in order."""

from collections.abc import Iterable
from datetime import date

from chalicelib.errors import BadInput
from chalicelib.instant import is_date


def read_date(value: object, where: str) -> date:
    """Return the date that *value* writes (`2026-10-01`). Raises BadInput with *where*."""
    if isinstance(value, str) and is_date(value):
        return date.fromisoformat(value)
    zh = f"{_excerpt(value)} 不是日期（写作 2026-10-01）"
    raise BadInput(zh=zh, en=f"{_excerpt(value)} is not a date (write 2026-10-01)", where=where)


def read_dates(values: object, where: str, key: str, year: int | None = None) -> frozenset[date]:
    """Return the dates of the list *key*, each once, all of *year* where it is given.

    Raises BadInput that names every other value.
    """
    if not isinstance(values, list):
        raise BadInput(zh=f"{key} 应是日期的列表", en=f"{key} is a list of dates", where=where)
    dates: set[date] = set()
    wrong = []
    for value in values:
        day = date.fromisoformat(value) if isinstance(value, str) and is_date(value) else None
        if day is None or day in dates or year not in (None, day.year):
            wrong.append(_excerpt(value))
        else:
            dates.add(day)
    if wrong:
        zh, en = (f" {year} 年的日期", f"dates of {year}") if year else ("日期", "dates")
        zh = f"{'、'.join(wrong)} 不是{zh}，或者重复（写作 2026-10-01）"
        en = f"{', '.join(wrong)}: no {en}, or there twice (write 2026-10-01)"
        raise BadInput(zh=zh, en=en, where=f"{where}: {key}")
    return frozenset(dates)


def write_dates(days: Iterable[date]) -> list[str]:
    """Return *days* as texts, in order."""
    return [day.isoformat() for day in sorted(days)]


def _excerpt(value: object) -> str:
    return repr(value)[:40]
