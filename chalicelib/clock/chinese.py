"""Days, instants, limits and lengths of time in Chinese, as a letter writes them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from chalicelib.instant import MILLISECOND, local_time
from chalicelib.policy.limit import Limit, Unit

UNITS: dict[Unit, str] = {
    "wd": "个工作日",
    "d": "日",
    "mo": "个月",
    "h": "小时",
    "wh": "个工作小时",
}
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")

_DAY = timedelta(days=1)


def write_limit(limit: Limit) -> str:
    """Return the limit in Chinese: `20个工作日`."""
    return f"{limit.amount}{UNITS[limit.unit]}"


def write_day(day: date, year: int | None = None) -> str:
    """Return the day in Chinese: `2026年4月1日`, or `4月1日` where its year is *year*."""
    short = f"{day.month}月{day.day}日"
    return short if day.year == year else f"{day.year}年{short}"


def write_moment(instant: datetime, zone: tzinfo, year: int | None = None) -> str:
    """Return the instant in Chinese: `2026年4月1日10:00`; a day's first instant is a bare date."""
    local = local_time(instant, zone)
    clock = write_clock(local)
    return write_day(local.date(), year) + ("" if clock == "00:00" else clock)


def write_period(begin: datetime, end: datetime, zone: tzinfo, year: int | None = None) -> str:
    """Return the period: `4月8日10:00至15:00`, or `4月8日10:00至4月15日00:00`."""
    since, until = local_time(begin, zone), local_time(end, zone)
    ends = "" if since.date() == until.date() else write_day(until.date(), year)
    return f"{write_day(since.date(), year)}{write_clock(since)}至{ends}{write_clock(until)}"


def write_clock(local: datetime) -> str:
    """Return `10:00` or `10:00:01`; the last millisecond of a day is its 24时 (民法典 203)."""
    clock = local.time().replace(tzinfo=None)
    if clock.isoformat("milliseconds") == "23:59:59.999":
        return "24时"
    if clock.microsecond:
        return clock.isoformat("milliseconds")
    return clock.isoformat("seconds" if clock.second else "minutes")


def group_runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """Return the first and last day of each run without a gap; *days* are in order."""
    result: list[tuple[date, date]] = []
    for day in days:
        if result and result[-1][1] + _DAY == day:
            result[-1] = (result[-1][0], day)
        else:
            result.append((day, day))
    return result


def write_ranges(days: Sequence[date], year: int | None) -> str:
    """Return the days as ranges: `4月4日至6日、5月1日至5日`; a year is written where it changes."""
    parts = []
    for first, last in group_runs(days):
        text = write_day(first, year)
        if last != first:
            short = f"{last.day}日" if last.replace(day=1) == first.replace(day=1) else ""
            text += f"至{short or write_day(last, first.year)}"
        parts.append(text)
        year = last.year
    return "、".join(parts)


def write_length(length: timedelta) -> str:
    """Return the length of time in Chinese: `3小时30分`."""
    return _write_parts(length, ("小时", "分", "秒")) or "0小时"


def duration(length: timedelta) -> str:
    """Return *length* as an ISO 8601 duration: `PT6H30M`; no time is `PT0S`."""
    return "PT" + (_write_parts(length, ("H", "M", "S")) or "0S")


def _write_parts(length: timedelta, names: tuple[str, str, str]) -> str:
    """Return the hours, minutes and seconds of *length*, each with its name; no zeros."""
    seconds, milliseconds = divmod(length // MILLISECOND, 1000)
    minutes, seconds = divmod(seconds, 60)
    fraction = f".{milliseconds:03d}" if milliseconds else ""
    parts = [*divmod(minutes, 60), f"{seconds}{fraction}" if seconds or milliseconds else 0]
    return "".join(f"{part}{name}" for part, name in zip(parts, names, strict=True) if part)
