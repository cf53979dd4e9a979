"""Moments: when something in a log happened, as one integer, and the reading of them.

A moment is twice the milliseconds since 1970 (UTC), plus one where the log knows the day only;
the instant is then the start of that local day. One integer, because a large log holds millions
of them, and because integers sort as the instants do.

Databases and spreadsheets write their first or last day where nothing has happened yet. Taken for
a time, it would close an open case, or end a log in the year 9999. A day that no system uses in
this way is a time, however far ahead: a wrong year is reported, never taken for an empty cell.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from infra.replay.written_time import DateSystem, WrittenTime, day_in, read_written, tidy

Moment = int

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DATE = 10  # the length of 2026-11-21
_HOURS = ("%H", "%I", "%X", "%c", "%T", "%R", "%r")
_EARLIEST = datetime(2, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)
_FIRST_SURE, _END_OF_SURE = 1970, 2038  # no day of a year between these stands for none
_REMEMBERED = 1 << 16  # many events share their time; a log of dates shares most of them
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


def end_of_day(when: Moment, zone: ZoneInfo) -> Moment:
    """Return the last millisecond of the local day of *when*; of two equal times the second."""
    day = instant_of(when).astimezone(zone)
    last = day.replace(hour=23, minute=59, second=59, microsecond=999_000)
    return max(moment_of(last.replace(fold=fold)) for fold in (0, 1))


def is_before(moment: Moment, other: Moment, zone: ZoneInfo) -> bool:
    """Return whether *moment* is before *other*; where only a day is known, the days decide."""
    if (moment | other) & 1:
        return ordinal_of(moment, zone) < ordinal_of(other, zone)
    return moment < other


class MomentReader:
    """Reads written times. Called with one, it returns the moment, None if that says no time.

    *time_formats* are tried first, then ISO 8601, then the forms of `written_time`; *zone* stands
    in for a missing offset, and of two equal local times the first is meant. Day numbers count in
    *system*.
    """

    def __init__(
        self, zone: ZoneInfo, time_formats: Sequence[str] = (), system: DateSystem = "1900"
    ) -> None:
        self._zone = zone
        self._formats = [(each, not any(code in each for code in _HOURS)) for each in time_formats]
        self._system = system
        self.moment = lru_cache(maxsize=_REMEMBERED)(self._moment)

    def __call__(self, written: str) -> Moment | None:
        """Return the moment that *written* says; None where it says none, or cannot be read."""
        return self.moment(written)

    def says_none(self, written: str) -> bool:
        """Return whether *written*, which is no moment, says that there is none: 9999-12-31, -."""
        written = written.strip()
        try:
            return self._stands_for_none(self._read(written).at)
        except (ValueError, OverflowError):
            return _is_no_time(written)

    def _moment(self, written: str) -> Moment | None:
        try:
            at, by_date = self._read(written.strip())
            if not _FIRST_SURE < at.year < _END_OF_SURE and self._stands_for_none(at):
                return None
            return moment_of(_with_zone(at, self._zone), by_date=by_date)
        except (ValueError, OverflowError):
            return None

    def _stands_for_none(self, at: datetime) -> bool:
        """Return whether *at* is none, in its own words or in *zone*: 0 is 08:00 in Shanghai."""
        return _stands_for_none(at) or _stands_for_none(at.replace(tzinfo=at.tzinfo or self._zone))

    def _read(self, written: str) -> WrittenTime:
        for time_format, by_date in self._formats:
            try:
                parsed = datetime.strptime(written, time_format)  # noqa: DTZ007 - `_with_zone`
            except ValueError:
                continue
            return WrittenTime(parsed, by_date)
        try:
            return _read_iso(written)
        except ValueError:
            return read_written(tidy(written), self._system)


def _read_iso(written: str) -> WrittenTime:
    """Read a date (`2026-11-21`) or a time (`2026-11-21T08:30:00.5+08:00`). Raises ValueError."""
    if written[4:5] != "-" or written[7:8] != "-" or written[_DATE : _DATE + 1] not in "Tt ":
        raise ValueError(written)
    return WrittenTime(datetime.fromisoformat(written), len(written) == _DATE)


def _with_zone(parsed: datetime, zone: ZoneInfo) -> datetime:
    """Return *parsed*, in *zone* if it has no offset; `fold` 0 is the first of two equal times."""
    placed = parsed.replace(tzinfo=zone) if parsed.tzinfo is None else parsed
    if not _EARLIEST < placed < _LATEST:  # every zone has room there
        raise ValueError(placed)
    return placed


def _is_no_time(text: str) -> bool:
    """Return whether *text*, which cannot be read as a time, says that there is none."""
    text = tidy(text)
    if text.upper() in _NO_VALUE:
        return True
    day = day_in(text)
    return day is not None and _is_no_day(*day)


def _stands_for_none(at: datetime) -> bool:
    """Return whether *at* is the first or last time of some system, and so none of a case."""
    epoch = _EPOCH if at.tzinfo else _EPOCH.replace(tzinfo=None)
    return _is_no_day(at.year, at.month, at.day) or at == epoch


def _is_no_day(year: int, month: int, day: int) -> bool:
    """Return whether some system writes this day for none."""
    if year in (_FIRST_YEAR, _LAST_YEAR) or (year, month, day) in _NO_DAYS:
        return True
    ends_a_century = (month, day) == (12, 31) and year % _CENTURY == _CENTURY - 1
    begins_one = (month, day) == (1, 1) and year % _CENTURY == 0
    return year >= _FIRST_NEVER and (ends_a_century or begins_one)
