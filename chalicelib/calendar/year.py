"""One calendar year as its State Council notice (国务院办公厅放假通知) makes it: its days off.

A day is worked when it is a weekday that the notice does not take off, or a weekend day that the
notice makes a working day (调休上班日). DOMAIN §1.3 DAY-08.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from chalicelib.calendar.dates import read_date, read_dates, write_dates
from chalicelib.errors import BadInput

_KEYS = {
    "kind", "year", "status", "notices", "source", "days_off", "names", "makeup_workdays", "forced",
}  # fmt: skip
_YEARS = range(1949, 2201)
_SATURDAY = 5  # date.weekday()
_LONGEST_NAME = 40
LONGEST_REASON = 200
_FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


class CalendarYear(Struct, frozen=True, eq=False):
    """A published year. *notices* are the document numbers it rests on.

    *names* are the holidays, each with its first day; the days off that follow it without a gap
    are that holiday's too. They are for those who read, and change no judgement. *forced* is the
    reason why an operator imported the year although it lacks something; empty where it lacked
    nothing.
    """

    year: int
    notices: tuple[str, ...]
    source: str
    days_off: frozenset[date]
    makeup_workdays: frozenset[date]
    names: tuple[tuple[date, str], ...] = ()
    forced: str = ""

    def __eq__(self, other: object) -> bool:
        """Return whether *other* is the same but for the names of its holidays."""
        return isinstance(other, CalendarYear) and self._compared() == other._compared()

    def __hash__(self) -> int:
        """Hash what is compared."""
        return hash(self._compared())

    def _compared(self) -> tuple[object, ...]:
        of_days = (self.days_off, self.makeup_workdays)
        return (self.year, self.notices, self.source, *of_days, self.forced)

    def holiday_name(self, day: date) -> str:
        """Return the name of the holiday that *day* is off for (清明节); empty if unnamed."""
        names = dict(self.names)
        while day in self.days_off:
            if day in names:
                return names[day]
            day -= timedelta(days=1)
        return ""

    def is_workday(self, day: date) -> bool:
        """Return whether the office works on *day* of this year."""
        return day in self.makeup_workdays or not (is_weekend(day) or day in self.days_off)

    def table(self) -> dict[str, Any]:
        """Return the year as the document that `read_year` reads."""
        table: dict[str, Any] = {
            "year": self.year,
            "status": "official",
            "notices": list(self.notices),
            "source": self.source,
            "days_off": write_dates(self.days_off),
            "makeup_workdays": write_dates(self.makeup_workdays),
        }
        if self.names:
            table["names"] = {day.isoformat(): name for day, name in self.names}
        if self.forced:
            table["forced"] = self.forced
        return table


def read_year(table: Mapping[str, object], where: str) -> CalendarYear:
    """Return the year in *table*, all of it checked. Raises BadInput with *where*."""
    for key in table:
        if key not in _KEYS:
            raise BadInput(zh=f"不认识的键 {key!r}", en=f"unknown key {key!r}", where=where)
    year = table.get("year")
    if isinstance(year, bool) or not isinstance(year, int) or year not in _YEARS:
        raise BadInput(zh="year 应是年份", en="year is a year", where=where)
    if table.get("status") != "official":
        zh = 'status 只能是 "official"：没有公布的年份由系统推算，不导入'
        en = 'status is "official": years that are not published are derived, and never imported'
        raise BadInput(zh=zh, en=en, where=where)
    notices = _read_notices(table.get("notices"), where)
    if not isinstance(table.get("source", ""), str):
        raise BadInput(zh="source 应是文字", en="source is text", where=where)
    off, made_up = (
        read_dates(table.get(key), where, key, year) for key in ("days_off", "makeup_workdays")
    )
    if wrong := sorted(day for day in made_up if day in off or not is_weekend(day)):
        zh = f"{'、'.join(map(str, wrong))} 不是周末，或者也写在 days_off 里，不能是调休上班日"
        en = f"{', '.join(map(str, wrong))}: no weekend, or in days_off too, so no make-up day"
        raise BadInput(zh=zh, en=en, where=f"{where}: makeup_workdays")
    names = _read_names(table.get("names", {}), off, f"{where}: names")
    forced = read_reason(table.get("forced", ""), f"{where}: forced")
    source = str(table.get("source", ""))
    return CalendarYear(year, notices, source, off, made_up, names, forced)


def _read_notices(notices: object, where: str) -> tuple[str, ...]:
    if not isinstance(notices, list) or not all(
        isinstance(notice, str) and notice for notice in notices
    ):
        zh, en = "notices 应是文号的列表", "notices is a list of numbers of notices"
        raise BadInput(zh=zh, en=en, where=where)
    if not notices:
        zh, en = "notices 应写明它依据的通知", "notices names the notice that it rests on"
        raise BadInput(zh=zh, en=en, where=where)
    return tuple(notices)


def read_reason(value: object, where: str) -> str:
    """Return the reason for a year that lacks something. Raises BadInput with *where*."""
    if not isinstance(value, str) or value != value.strip() or len(value) > LONGEST_REASON:
        zh = f"理由应是文字，至多 {LONGEST_REASON} 个字，前后没有空白"
        en = f"a reason is text, at most {LONGEST_REASON} characters, without blanks around it"
        raise BadInput(zh=zh, en=en, where=where)
    return value


def _read_names(values: object, off: frozenset[date], where: str) -> tuple[tuple[date, str], ...]:
    if not isinstance(values, Mapping):
        zh = "names 应写每个节日的第一天和名称"
        en = "names has the first day of each holiday, and its name"
        raise BadInput(zh=zh, en=en, where=where)
    names: dict[date, str] = {}
    for key, name in values.items():
        day = read_date(key, where)
        if day not in off:
            zh, en = f"{day} 不在 days_off 里", f"{day} is not in days_off"
            raise BadInput(zh=zh, en=en, where=where)
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
            zh = f"{day} 的名称应是不超过 {_LONGEST_NAME} 个字的文字"
            en = f"the name of {day} is a text of at most {_LONGEST_NAME} characters"
            raise BadInput(zh=zh, en=en, where=where)
        names[day] = name
    return tuple(sorted(names.items()))


def is_weekend(day: date) -> bool:
    """Return whether *day* is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def unpublished_workday(day: date) -> bool:
    """Return the guess for a year without a notice: weekends and fixed legal holidays are off.

    全国年节及纪念日放假办法 (2024) article 2: 1 January, 1 and 2 May, 1 to 3 October. The lunar
    holidays and every exchange of days are unknown until the notice comes, hence provisional.
    """
    return not is_weekend(day) and (day.month, day.day) not in _FIXED
