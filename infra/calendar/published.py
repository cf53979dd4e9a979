"""A year as it is published in iCalendar: which days are off, and which are worked instead.

No standard marks a weekend day that is worked (调休上班日). What calendars in use write is known
here: “…（班）”, 补班 or 上班 in the SUMMARY, CATEGORIES:WORKDAY, Apple's X-APPLE-SPECIAL-DAY.
Where days off are marked too (休, 假期, 放假), what is not marked is a festival and says nothing;
where none is, every other event is a day off.
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
    """The *year*, and in words what of the file says nothing about it."""

    year: CalendarYear
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Marked:
    """One day of an event, what it is by the event's mark, and the event's line and *name*."""

    day: date
    sense: Sense
    line: int
    name: str


def read(content: bytes, file: str, notices: list[str], year: int | None = None) -> PublishedYear:
    """Read the *year* that rests on *notices*; without *year*, the only one there is."""
    found = [event for event in events(content, file) if event.text("STATUS") != "CANCELLED"]
    senses = [_sense(event) for event in found]
    rest: Sense = "" if "off" in senses else "off"
    marked: list[_Marked] = []
    left_out = []
    for event, sense in zip(found, senses, strict=True):
        if sense or rest:
            marked += _days(event, sense or rest, file)
        else:
            left_out.append(f"{event.text('SUMMARY')} (line {event.number}): not marked")
    chosen = _only_year(marked, file) if year is None else year
    within = [day for day in marked if day.day.year == chosen]
    if not within:
        raise BadInput(f"no day of {chosen} in it", file)
    left_out += [f"{o.day} (line {o.line}): not in {chosen}" for o in marked if o not in within]
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
    said: dict[date, _Marked] = {}
    for one in marked:
        where = f"{file}:{one.line}"
        before = said.setdefault(one.day, one)
        if before.sense != one.sense:
            raise BadInput(f"{one.day} is the opposite of what line {before.line} says", where)
        if one.sense == "work" and not is_weekend(one.day):
            raise BadInput(f"{one.day} is no weekend day and cannot be a make-up workday", where)
    table = {
        "year": year,
        "status": "official",
        "notices": notices,
        "source": "iCalendar",
        "days_off": [str(day) for day, one in said.items() if one.sense == "off"],
        "makeup_workdays": [str(day) for day, one in said.items() if one.sense == "work"],
        "names": _named([one for one in said.values() if one.sense == "off" and one.name]),
    }
    return read_year(table, file)


def _name(summary: str) -> str:
    """The holidays that *summary* speaks of, in its order: 国庆节、中秋节."""
    places = {name: summary.find(word) for word, name in _NAMES.items() if word in summary}
    return "、".join(sorted(places, key=places.__getitem__))


def _named(off: list[_Marked]) -> dict[str, str]:
    """Each first day of a holiday, and its name."""
    found: dict[str, str] = {}
    before = None
    for day in sorted(off, key=lambda one: one.day):
        follows = before is not None and before.day + _DAY == day.day
        if before is None or not follows or before.name != day.name:
            found[str(day.day)] = day.name
        before = day
    return found


def _days(event: CalendarEvent, sense: Sense, file: str) -> Iterator[_Marked]:
    """The days of an event: DTEND is exclusive, and without one it is a single day (§3.6.1)."""
    start = event.one("DTSTART")
    if start is None:
        raise BadInput("an event without DTSTART", f"{file}:{event.number}")
    for name in _RECURRENCE:
        for line in event.lines.get(name, ()):
            raise BadInput(f"{name} is not known here: list every day", f"{file}:{line.number}")
    first, is_whole = _moment(start, file)
    end = event.one("DTEND") or event.one("DURATION")
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
