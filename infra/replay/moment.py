"""Moments: when something in a log happened, as one integer, and the reading of them.

A moment is twice the milliseconds since 1970 (UTC), plus one where the log knows the day only;
the instant is then the start of that local day. One integer, because a large log holds millions
of them, and because integers sort as the instants do.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Moment = int

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DATE = 10  # the length of 2026-11-21
_HOURS = ("%H", "%I", "%X", "%c", "%T", "%R", "%r")
_EARLIEST = datetime(2, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 12, 30, tzinfo=UTC)  # a day's room for every zone
_REMEMBERED = 1 << 16  # many events share their time; a log of dates shares most of them


def moment_of(instant: datetime, *, by_date: bool = False) -> Moment:
    """Return the moment of an aware *instant*."""
    return (instant - _EPOCH) // _MILLISECOND * 2 + by_date


def milliseconds(when: Moment) -> int:
    """Return the milliseconds since 1970 of *when*."""
    return when >> 1


def instant_of(when: Moment) -> datetime:
    """Return the instant of *when*, in UTC."""
    return _EPOCH + timedelta(milliseconds=when >> 1)


def is_date_only(when: Moment) -> bool:
    """Return whether only the day of *when* is known."""
    return bool(when & 1)


def ordinal_of(when: Moment, zone: ZoneInfo) -> int:
    """Return the local day of *when* in *zone*, as an ordinal."""
    return instant_of(when).astimezone(zone).toordinal()


def is_before(moment: Moment, other: Moment, zone: ZoneInfo) -> bool:
    """Return whether *moment* is before *other*; where only a day is known, the days decide."""
    if (moment | other) & 1:
        return ordinal_of(moment, zone) < ordinal_of(other, zone)
    return moment < other


def moment_reader(zone: ZoneInfo, time_format: str | None = None) -> Callable[[str], Moment | None]:
    """Make a function that reads a written time, None where it cannot.

    *time_format* is tried first, then ISO 8601; *zone* stands in for a missing offset, and of two
    equal local times the first is meant.
    """
    dates_only = time_format is not None and not any(code in time_format for code in _HOURS)

    @lru_cache(maxsize=_REMEMBERED)
    def read_moment(written: str) -> Moment | None:
        written = written.strip()
        try:
            if time_format is not None:
                try:
                    parsed = datetime.strptime(written, time_format)  # noqa: DTZ007 - see below
                    return moment_of(_with_zone(parsed, zone), by_date=dates_only)
                except ValueError:
                    pass
            return _read_iso(written, zone)
        except (ValueError, OverflowError):
            return None

    return read_moment


def _read_iso(written: str, zone: ZoneInfo) -> Moment:
    """Read a date (`2026-11-21`) or a time (`2026-11-21T08:30:00.5+08:00`). Raises ValueError."""
    if written[4:5] != "-" or written[7:8] != "-" or written[_DATE : _DATE + 1] not in "Tt ":
        raise ValueError(written)
    parsed = _with_zone(datetime.fromisoformat(written), zone)
    return moment_of(parsed, by_date=len(written) == _DATE)


def _with_zone(parsed: datetime, zone: ZoneInfo) -> datetime:
    """Return *parsed*, in *zone* if it has no offset; `fold` 0 is the first of two equal times."""
    placed = parsed.replace(tzinfo=zone) if parsed.tzinfo is None else parsed
    if placed < _EARLIEST:
        raise ValueError(placed)
    return min(placed, _LATEST)  # 9999-12-31 is how databases write never
