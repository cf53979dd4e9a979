"""Instants: aware datetimes in UTC, in whole milliseconds; read and written as RFC 3339.

Inside, every instant is UTC, so that comparing and subtracting never meets a change of the clock.
Local dates come from `astimezone` where a rule needs them. No floats anywhere.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

MILLISECOND = timedelta(milliseconds=1)
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class NoInstant(ValueError):
    """A text is no instant; *zh* says why in Chinese, the text of the error in English."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh


_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?([Zz]|[+-]\d\d:[0-5]\d)?", re.ASCII
)


def parse(text: str, zone: tzinfo | None = None) -> datetime:
    """Read an RFC 3339 instant, cut to milliseconds; *zone* stands in for a missing offset.

    Of two equal local times (the end of daylight saving) the first is meant. Raises NoInstant.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        start = text[:40]
        raise NoInstant(zh=f"不是 RFC 3339 时刻：{start!r}", en=f"not an RFC 3339 time: {start!r}")
    if match.group(1) is None and zone is None:
        zh, en = "时刻须带时区偏移（如 +08:00）", "a time needs an offset"
        raise NoInstant(zh=f"{zh}：{text[:40]!r}", en=f"{en}: {text[:40]!r}")
    try:
        instant = datetime.fromisoformat(text.upper())
        return whole(instant if instant.tzinfo else instant.replace(tzinfo=zone))
    except (ValueError, OverflowError) as error:
        zh, en = f"没有这个时刻：{text[:40]!r}", f"not a time that exists: {text[:40]!r}"
        raise NoInstant(zh=zh, en=en) from error


_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?"
    r"(Z|[+-]\d\d(?::?[0-5]\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)


def parse_iso(text: str, zone: tzinfo) -> datetime | date:
    """Read ISO 8601 as people write it: a day, or an instant with or without minutes and seconds.

    In the basic form too (20260401T0900); *zone* stands in for a missing offset. Raises NoInstant.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise NoInstant(zh=f"不是 ISO 8601 时刻：{text[:40]!r}", en=f"not ISO 8601: {text[:40]!r}")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    written = f"{year}-{month}-{day}"
    if hour is None:
        if not is_date(written):
            raise NoInstant(zh=f"没有这一天：{written}", en=f"not a day that exists: {written}")
        return date.fromisoformat(written)
    rest = f".{fraction}" if fraction else ""
    if offset and offset not in "Zz":
        digits = offset[1:].replace(":", "").ljust(4, "0")
        offset = f"{offset[0]}{digits[:2]}:{digits[2:]}"
    return parse(f"{written}T{hour}:{minute or '00'}:{second or '00'}{rest}{offset or ''}", zone)


@lru_cache(maxsize=2000)
def text(instant: datetime) -> str:
    """Write *instant* in UTC, always with three decimals, so that text order is time order."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def local(instant: datetime, zone: tzinfo) -> str:
    """Write *instant* as the wall clock of *zone* shows it, with its offset (the wire's form)."""
    return local_time(instant, zone).isoformat(timespec="milliseconds")


def local_time(instant: datetime, zone: tzinfo) -> datetime:
    """Return the time of *instant* in *zone*; in UTC at the ends of the calendar, 1 and 9999."""
    try:
        return instant.astimezone(zone)
    except OverflowError:
        return instant


def whole(instant: datetime) -> datetime:
    """Cut an aware *instant* to whole milliseconds of UTC."""
    cut = instant.microsecond % 1000
    whole_instant = instant.replace(microsecond=instant.microsecond - cut) if cut else instant
    return whole_instant.astimezone(UTC)


def is_date(text: str) -> bool:
    """Return whether *text* is a date alone (`2026-11-21`)."""
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
