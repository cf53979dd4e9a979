"""Dates, lengths and lamps as the pages of the desks write them, in the reader's language.

Pure. A date has its year, and its day of the week in words (PEOPLE §5.1).
"""

from collections.abc import Mapping
from datetime import datetime

Words = Mapping[str, str]

_HOUR, _DAY = 60, 1440  # minutes
_LAST_MOMENT = "23:59:59.999"


def write_day(at: str, words: Words) -> str:
    """Return the date of a local instant or day: `2026年11月24日 周二`; empty for no text."""
    if not at:
        return ""
    when = datetime.fromisoformat(at)
    weekday = words["days_of_week"].split()[when.weekday()]
    month = words["months"].split()[when.month - 1]
    return words["day"].format(year=when.year, month=month, day=when.day, weekday=weekday)


def write_moment(at: str, words: Words) -> str:
    """Return date and time of a local instant; the last moment of a day is its 24:00."""
    if not at:
        return ""
    when = datetime.fromisoformat(at)
    is_last = f"{when:%H:%M:%S}.{when.microsecond // 1000:03d}" == _LAST_MOMENT
    clock = "24:00" if is_last else f"{when:%H:%M}"
    return words["moment"].format(day=write_day(at, words), clock=clock)


def write_left(minutes: int, words: Words) -> str:
    """Return in words how long is left, or how long something is over; days have 24 hours."""
    length = abs(minutes)
    if length >= 2 * _DAY:
        name, number = "days", length // _DAY
    elif length >= _HOUR:
        name, number = "hours", length // _HOUR
    else:
        name, number = "minutes", length
    return words[f"{'left' if minutes >= 0 else 'over'}_{name}"].format(n=number)
