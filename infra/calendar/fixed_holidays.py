"""What an official year must have, by 《全国年节及纪念日放假办法》, and what a year of it lacks.

Article 2 lists the days on which all citizens are off, article 6 gives a weekday for one that falls
on a weekend, and since 2004 every arrangement has weekends that are worked for longer holidays. So
a list of holidays alone lacks its other half, and so does a list of make-up days.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from msgspec import Struct

from chalicelib.calendar.change import Change
from chalicelib.calendar.year import CalendarYear, is_weekend
from chalicelib.errors import Bilingual
from infra.calendar.marks import load_table

_DAY = timedelta(days=1)
_OF_SPRING = {"除夕": -1, "初一": 0, "初二": 1, "初三": 2}  # days after the first of the lunar year
_LUNAR = ("初一", "清明", "端午", "中秋")  # as their columns stand in the table


class FixedHoliday(Struct, frozen=True):
    """A holiday on which all citizens are off: its *name*, and its *days* in one year."""

    name: str
    days: tuple[date, ...]


def fixed_holidays(year: int) -> tuple[FixedHoliday, ...] | None:
    """Return the fixed holidays of *year*; None where the lunar days are not known."""
    table = load_table("fixed_holidays")
    lunar = table["lunar"].get(str(year))
    editions = [edition for edition in table["edition"] if edition["since"] <= year]
    if lunar is None or not editions:
        return None
    return tuple(
        FixedHoliday(name, tuple(_day(year, day, lunar) for day in days))
        for name, days in editions[-1]["holidays"].items()
    )


def list_lacks(year: CalendarYear, edges: Sequence[Change] = ()) -> list[Bilingual]:
    """Return in words what *year*, with the *edges* of its arrangement, lacks."""
    return [*_list_missing_holidays(year, edges), *_list_missing_halves(year)]


def list_doubts(year: CalendarYear, edges: Sequence[Change] = ()) -> list[Bilingual]:
    """Return in words where the days of *year* and its *edges* do not add up.

    Each fixed holiday takes one weekday, and each further weekday off is paid by a weekend day that
    is worked. The notice of another year may have paid for some: this is a doubt and no lack.
    """
    holidays = fixed_holidays(year.year)
    if holidays is None or not (more := _balance(year, edges, holidays)):
        return []
    weekdays, worked = _count(year, edges)
    apart = weekdays - worked
    zh = f"{year.year} 年有 {weekdays} 个工作日放假、{worked} 个周末日上班，相差 {apart} 天，"
    zh += f"法定节假日却是 {apart - more} 天；两者一般相等"
    zh += "（元旦跨年调休时可差一两天）：请对照通知原文"
    en = f"{year.year} has {weekdays} weekdays off and {worked} weekend days worked, {apart} apart,"
    en += f" and {apart - more} days of holidays by law; both are the same as a rule (around New"
    en += " Year a day or two apart): compare it with the notice"
    return [Bilingual(zh, en)]


def weekdays_off(year: CalendarYear) -> list[date]:
    """Return the weekdays that *year* takes off, in order."""
    return sorted(day for day in year.days_off if not is_weekend(day))


def _list_missing_holidays(year: CalendarYear, edges: Sequence[Change]) -> Iterator[Bilingual]:
    holidays = fixed_holidays(year.year)
    if holidays is None:
        zh = f"{year.year} 年的农历节日不在表中，无法核对法定节假日"
        yield Bilingual(zh, f"the lunar festivals of {year.year}, which the table does not have")
        return
    is_short = _balance(year, edges, holidays) < 0
    beside = frozenset(day for edge in edges for day in edge.days_off)
    for holiday in holidays:
        worked = [day for day in holiday.days if year.is_workday(day)]
        if worked:
            zh = f"{holiday.name}（{'、'.join(map(str, worked))} 还是上班）"
            yield Bilingual(zh, f"{holiday.name} ({', '.join(map(str, worked))}: still worked)")
        elif is_short and not any(_is_given(day, year, beside) for day in holiday.days):
            # A weekday far away may make up for it, as for Mid-Autumn of 2015: then none is short.
            yield Bilingual(
                f"{holiday.name}（{'、'.join(map(str, holiday.days))} 是周末，"
                "没有写明放假，也没有工作日补假）",
                f"{holiday.name} ({', '.join(map(str, holiday.days))}: at a weekend, not said to be"
                " off, and no weekday is off for it)",
            )


def _list_missing_halves(year: CalendarYear) -> Iterator[Bilingual]:
    if not year.days_off:
        zh = "放假的日子（只有上班的周末，缺另一半）"
        yield Bilingual(zh, "the days off (it has worked weekends only, which is one half)")
    if not year.makeup_workdays:
        zh = "上班的周末日（2004 年以来每年都有；只有放假的日子，缺另一半）"
        en = "the worked weekend days (every year since 2004 has some; days off are one half)"
        yield Bilingual(zh, en)


def _is_given(day: date, year: CalendarYear, beside: frozenset[date]) -> bool:
    """Return whether *year* takes *day* off: by name, or by a weekday off that is joined to it."""
    return day in year.days_off or any(
        not is_weekend(other) for other in _joined(day, year, beside)
    )


def _joined(day: date, year: CalendarYear, beside: frozenset[date]) -> Iterator[date]:
    """Yield the days off without a gap around *day*, itself included."""

    def is_off(other: date) -> bool:
        if other.year == year.year:
            return not year.is_workday(other)
        return other in beside or is_weekend(other)

    yield day
    for step in (_DAY, -_DAY):
        other = day + step
        while is_off(other):
            yield other
            other += step


def _balance(year: CalendarYear, edges: Sequence[Change], holidays: Sequence[FixedHoliday]) -> int:
    """Return how many more weekdays are off than the fixed holidays and the worked weekends pay."""
    weekdays, worked = _count(year, edges)
    return weekdays - worked - sum(len(holiday.days) for holiday in holidays)


def _count(year: CalendarYear, edges: Sequence[Change]) -> tuple[int, int]:
    """Return how many weekdays are off, and how many weekend days are worked."""
    off = [*year.days_off, *(day for edge in edges for day in edge.days_off)]
    worked = [*year.makeup_workdays, *(day for edge in edges for day in edge.workdays)]
    return sum(not is_weekend(day) for day in off), sum(map(is_weekend, worked))


def _day(year: int, name: str, lunar: list[str]) -> date:
    if name in _OF_SPRING:
        return date.fromisoformat(f"{year}-{lunar[0]}") + _OF_SPRING[name] * _DAY
    return date.fromisoformat(f"{year}-{lunar[_LUNAR.index(name)] if name in _LUNAR else name}")
