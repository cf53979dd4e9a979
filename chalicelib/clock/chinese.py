"""How days, instants, limits and lengths of time are said in Chinese, as in a letter."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

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
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


def limit(of: Limit) -> str:
    """`20个工作日`."""
    return f"{of.amount}{UNITS[of.unit]}"


def day(of: date, year: int | None = None) -> str:
    """`2026年4月1日`, or `4月1日` where the *year* is the one just spoken of."""
    short = f"{of.month}月{of.day}日"
    return short if of.year == year else f"{of.year}年{short}"


def moment(of: datetime, zone: tzinfo, year: int | None = None) -> str:
    """`2026年4月1日10:00`; a bare date is a day's first instant."""
    local = of.astimezone(zone)
    said = clock(local)
    return day(local.date(), year) + ("" if said == "00:00" else said)


def period(begin: datetime, end: datetime, zone: tzinfo, year: int | None = None) -> str:
    """`4月8日10:00至15:00`, `4月8日10:00至4月15日00:00`: the instants between which it lasts."""
    since, until = begin.astimezone(zone), end.astimezone(zone)
    ends = "" if since.date() == until.date() else day(until.date(), year)
    return f"{day(since.date(), year)}{clock(since)}至{ends}{clock(until)}"


def clock(local: datetime) -> str:
    """`10:00`, `10:00:01`; the last millisecond of a day is its 24时 (民法典 203)."""
    shown = local.time().replace(tzinfo=None)
    if shown.isoformat("milliseconds") == "23:59:59.999":
        return "24时"
    if shown.microsecond:
        return shown.isoformat("milliseconds")
    return shown.isoformat("seconds" if shown.second else "minutes")


def runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """The days, which are in order, as runs without a gap: first and last of each."""
    found: list[tuple[date, date]] = []
    for one in days:
        if found and found[-1][1] + _DAY == one:
            found[-1] = (found[-1][0], one)
        else:
            found.append((one, one))
    return found


def ranges(days: Sequence[date], year: int | None) -> str:
    """`4月4日至6日、5月1日至5日`; the year is said where it is another than the one before it."""
    said = []
    for first, last in runs(days):
        text = day(first, year)
        if last != first:
            short = f"{last.day}日" if last.replace(day=1) == first.replace(day=1) else ""
            text += f"至{short or day(last, first.year)}"
        said.append(text)
        year = last.year
    return "、".join(said)


def length(of: timedelta) -> str:
    """`3小时30分`."""
    hours, rest = divmod(of, timedelta(hours=1))
    minutes, left = divmod(rest, _MINUTE)
    seconds, small = divmod(left, _SECOND)
    fraction = f".{small // timedelta(milliseconds=1):03d}" if small else ""
    parts = [f"{hours}小时" if hours else "", f"{minutes}分" if minutes else ""]
    parts.append(f"{seconds}{fraction}秒" if left else "")
    return "".join(parts) or "0小时"
