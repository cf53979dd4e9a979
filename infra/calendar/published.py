"""A year as it is published in iCalendar: which days are off, and which weekend days are worked.

Only what a file says counts (`marks`): a festival without a mark is no holiday. What is not
understood on a weekend stops the import (`mistakes`). A weekday that is said to be worked is one
anyway, and is only remarked on.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from chalicelib.calendar.year import is_weekend
from chalicelib.errors import BadInput, Bilingual
from infra.calendar.chosen_year import ChosenYear, choose_year
from infra.calendar.content_lines import events
from infra.calendar.marks import Sense, name_holidays
from infra.calendar.mistakes import NOTHING_SAID, list_mistakes, refuse
from infra.calendar.read_event import ReadEvent, list_days, read_event

_MARKED: tuple[Sense, ...] = ("work", "off", "swap")


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


def read_icalendar(content: bytes, file: str, year: int | None = None) -> PublishedDays:
    """Read the *year*; without *year*, the only one there is. Raises BadInput with all mistakes."""
    read = [
        read_event(event, file)
        for event in events(content, file)
        if event.text("STATUS") != "CANCELLED"
    ]
    marked = frozenset(_days(read, _MARKED))
    if not marked:
        mistakes = list_mistakes(read)
        raise refuse(file, mistakes) if mistakes else BadInput(NOTHING_SAID, file)
    chosen = choose_year(marked, year, file)
    read = [event for event in read if not event.days or any(map(chosen.has, event.days))]
    said_worked = {day for day in _days(read, ["work"]) if chosen.has(day)}
    worked = frozenset(filter(is_weekend, said_worked))
    if mistakes := list_mistakes(read):
        raise refuse(file, mistakes, sorted(worked))
    off = {day: name for day, name in _off(read, said_worked) if chosen.has(day)}
    left_out = (*_left_out(read), *_other_years(marked, chosen))
    others = tuple(other for other in chosen.owns if other != chosen.year)
    return PublishedDays(chosen.year, off, worked, others, left_out, tuple(_remarks(read)))


def _days(read: Iterable[ReadEvent], senses: Sequence[Sense]) -> Iterator[date]:
    return (day for event in read if event.sense in senses for day in event.days)


def _off(read: Iterable[ReadEvent], worked: set[date]) -> Iterator[tuple[date, str]]:
    """Yield each day off with its holiday's name; 调休 is a day off where nothing says worked."""
    for event in read:
        if event.sense in ("off", "swap"):
            name = name_holidays(event.summary)
            yield from ((day, name) for day in event.days if day not in worked)


def _left_out(read: Iterable[ReadEvent]) -> Iterator[Bilingual]:
    for event in read:
        if event.sense in ("festival", "unmarked"):
            days = list_days(event.days)
            zh, en = (f"（{days.zh}）", f" ({days.en})") if event.days else ("", "")
            yield Bilingual(
                f"第 {event.line} 行{event.title.zh}{zh}：没有写明放假或上班，不算放假",
                f"line {event.line}, {event.title.en}{en}: neither off nor worked, so not off",
            )


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
