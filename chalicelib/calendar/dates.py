"""Dates as calendar documents write them: read strictly, written in order."""

from collections.abc import Iterable
from datetime import date

from chalicelib.instant import is_date
from chalicelib.schema import Unfit


def read_date(value: object) -> date:
    """Return the date that *value* writes (`2026-10-01`). Raises Unfit."""
    if isinstance(value, str) and is_date(value):
        return date.fromisoformat(value)
    text = _excerpt(value)
    raise Unfit(f"{text} 不是日期（写作 2026-10-01）", f"{text} is not a date (write 2026-10-01)")


def read_dates(values: Iterable[object], year: int | None = None) -> frozenset[date]:
    """Return the dates of a list, each once, all of *year* where it is given.

    Raises Unfit that names every other value.
    """
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
        raise Unfit(
            f"{'、'.join(wrong)} 不是{zh}，或者重复（写作 2026-10-01）",
            f"{', '.join(wrong)}: no {en}, or there twice (write 2026-10-01)",
        )
    return frozenset(dates)


def write_dates(days: Iterable[date]) -> list[str]:
    """Return *days* as texts, in order."""
    return [day.isoformat() for day in sorted(days)]


def _excerpt(value: object) -> str:
    return repr(value)[:40]
