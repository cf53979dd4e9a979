"""Tells a time from what stands for none: 9999-12-31, 1900-01-01, a dash, NULL.

Databases and spreadsheets write their first or last day where nothing has happened yet. Taken for
a time, it would close an open case, or end a log in the year 9999. A day that no system uses in
this way is a time, however far ahead: a wrong year is reported, never taken for an empty cell.
"""

from datetime import UTC, datetime

from infra.replay.written_time import day_in, tidy

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_VALUE = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "\\N", "0", "0.0", "无", "NULL", "NONE", "N/A", "NAT"}
)
# The first and last days of .NET, Windows, SQL Server, Excel and Oracle; of a clock of 32 bits.
_NO_DAYS = frozenset(
    {
        (1, 1, 1), (1601, 1, 1), (1753, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 0),
        (1900, 1, 1), (2038, 1, 19), (2079, 6, 6), (4712, 12, 31),
    }
)  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 0, 9999
_FIRST_NEVER = 2099  # 2099-12-31, 2100-01-01, 2199-12-31 and so on
_CENTURY = 100


def is_no_time(text: str) -> bool:
    """Return whether *text*, which cannot be read as a time, says that there is none."""
    text = tidy(text)
    if text.upper() in _NO_VALUE:
        return True
    day = day_in(text)
    return day is not None and is_no_day(*day)


def stands_for_none(at: datetime) -> bool:
    """Return whether *at* is the first or last time of some system, and so none of a case."""
    epoch = _EPOCH if at.tzinfo else _EPOCH.replace(tzinfo=None)
    return is_no_day(at.year, at.month, at.day) or at == epoch


def is_no_day(year: int, month: int, day: int) -> bool:
    """Return whether some system writes this day for none."""
    if year in (_FIRST_YEAR, _LAST_YEAR) or (year, month, day) in _NO_DAYS:
        return True
    ends_a_century = (month, day) == (12, 31) and year % _CENTURY == _CENTURY - 1
    begins_one = (month, day) == (1, 1) and year % _CENTURY == 0
    return year >= _FIRST_NEVER and (ends_a_century or begins_one)
