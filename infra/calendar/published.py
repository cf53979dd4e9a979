"""A year as it is published in iCalendar: which days are off, and which weekend days are worked.

Only what a file says counts (`marks`): a festival without a mark is no holiday. What is not
understood on a weekend stops the import (`read_event`). A weekday that is said to be worked is one
anyway, and is only remarked on.

The arrangement of a year may begin in the December before it, and end in the first days of the
January after it: these are its edges. A file may have several years; then one of them is chosen.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from chalicelib.calendar.year import is_weekend
from chalicelib.errors import BadInput, Bilingual
from infra.calendar.content_lines import events
from infra.calendar.marks import Sense, name_holidays
from infra.calendar.read_event import ReadEvent, list_days, list_mistakes, read_event, refuse

_MARKED: tuple[Sense, ...] = ("work", "off", "swap")
_JANUARY, _DECEMBER = 1, 12
_FIRST_DAYS = 7  # of January: as far as a holiday reaches over New Year


class PublishedDays(Struct, frozen=True):
    """What a file says of *year*: the days *off* with their holidays' names, and those *worked*.

    Some may lie at its edges, in the year before or after it. *others* are the other years that the
    file is about. *left_out* are the events without an effect; *remarks* are what an operator
    should know besides.
    """

    year: int
    off: dict[date, str]
    worked: frozenset[date]
    others: tuple[int, ...]
    left_out: tuple[Bilingual, ...]
    remarks: tuple[Bilingual, ...]


class ChosenYear(Struct, frozen=True):
    """The *year* that is read from a file, and the years that the file *owns*: is about."""

    year: int
    owns: tuple[int, ...]

    def has(self, day: date) -> bool:
        """Return whether *day* is one of the year, or of an edge of it."""
        is_before = (day.year, day.month) == (self.year - 1, _DECEMBER)
        is_after = day.year == self.year + 1 and _is_new_year(day)
        return day.year == self.year or ((is_before or is_after) and day.year not in self.owns)


def read_icalendar(content: bytes, file: str, year: int | None = None) -> PublishedDays:
    """Read the *year*; without *year*, the only one there is. Raises BadInput with all mistakes."""
    read = [
        read_event(event, file)
        for event in events(content, file)
        if event.text("STATUS") != "CANCELLED"
    ]
    marked = frozenset(_days(read, _MARKED))
    if not marked:
        if mistakes := list_mistakes(read):
            raise refuse(file, mistakes)
        zh = "没有一天写明放假（休、放假、假期）或上班（班、补班、上班）：没有标记的节日不算放假"
        en = "no day says that it is off or worked: a festival without a mark is no day off"
        raise BadInput(zh=zh, en=en, where=file)
    chosen = choose_year(marked, year, file)
    read = [event for event in read if not event.days or any(map(chosen.has, event.days))]
    said_worked = {day for day in _days(read, ["work"]) if chosen.has(day)}
    worked = frozenset(filter(is_weekend, said_worked))
    if mistakes := list_mistakes(read):
        raise refuse(file, mistakes, sorted(worked))
    off = {
        day: name_holidays(event.summary)
        for event in read
        if event.sense in ("off", "swap")  # 调休 is a day off where nothing says worked
        for day in event.days
        if day not in said_worked and chosen.has(day)
    }
    left_out = (*_left_out(read), *_other_years(marked, chosen))
    others = tuple(other for other in chosen.owns if other != chosen.year)
    return PublishedDays(chosen.year, off, worked, others, left_out, tuple(_remarks(read)))


def _days(read: Iterable[ReadEvent], senses: Sequence[Sense]) -> Iterator[date]:
    return (day for event in read if event.sense in senses for day in event.days)


def _left_out(read: Iterable[ReadEvent]) -> Iterator[Bilingual]:
    for event in read:
        if event.sense in ("festival", "unmarked"):
            days = list_days(event.days)
            zh, en = (f"（{days.zh}）", f" ({days.en})") if event.days else ("", "")
            zh = f"第 {event.line} 行{event.title.zh}{zh}：没有写明放假或上班，不算放假"
            en = f"line {event.line}, {event.title.en}{en}: neither off nor worked, so not off"
            yield Bilingual(zh, en)


def _other_years(marked: Iterable[date], chosen: ChosenYear) -> Iterator[Bilingual]:
    others = [day.year for day in marked if not chosen.has(day)]
    for year in sorted(set(others)):
        count = others.count(year)
        zh = f"{year} 年的 {count} 天：不属于 {chosen.year} 年的放假安排"
        yield Bilingual(zh, f"{count} days of {year}: not of the arrangement of {chosen.year}")


def _remarks(read: Iterable[ReadEvent]) -> Iterator[Bilingual]:
    for event in read:
        if event.sense == "work" and event.weekdays:
            days = list_days(event.weekdays)
            zh = f"第 {event.line} 行{event.title.zh}（{days.zh}）：本来就是工作日，没有影响"
            en = f"line {event.line}, {event.title.en} ({days.en}): a working day anyway"
            yield Bilingual(zh, en)


def choose_year(days: Collection[date], year: int | None, file: str) -> ChosenYear:
    """Return the *year* of the marked *days* of a file; without *year*, the only one there is.

    Raises BadInput if the file is about several and none is named, or about others than *year*: so
    no year is replaced by the few days of it that another year's file has.
    """
    owns = _owned_years(days)
    if year in owns:
        return ChosenYear(year, owns)
    if year is None and len(owns) == 1:
        return ChosenYear(owns[0], owns)
    if year is None:
        zh = f"有 {owns[0]} 年到 {owns[-1]} 年的日子：请用 --year 写明是哪一年"
        en = f"it has days from {owns[0]} to {owns[-1]}: say which year by --year"
        raise BadInput(zh=zh, en=en, where=file)
    of_year = sorted(day for day in days if day.year == year)
    if not of_year:
        raise BadInput(zh=f"没有 {year} 年的日子", en=f"it has no day of {year}", where=file)
    other = year + 1 if year + 1 in owns else year - 1
    zh = f"{year} 年只有 {'、'.join(map(str, of_year))}，属于 {other} 年的放假安排："
    zh += f"请用 --year {other}，这几天会一并读入，{year} 年其余的日子不变"
    en = f"of {year} it has only {', '.join(map(str, of_year))}, of the arrangement of {other}:"
    en += f" give --year {other}; these days come with it, and the rest of {year} stays"
    raise BadInput(zh=zh, en=en, where=file)


def _owned_years(days: Collection[date]) -> tuple[int, ...]:
    """Return the years of *days*, without those that are the edge of a year beside them.

    A file of one New Year is about the later year, whose holiday that is.
    """
    by_year: dict[int, list[date]] = {}
    for day in days:
        by_year.setdefault(day.year, []).append(day)
    owned = [year for year in by_year if not _is_edge(year, by_year)]
    return tuple(sorted(owned)) or (max(by_year),)


def _is_edge(year: int, by_year: dict[int, list[date]]) -> bool:
    days: Sequence[date] = by_year[year]
    is_before = year + 1 in by_year and all(day.month == _DECEMBER for day in days)
    is_after = year - 1 in by_year and all(map(_is_new_year, days))
    return is_before or is_after


def _is_new_year(day: date) -> bool:
    return day.month == _JANUARY and day.day <= _FIRST_DAYS
