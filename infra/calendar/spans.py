"""The days that an event of iCalendar covers (RFC 5545 §3.6.1).

DTEND is exclusive. Whole days are written as dates, or from midnight to midnight. An event without
an end, or one that ends as it begins, is a single day.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from chalicelib.errors import BadInput
from infra.calendar.content_lines import CalendarEvent, ContentLine

CHINA = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
_LONGEST = 31
_RECURRENCE = ("RRULE", "RDATE", "EXDATE", "EXRULE")
_DURATION = re.compile(
    r"\+?P(?:(\d{1,3})W|(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d+S)?)?)"
)
_DATE = re.compile(r"\d{8}", re.ASCII)
_TIME = re.compile(r"\d{8}T\d{6}Z?", re.ASCII)


class EventSpan(Struct, frozen=True):
    """The *days* of an event, in order; *is_whole* unless it begins or ends within a day."""

    days: tuple[date, ...]
    is_whole: bool


def read_span(event: CalendarEvent, file: str) -> EventSpan:
    """Return the days of *event*. Raises BadInput with the line that does not tell them."""
    begins = event.first("DTSTART")
    if begins is None:
        zh, en = "事件没有 DTSTART", "the event has no DTSTART"
        raise BadInput(zh=zh, en=en, where=f"{file}:{event.number}")
    for name in _RECURRENCE:
        for line in event.lines.get(name, ()):
            zh = f"{name}：不读重复规则，请逐日列出"
            en = f"{name}: rules of recurrence are not read; name each day"
            raise BadInput(zh=zh, en=en, where=f"{file}:{line.number}")
    start = _read_moment(begins, file)
    stop = _read_end(event, start, file)
    days = tuple(_days(start.date(), stop))
    if not 0 < len(days) <= _LONGEST:
        end = event.first("DTEND") or event.first("DURATION") or begins
        zh = f"{end.name} 应在 DTSTART 之后，至多 {_LONGEST} 天"
        en = f"{end.name} is after DTSTART, at most {_LONGEST} days"
        raise BadInput(zh=zh, en=en, where=f"{file}:{end.number}")
    return EventSpan(days, start.time() == stop.time() == time())


def _read_end(event: CalendarEvent, start: datetime, file: str) -> datetime:
    """Return the exclusive end; for an event of no length that of its day."""
    end = event.first("DTEND") or event.first("DURATION")
    if end is None:
        stop = start
    elif end.name == "DTEND":
        stop = _read_moment(end, file)
    else:
        stop = start + _read_duration(end, file)
    if (stop.hour, stop.minute) == (23, 59):  # the last minute of a whole day
        return datetime.combine(stop.date() + _DAY, time())
    return stop + _DAY if stop == start and stop.time() == time() else stop


def _days(first: date, stop: datetime) -> Iterator[date]:
    """Yield the days from *first* to *stop*, which is exclusive where it is a midnight."""
    last = stop.date() - _DAY if stop.time() == time() else stop.date()
    for number in range(min((last - first).days, _LONGEST) + 1):
        yield first + number * _DAY


def _read_duration(line: ContentLine, file: str) -> timedelta:
    match = _DURATION.fullmatch(line.value)
    if match is None:
        zh = f"{line.value[:40]!r} 不是时长（如 P1D）"
        en = f"{line.value[:40]!r} is not a duration (such as P1D)"
        raise BadInput(zh=zh, en=en, where=f"{file}:{line.number}")
    weeks, days, hours, minutes = (int(number or 0) for number in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)


def _read_moment(line: ContentLine, file: str) -> datetime:
    """Return the midnight of a date, or a time as China's clocks show it."""
    try:
        if _DATE.fullmatch(line.value):
            return datetime.strptime(line.value, "%Y%m%d")  # noqa: DTZ007 - a date
        if _TIME.fullmatch(line.value) and line.parameters.get("VALUE") != "DATE":
            moment = datetime.fromisoformat(line.value)
            zone = _zone(line)
            if moment.tzinfo is None and zone is not None:
                moment = moment.replace(tzinfo=zone)
            return moment.astimezone(CHINA).replace(tzinfo=None) if moment.tzinfo else moment
    except ValueError:
        pass
    zh, en = f"{line.value[:40]!r} 不是日期", f"{line.value[:40]!r} is not a date"
    raise BadInput(zh=zh, en=en, where=f"{file}:{line.number}")


def _zone(line: ContentLine) -> ZoneInfo | None:
    """Return the zone that TZID names; None for a name of the file's own (China Standard Time)."""
    try:
        return ZoneInfo(line.parameters["TZID"])
    except (KeyError, ValueError, OSError, ZoneInfoNotFoundError):
        return None
