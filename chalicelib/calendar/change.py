"""A change of the calendar: a notice of its own makes some days off, or working.

It is for everybody (国办发明电〔2020〕1号 lengthened a Spring Festival that had begun), or for one
region: the holidays of autonomous places (全国年节及纪念日放假办法 art. 4), a typhoon or a flood.

The arrangement of a year (放假安排) may also name days of the year before or after it: the notice
for 2019 makes 29 December 2018 a working day. Those days are a change that names its year.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from chalicelib.calendar.dates import read_date, read_dates, write_dates
from chalicelib.errors import BadInput
from chalicelib.policy.region import covers

_KEYS = {"kind", "notice", "title", "issued", "year", "region", "source", "days_off", "workdays"}
_LONGEST = 200


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


def read_change(table: Mapping[str, object], where: str) -> Change:
    """Return the change in *table*, all of it checked. Raises BadInput with *where*."""
    for key in table:
        if key not in _KEYS:
            raise BadInput(zh=f"不认识的键 {key!r}", en=f"unknown key {key!r}", where=where)
    notice, title, region, source = (
        _text(table, key, where) for key in ("notice", "title", "region", "source")
    )
    if not notice:
        zh, en = "notice 应写文号或者标题", "notice is the number or the title of a notice"
        raise BadInput(zh=zh, en=en, where=where)
    if "region" in table and not region:
        zh = "region 应写一个地区；适用于所有地区的，不写这一项"
        en = "region is one region; leave it out where the change holds everywhere"
        raise BadInput(zh=zh, en=en, where=where)
    off, worked = (read_dates(table.get(key, []), where, key) for key in ("days_off", "workdays"))
    for day in sorted(off & worked):
        zh, en = f"{day} 不能既放假又上班", f"{day} cannot be both off and a working day"
        raise BadInput(zh=zh, en=en, where=f"{where}: workdays")
    if not off and not worked:
        zh = "没有改变任何一天：days_off 和 workdays 都是空的"
        raise BadInput(zh=zh, en="it changes no day: days_off and workdays are empty", where=where)
    year = _read_year(table, off | worked, where)
    is_dated = "issued" in table or year is None
    issued = read_date(table.get("issued"), f"{where}: issued") if is_dated else None
    return Change(notice, title, issued, region, source, off, worked, year)


def _read_year(table: Mapping[str, object], days: frozenset[date], where: str) -> int | None:
    """Return the year whose arrangement has *days*, which lie in December before or January after.

    None where the change is a notice of its own.
    """
    year = table.get("year")
    if "year" not in table:
        return None
    if isinstance(year, bool) or not isinstance(year, int):
        zh = "year 应写这些日子所属的放假安排是哪一年的"
        en = "year says which year's arrangement these days belong to"
        raise BadInput(zh=zh, en=en, where=where)
    for day in sorted(days):
        if (day.year, day.month) not in ((year - 1, 12), (year + 1, 1)):
            zh = f"{day} 既不在 {year} 年之前的十二月，也不在它之后的一月"
            en = f"{day} is neither in the December before {year} nor in the January after it"
            raise BadInput(zh=zh, en=en, where=where)
    return year


def _text(table: Mapping[str, object], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or len(value) > _LONGEST or value != value.strip():
        zh = f"{key} 应是文字，至多 {_LONGEST} 个字，前后没有空白"
        en = f"{key} is text, at most {_LONGEST} characters, without blanks around it"
        raise BadInput(zh=zh, en=en, where=where)
    return value
