"""Reads times as ledgers (台账) write them: ISO 8601, Excel's forms and numbers, Chinese dates.

    2025-09-22 · 2025-09-22T09:30+08:00 · 2025/9/22 9:30 · 2025.9.22 · 20250922 · 20250922093000
    2025年9月22日 上午9时30分 · 2025年9月22日 星期一 9:30 · 9:30 PM · 24:00
    45922.3958333: a day number of Excel, rounded to the second

Text in, a local or zoned time out, and whether only its day is known (DOMAIN LED-02). A year has
four figures and stands first: 3/7/2025 and 25-3-7 are two days each, so neither is read.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

DateSystem = Literal["1900", "1904"]

_DAY_ZERO: Mapping[DateSystem, str] = {"1900": "1899-12-30", "1904": "1904-01-01"}
_FALSE_DAY = 60  # 29 February 1900, which Excel has and the calendar has not
_DAY_SECONDS = 86_400
_SERIAL = re.compile(r"\d{5}(?:\.\d{1,15})?", re.ASCII)  # 1927 to 2173; fewer figures are no date

_MORNING = ("上午", "早上", "凌晨", "AM")
_AFTERNOON = ("下午", "PM")
_HALF = "|".join((*_MORNING, *_AFTERNOON, "中午", "晚上"))
_NOON, _LAST_HOUR, _LAST_MINUTE = 12, 24, 59

_DAY = (
    r"(?P<y>\d{4})"
    r"(?:(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})"
    r"|\s*年\s*(?P<zm>\d{1,2})\s*月\s*(?P<zd>\d{1,2})(?:\s*[日号])?)"
)
_COMPACT_DAY = r"(?P<cy>\d{4})(?P<cm>\d\d)(?P<cd>\d\d)"
_WEEKDAY = r"(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?"
_SECOND = r"(?P<s>\d{1,2})(?:[.,](?P<f>\d{1,9}))?秒?"
_TIME = rf"(?P<h>\d{{1,2}})[:时点](?:(?P<mi>\d{{1,2}})(?:[:分](?:{_SECOND})?)?)?"
_COMPACT_TIME = r"(?P<ch>\d\d)(?P<cmi>\d\d)(?P<cs>\d\d)?"
_WRITTEN = re.compile(
    rf"(?:{_DAY}|{_COMPACT_DAY}){_WEEKDAY}(?:[T\s]*"
    rf"(?:(?P<half>{_HALF})?\s*(?:{_TIME}|{_COMPACT_TIME})\s*(?P<after>AM|PM)?"
    r"\s*(?P<zone>Z|[+-]\d\d:?[0-5]\d)?|上午|下午))?",
    re.ASCII | re.IGNORECASE,
)


class WrittenTime(NamedTuple):
    """The time *at*, with its zone where it was written; *by_date*: only its day is known."""

    at: datetime
    by_date: bool = False


def tidy(text: str) -> str:
    """Return *text* in half-width figures and marks, without blanks and invisible letters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return text.strip()


def read_written(text: str, system: DateSystem = "1900") -> WrittenTime:
    """Read a tidy *text* in any of the forms above; day numbers by *system*. Raises ValueError."""
    if _SERIAL.fullmatch(text):
        return read_serial(text, system)
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    part = match.groupdict()
    day = datetime(*_date_of(part))  # noqa: DTZ001 - a local time; its zone comes later
    if part["h"] is None and part["ch"] is None:
        return WrittenTime(day, by_date=True)
    return WrittenTime(_zoned(day + _since_midnight(part), part["zone"]))


def day_in(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day of a tidy *text*, which need not exist: 0000-00-00."""
    match = _WRITTEN.fullmatch(text)
    return _date_of(match.groupdict()) if match else None


def read_serial(text: str, system: DateSystem = "1900") -> WrittenTime:
    """Read a day number of Excel, rounded to the second; a whole one is a day. Raises ValueError.

    The system of 1900 has a 29 February 1900, day 60. The days before it are one later than their
    distance from day 0.
    """
    number = Decimal(text)
    seconds = int((number * _DAY_SECONDS).to_integral_value(ROUND_HALF_UP))
    day = seconds // _DAY_SECONDS
    if system == "1900":
        if day < 1 or day == _FALSE_DAY:
            raise ValueError(text)
        seconds += _DAY_SECONDS if day < _FALSE_DAY else 0
    try:
        at = datetime.fromisoformat(_DAY_ZERO[system]) + timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError(text) from error
    return WrittenTime(at, by_date=number == int(number))


def _date_of(part: Mapping[str, str | None]) -> tuple[int, int, int]:
    """Return year, month and day, in whichever of the forms they are written."""
    names = (("y", "cy"), ("m", "zm", "cm"), ("d", "zd", "cd"))
    year, month, day = (next(filter(None, map(part.get, each))) for each in names)
    return int(year), int(month), int(day)


def _since_midnight(part: Mapping[str, str | None]) -> timedelta:
    """Return the time of day. Raises ValueError where no clock shows it; 24:00 ends a day."""
    minute, second = int(part["mi"] or part["cmi"] or 0), int(part["s"] or part["cs"] or 0)
    microsecond = int((part["f"] or "").ljust(6, "0")[:6])
    hour = _hour(int(part["h"] or part["ch"] or 0), (part["half"] or part["after"] or "").upper())
    past_the_end = hour == _LAST_HOUR and (minute or second or microsecond)
    if hour > _LAST_HOUR or max(minute, second) > _LAST_MINUTE or past_the_end:
        raise ValueError(hour)
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microsecond)


def _hour(hour: int, half: str) -> int:
    """Return the *hour* of the day; *half* says which half of it was meant. Raises ValueError."""
    if half in _MORNING:
        if hour > _NOON:
            raise ValueError(hour)
        return hour % _NOON  # Excel's 上午 12:30 is half past midnight
    if half == "晚上" and hour == _NOON:
        raise ValueError(hour)  # midnight of which day?
    if half == "中午" and hour > 2:  # noqa: PLR2004 - 中午1点 is 13:00, 中午11点 is not 23:00
        return hour
    return hour + _NOON if half and hour < _NOON else hour


def _zoned(at: datetime, zone: str | None) -> datetime:
    if not zone:
        return at
    if zone in "Zz":
        return at.replace(tzinfo=UTC)
    return datetime.fromisoformat(f"{at.isoformat()}{zone}")
