"""One calendar year as its State Council notice (国务院办公厅放假通知) makes it: its days off.

A day is worked when it is a weekday that the notice does not take off, or a weekend day that the
notice makes a working day (调休上班日). DOMAIN §1.3 DAY-08.

Dates of every calendar document are read here: strictly, each once; and written in order.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from chalicelib.instant import is_date
from chalicelib.policy.reading import Text, read_each, refused, within
from chalicelib.schema import Unfit, read_record

_SATURDAY = 5  # date.weekday()
_Name = Annotated[str, Meta(min_length=1, max_length=40)]
LONGEST_REASON = 200
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


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


class _WrittenYear(Struct, frozen=True, forbid_unknown_fields=True):
    """A year as its document has it."""

    year: Annotated[int, Meta(ge=1949, le=2200)]
    status: Literal["official"]  # a year that is not published is derived, and never imported
    notices: Annotated[tuple[Text, ...], Meta(min_length=1)]
    days_off: list[Any]
    makeup_workdays: list[Any]
    kind: Any = None
    source: str = ""
    names: dict[str, Any] = {}
    forced: str = ""


def read_year(table: Mapping[str, object], where: str) -> CalendarYear:
    """Return the year in *table*, all of it checked. Raises BadInput with *where*."""
    with refused(where):
        written = read_record(_WrittenYear, table)
        with within("days_off"):
            off = read_dates(written.days_off, written.year)
        with within("makeup_workdays"):
            made_up = read_dates(written.makeup_workdays, written.year)
            if wrong := sorted(day for day in made_up if day in off or not is_weekend(day)):
                days = "、".join(map(str, wrong)), ", ".join(map(str, wrong))
                zh = f"{days[0]} 不是周末，或者也写在 days_off 里，不能是调休上班日"
                raise Unfit(zh, f"{days[1]}: no weekend, or in days_off too, so no make-up day")
        with within("names"):
            names = _read_names(written.names, off)
        with within("forced"):
            forced = read_reason(written.forced)
    return CalendarYear(written.year, written.notices, written.source, off, made_up, names, forced)


def read_reason(text: str) -> str:
    """Return the reason for a year that lacks something. Raises Unfit."""
    if text != text.strip() or len(text) > LONGEST_REASON:
        zh = f"理由应是文字，至多 {LONGEST_REASON} 个字，前后没有空白"
        en = f"a reason is text, at most {LONGEST_REASON} characters, without blanks around it"
        raise Unfit(zh, en)
    return text


def _read_names(texts: dict[str, Any], off: frozenset[date]) -> tuple[tuple[date, str], ...]:
    names = {read_date(day): name for day, name in read_each(_Name, texts).items()}
    for day in names:
        if day not in off:
            raise Unfit(f"{day} 不在 days_off 里", f"{day} is not in days_off")
    return tuple(sorted(names.items()))


def is_weekend(day: date) -> bool:
    """Return whether *day* is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def unpublished_workday(day: date) -> bool:
    """Return the guess for a year without a notice: weekends and fixed legal holidays are off.

    全国年节及纪念日放假办法 (2024) article 2: 1 January, 1 and 2 May, 1 to 3 October. The lunar
    holidays and every exchange of days are unknown until the notice comes, hence provisional.
    """
    return not is_weekend(day) and (day.month, day.day) not in FIXED_HOLIDAYS


def read_date(value: object) -> date:
    """Return the date that *value* writes (`2026-10-01`). Raises Unfit."""
    if isinstance(value, str) and is_date(value):
        return date.fromisoformat(value)
    text = _excerpt(value)
    raise Unfit(f"{text} 不是日期（写作 2026-10-01）", f"{text} is not a date (write 2026-10-01)")


def read_dates(values: Iterable[object], year: int | None = None) -> frozenset[date]:
    """Return dates, each once, all of *year* if given. Raises Unfit that names the others."""
    dates: set[date] = set()
    wrong = []
    for value in values:
        day = date.fromisoformat(value) if isinstance(value, str) and is_date(value) else None
        if day is None or day in dates or year not in (None, day.year):
            wrong.append(_excerpt(value))
        else:
            dates.add(day)
    if wrong:
        zh, en = (f" {year} 年的日期", f"dates of {year}") if year else ("日期", "dates")
        zh = f"{'、'.join(wrong)} 不是{zh}，或者重复（写作 2026-10-01）"
        raise Unfit(zh, f"{', '.join(wrong)}: no {en}, or there twice (write 2026-10-01)")
    return frozenset(dates)


def write_dates(days: Iterable[date]) -> list[str]:
    """Return *days* as texts, in order."""
    return [day.isoformat() for day in sorted(days)]


def _excerpt(value: object) -> str:
    return repr(value)[:40]
