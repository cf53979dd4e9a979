"""A change of the calendar: a notice of its own makes some days off, or working.

It is for everybody (国办发明电〔2020〕1号 lengthened a Spring Festival that had begun), or for one
region: the holidays of autonomous places (全国年节及纪念日放假办法 art. 4), a typhoon or a flood.

The arrangement of a year (放假安排) may also name days of the year before or after it: the notice
for 2019 makes 29 December 2018 a working day. Those days are a change that names its year.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from chalicelib.calendar.year import read_date, read_dates, write_dates
from chalicelib.policy.reading import refused, within
from chalicelib.policy.region import covers
from chalicelib.schema import Unfit, read_record

_Line = Annotated[
    str,
    Meta(
        max_length=200,
        pattern=r"^(?!\s)[\s\S]*(?<!\s)\Z",
        extra={"zh": "前后不能有空白", "en": "must not have blanks around it"},
    ),
]


class Change(Struct, frozen=True):
    """Days that *notice* makes off or working; *region* is empty where it is for everybody.

    *year* is the year whose arrangement they are part of; None for a notice of its own, which was
    *issued* on a day. The file of a year does not say that day.
    """

    notice: str
    title: str
    issued: date | None
    region: str
    source: str
    days_off: frozenset[date]
    workdays: frozenset[date]
    year: int | None = None

    @property
    def notices(self) -> tuple[str, ...]:
        """The number of the document that makes the change."""
        return (self.notice,)

    @property
    def days(self) -> frozenset[date]:
        """Every day that it makes off or working."""
        return self.days_off | self.workdays

    def covers(self, region: str) -> bool:
        """Return whether it holds in *region*: that of the change itself, or one within it."""
        return not self.region or covers(self.region, region)

    def table(self) -> dict[str, Any]:
        """Return the change as the document that `read_change` reads."""
        details = {
            "issued": self.issued.isoformat() if self.issued else "",
            "title": self.title,
            "year": self.year,
            "region": self.region,
            "source": self.source,
        }
        return {
            "kind": "change",
            "notice": self.notice,
            **{name: value for name, value in details.items() if value},
            "days_off": write_dates(self.days_off),
            "workdays": write_dates(self.workdays),
        }


class _WrittenChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A change as its document has it."""

    notice: Annotated[_Line, Meta(min_length=1)]
    kind: Any = None
    title: _Line = ""
    issued: str | None = None
    year: int | UnsetType = UNSET
    region: Annotated[_Line, Meta(min_length=1)] = ""  # not written where it holds everywhere
    source: _Line = ""
    days_off: list[Any] = []
    workdays: list[Any] = []


def read_change(table: Mapping[str, object], where: str) -> Change:
    """Return the change in *table*, all of it checked. Raises BadInput with *where*."""
    with refused(where):
        written = read_record(_WrittenChange, table)
        with within("days_off"):
            off = read_dates(written.days_off)
        with within("workdays"):
            worked = read_dates(written.workdays)
            for day in sorted(off & worked):
                zh, en = f"{day} 不能既放假又上班", f"{day} cannot be both off and a working day"
                raise Unfit(zh, en)
        if not off and not worked:
            zh = "没有改变任何一天：days_off 和 workdays 都是空的"
            raise Unfit(zh, "it changes no day: days_off and workdays are empty")
        year = None if written.year is UNSET else written.year
        if year is not None:
            _check_edge(year, off | worked)
        with within("issued"):
            is_dated = "issued" in table or year is None
            issued = read_date(written.issued) if is_dated else None
    texts = written.notice, written.title, issued, written.region, written.source
    return Change(*texts, off, worked, year)


def _check_edge(year: int, days: Iterable[date]) -> None:
    """Refuse *days* out of the December before *year*, or the January after it. Raises Unfit."""
    for day in sorted(days):
        if (day.year, day.month) not in ((year - 1, 12), (year + 1, 1)):
            zh = f"{day} 既不在 {year} 年之前的十二月，也不在它之后的一月"
            en = f"{day} is neither in the December before {year} nor in the January after it"
            raise Unfit(zh, en)
