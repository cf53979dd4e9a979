"""A year as it is published in iCalendar: which days are off, and which are worked instead.

No standard marks a weekend day that is worked (调休上班日). This module knows the marks in use:
“…（班）”, 补班 or 上班 in the SUMMARY, CATEGORIES:WORKDAY, Apple's X-APPLE-SPECIAL-DAY. Where days
off are marked too (休, 假期, 放假), an unmarked event is a festival and has no effect. Where none
is marked, every other event is a day off.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.calendar.year import CalendarYear, is_weekend, read_year
from chalicelib.errors import BadInput
from infra.calendar.content_lines import CalendarEvent, ContentLine, events

Sense = Literal["work", "off", ""]

CHINA = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
_LONGEST = 31
_WORK = re.compile(r"[(（\[【]班[)）\]】]|补班|上班|work(?:ing)?[ -]?day", re.IGNORECASE)
_OFF = re.compile(r"[(（\[【]休[)）\]】]|假期|放假|休假|调休|补休", re.IGNORECASE)
_NAMES = {
    "元旦": "元旦",
    "春节": "春节",
    "除夕": "春节",
    "清明": "清明节",
    "劳动": "劳动节",
    "五一": "劳动节",
    "端午": "端午节",
    "中秋": "中秋节",
    "国庆": "国庆节",
}
_SPECIAL: dict[str, Sense] = {"ALTERNATE-WORKDAY": "work", "WORK-HOLIDAY": "off"}
_RECURRENCE = ("RRULE", "RDATE", "EXDATE", "EXRULE")
_DURATION = re.compile(r"\+?P(\d{1,3})([DW])")
_DATE = re.compile(r"\d{8}", re.ASCII)
_TIME = re.compile(r"\d{8}T\d{6}Z?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PublishedYear:
    """The *year*, and in words the events of the file that have no effect on it."""

    year: CalendarYear
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Marked:
    """One day of an event, what it is by the event's mark, and the event's line and *name*."""

    day: date
    sense: Sense
    line: int
    name: str


def read_icalendar(
    content: bytes, file: str, notices: list[str], year: int | None = None
) -> PublishedYear:
    """Read the *year* that rests on *notices*; without *year*, the only one there is."""
    listed = [event for event in events(content, file) if event.text("STATUS") != "CANCELLED"]
    senses = [_sense(event) for event in listed]
    rest: Sense = "" if "off" in senses else "off"
    marked: list[_Marked] = []
    left_out = []
    for event, sense in zip(listed, senses, strict=True):
        if sense or rest:
            marked += _days(event, sense or rest, file)
        else:
            left_out.append(f"{event.text('SUMMARY')} (line {event.number}): not marked")
    chosen = _only_year(marked, file) if year is None else year
    within = [day for day in marked if day.day.year == chosen]
    if not within:
        raise BadInput(f"no day of {chosen} in it", file)
    left_out += [
        f"{day.day} (line {day.line}): not in {chosen}" for day in marked if day not in within
    ]
    return PublishedYear(_year(within, chosen, notices, file), tuple(left_out))


def _sense(event: CalendarEvent) -> Sense:
    special = _SPECIAL.get(event.text("X-APPLE-SPECIAL-DAY").upper())
    if special:
        return special
    if "WORKDAY" in event.text("CATEGORIES").upper().split(","):
        return "work"
    summary = event.text("SUMMARY")
    return "work" if _WORK.search(summary) else "off" if _OFF.search(summary) else ""


def _only_year(marked: list[_Marked], file: str) -> int:
    years = sorted({day.day.year for day in marked})
    if len(years) == 1:
        return years[0]
    if not years:
        raise BadInput("no day off and no working day in it", file)
    raise BadInput(f"has days of {years[0]} to {years[-1]}; say which with --year", file)


def _year(marked: list[_Marked], year: int, notices: list[str], file: str) -> CalendarYear:
    by_day: dict[date, _Marked] = {}
    for mark in marked:
        where = f"{file}:{mark.line}"
        before = by_day.setdefault(mark.day, mark)
        if before.sense != mark.sense:
            raise BadInput(f"{mark.day} is the opposite of what line {before.line} says", where)
        if mark.sense == "work" and not is_weekend(mark.day):
            raise BadInput(f"{mark.day} is no weekend day and cannot be a make-up workday", where)
    table = {
        "year": year,
        "status": "official",
        "notices": notices,
        "source": "iCalendar",
        "days_off": [str(day) for day, mark in by_day.items() if mark.sense == "off"],
        "makeup_workdays": [str(day) for day, mark in by_day.items() if mark.sense == "work"],
        "names": _holiday_names(
            [mark for mark in by_day.values() if mark.sense == "off" and mark.name]
        ),
    }
    return read_year(table, file)


def _name(summary: str) -> str:
    """Return the holidays that *summary* names, in its order: 国庆节、中秋节."""
    positions = {name: summary.find(word) for word, name in _NAMES.items() if word in summary}
    return "、".join(sorted(positions, key=positions.__getitem__))


def _holiday_names(off: list[_Marked]) -> dict[str, str]:
    """Return each first day of a holiday, and its name."""
    names: dict[str, str] = {}
    before = None
    for day in sorted(off, key=lambda day: day.day):
        follows = before is not None and before.day + _DAY == day.day
        if before is None or not follows or before.name != day.name:
            names[str(day.day)] = day.name
        before = day
    return names


def _days(event: CalendarEvent, sense: Sense, file: str) -> Iterator[_Marked]:
    """Yield the days of an event: DTEND is exclusive; without one it is a single day (§3.6.1)."""
    start = event.first("DTSTART")
    if start is None:
        raise BadInput("an event without DTSTART", f"{file}:{event.number}")
    for name in _RECURRENCE:
        for line in event.lines.get(name, ()):
            raise BadInput(f"{name} is not known here: list every day", f"{file}:{line.number}")
    first, is_whole = _moment(start, file)
    end = event.first("DTEND") or event.first("DURATION")
    last = first if end is None else _last(end, first, file, is_whole=is_whole)
    if not is_whole and (sense != "work" or last != first):
        raise BadInput("not a whole day", f"{file}:{start.number}")
    day, name = first, _name(event.text("SUMMARY"))
    while day <= last:
        yield _Marked(day, sense, event.number, name)
        day += _DAY


def _last(end: ContentLine, first: date, file: str, *, is_whole: bool) -> date:
    where = f"{file}:{end.number}"
    if not is_whole:  # office hours of one day
        return first if end.name == "DURATION" else _moment(end, file)[0]
    if end.name == "DURATION":
        match = _DURATION.fullmatch(end.value)
        days = int(match[1]) * (7 if match[2] == "W" else 1) if match else 0
    else:
        until, is_date = _moment(end, file)
        days = (until - first).days if is_date else 0
    if not 0 < days <= _LONGEST:
        raise BadInput(f"{end.name} must be from 1 to {_LONGEST} days after DTSTART", where)
    return first + (days - 1) * _DAY


def _moment(line: ContentLine, file: str) -> tuple[date, bool]:
    """Read a date, or the day of a time in China; and whether it is a date."""
    try:
        if _DATE.fullmatch(line.value):
            return datetime.strptime(line.value, "%Y%m%d").date(), True  # noqa: DTZ007 - a date
        if _TIME.fullmatch(line.value) and line.parameters.get("VALUE") != "DATE":
            moment = datetime.fromisoformat(line.value)
            return (moment.astimezone(CHINA) if moment.tzinfo else moment).date(), False
    except ValueError:
        pass
    message = f"{line.value[:40]!r} is not a date"
    raise BadInput(message, f"{file}:{line.number}")
