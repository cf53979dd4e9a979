"""A naive clock to compare with: one day, one quarter of an hour at a time. It shares no code.

It reads the holidays from the files itself, knows one zone (no daylight saving) and one office, and
takes every instant to lie on a quarter of an hour.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from msgspec import Struct

CHINA = timezone(timedelta(hours=8))
DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
CLOSE = time(17, 30)

_FOLDER = Path(__file__).parents[2] / "chalicelib" / "calendars" / "CN"
_FILES = [json.loads(path.read_text("utf-8")) for path in _FOLDER.glob("*.json")]
_YEARS = [file for file in _FILES if "year" in file]
_CHANGED_OFF = {day for file in _FILES if "year" not in file for day in file["days_off"]}
PUBLISHED = {year["year"] for year in _YEARS}
_OFF = {day for year in _YEARS for day in year["days_off"]}
_MADE_UP = {day for year in _YEARS for day in year["makeup_workdays"]}
_FIXED = {"01-01", "05-01", "05-02", "10-01", "10-02", "10-03"}

Amount = tuple[int, str]


class Stop(Struct, frozen=True, dict=True):
    """A pause: from *begin* to *end* (none: open), capped at *approved*."""

    begin: datetime
    end: datetime | None
    approved: Amount | None = None


def is_workday(day: date) -> bool:
    """By the files, or by the fixed holidays where there is no file."""
    if day.year not in PUBLISHED:
        return day.isoweekday() <= 5 and day.isoformat()[5:] not in _FIXED
    if day.isoformat() in _CHANGED_OFF:
        return False
    return day.isoformat() in _MADE_UP or (day.isoweekday() <= 5 and day.isoformat() not in _OFF)


def nth_workday(day: date, n: int) -> date:
    """Walk to the *n*-th working day after *day*."""
    while n:
        day += DAY
        n -= is_workday(day)
    return day


def months_later(day: date, months: int) -> date:
    """The same day number, else the last day of the month."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    for number in (day.day, 30, 29, 28):
        if number <= day.day:
            try:
                return date(year, month, number)
            except ValueError:
                continue
    raise AssertionError


def close_of(day: date) -> datetime:
    """Half past five."""
    return datetime.combine(day, CLOSE, CHINA)


def is_open(instant: datetime) -> bool:
    """Whether the office works in the quarter of an hour from *instant* on."""
    clock = instant.time()
    hours = time(8, 30) <= clock < time(12) or time(14) <= clock < CLOSE
    return hours and is_workday(instant.date())


def cap_of(stop: Stop) -> datetime | None:
    """When a pause is over, whatever happened."""
    if stop.approved is None:
        return stop.end
    n, unit = stop.approved
    begin = stop.begin
    if unit == "h":
        cap = begin + timedelta(hours=n)
    elif unit == "wh":
        cap, left = begin, 4 * n
        while left:
            left -= is_open(cap)
            cap += QUARTER
    else:
        steps = {"wd": nth_workday, "mo": months_later, "d": lambda day, n: day + n * DAY}
        cap = datetime.combine(steps[unit](begin.date(), n), begin.time(), CHINA)
    return cap if stop.end is None or cap < stop.end else stop.end


def due(
    start: datetime, limits: Sequence[Amount], stops: Sequence[Stop], *, keep: bool = False
) -> datetime | None:
    """When *limits*, all in days or all in hours, have run out; none while a pause is open."""
    held = [(stop.begin, cap_of(stop)) for stop in stops]
    spans = [(begin, end) for begin, end in held if end is not None]
    by_hours = limits[0][1] in ("h", "wh")
    found = _by_quarters(start, limits, spans) if by_hours else _by_days(start, limits, spans, keep)
    any_day = keep and limits[-1][1] in ("d", "mo")
    moved = True
    while moved:
        moved = False
        for begin, end in spans:
            if begin <= found < end:
                found, moved = _close_after(_end_of_all(end, spans), any_day=any_day), True
    is_stopped = any(end is None and begin <= found for begin, end in held)
    return None if is_stopped else found


Ended = tuple[datetime, datetime]


def _by_days(
    start: datetime,
    limits: Sequence[Amount],
    spans: Sequence[Ended],
    keep: bool,  # noqa: FBT001
) -> datetime:
    taken = set()
    for begin, end in spans:
        day = begin.date()
        while day < end.date():
            day += DAY
            taken.add(day)
    day = start.date()
    for n, unit in limits:
        if unit == "mo":
            base = end_day = months_later(day, n)
            while end_day != base + DAY * len({d for d in taken if day < d <= end_day}):
                end_day = base + DAY * len({d for d in taken if day < d <= end_day})
            day = end_day
            continue
        left = n
        while left:
            day += DAY
            left -= day not in taken and (unit == "d" or is_workday(day))
    while limits[-1][1] != "wd" and not keep and not is_workday(day):
        day += DAY
    return close_of(day)


def _by_quarters(start: datetime, limits: Sequence[Amount], spans: Sequence[Ended]) -> datetime:
    instant = start
    for n, unit in limits:
        left = 4 * n
        while left:
            is_paused = any(begin <= instant < end for begin, end in spans)
            left -= not is_paused and (unit == "h" or is_open(instant))
            instant += QUARTER
    return instant


def _end_of_all(end: datetime, spans: Sequence[Ended]) -> datetime:
    """The end of what touches or overlaps."""
    while any(begin <= end < other for begin, other in spans):
        end = max(other for begin, other in spans if begin <= end)
    return end


def _close_after(instant: datetime, *, any_day: bool) -> datetime:
    day = instant.date()
    while not (any_day or is_workday(day)) or close_of(day) <= instant:
        day += DAY
    return close_of(day)


def settled(
    start: datetime, limit: Amount, stops: Sequence[Stop], extension: tuple[datetime, Amount] | None
) -> datetime | None:
    """When the clock runs out if every change only concerns what had not happened before it."""
    changes = {stop.begin for stop in stops} | {stop.end for stop in stops if stop.end}
    changes |= {extension[0]} if extension else set()
    limits = [limit]
    now = start
    if extension and extension[0] <= start:
        limits.append(extension[1])
    for change in [*sorted(c for c in changes if c > start), None]:
        known = [
            Stop(s.begin, s.end if s.end and s.end <= now else None, s.approved)
            for s in stops
            if s.begin <= now
        ]
        found = due(start, limits, known)
        if change is None or (found is not None and found < change):
            return found
        if extension and extension[0] == change and (found is None or change < found):
            limits.append(extension[1])
        now = change
    raise AssertionError
