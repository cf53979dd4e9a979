"""A change of the calendar: a notice of its own makes some days off, or working.

It is for everybody (国办发明电〔2020〕1号 lengthened a Spring Festival that had begun), or for one
region: the holidays of autonomous places (全国年节及纪念日放假办法 art. 4), a typhoon or a flood.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.calendar.dates import read_date, read_dates, write_dates
from chalicelib.errors import BadInput
from chalicelib.policy.region import covers

_KEYS = {"kind", "notice", "title", "issued", "region", "source", "days_off", "workdays"}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Change:
    """Days that *notice* makes off or working; *region* is empty where it is for everybody."""

    notice: str
    title: str
    issued: date
    region: str
    source: str
    days_off: frozenset[date]
    workdays: frozenset[date]

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
        details = {"title": self.title, "region": self.region, "source": self.source}
        return {
            "kind": "change",
            "notice": self.notice,
            "issued": self.issued.isoformat(),
            **{name: text for name, text in details.items() if text},
            "days_off": write_dates(self.days_off),
            "workdays": write_dates(self.workdays),
        }


def read_change(table: Mapping[str, object], where: str) -> Change:
    """Return the change in *table*, all of it checked. Raises BadInput with *where*."""
    for key in table:
        if key not in _KEYS:
            raise BadInput(f"unknown key {key!r}", where)
    notice, title, region, source = (
        _text(table, key, where) for key in ("notice", "title", "region", "source")
    )
    if not notice:
        raise BadInput("notice must be the number or the title of a document", where)
    if "region" in table and not region:
        raise BadInput("region must name one; leave it out where all are meant", where)
    off, worked = (read_dates(table.get(key, []), where, key) for key in ("days_off", "workdays"))
    for day in sorted(off & worked):
        raise BadInput(f"{day} cannot be both off and working", f"{where}: workdays")
    if not off and not worked:
        raise BadInput("changes no day: days_off and workdays are empty", where)
    issued = read_date(table.get("issued"), f"{where}: issued")
    return Change(notice, title, issued, region, source, off, worked)


def _text(table: Mapping[str, object], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or len(value) > _LONGEST or value != value.strip():
        raise BadInput(f"{key} must be a text of at most {_LONGEST} characters", where)
    return value
