"""A group whose cards count together: a department's, or one item of it, in a year or a quarter."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from urllib.parse import quote

RECKONED_AFTER = timedelta(days=15)
"""How long after its period a group is counted: a source may report for 24 hours, or until a
working day after the longest holidays has passed (CLAIMS §4)."""
_YEAR, _MONTHS = 12, 3


class CountedGroup(NamedTuple):
    """The cases of a *region*, and of one *item* if any, in a *quarter* of a *year*; 0: all of it.

    Years and quarters are those of the calendar, by the local day.
    """

    region: str
    item: str
    year: int
    quarter: int = 0

    @property
    def name(self) -> str:
        """Its name in keys of facts."""
        quarter = f"-Q{self.quarter}" if self.quarter else ""
        return f"{self.region}/{quote(self.item, safe='')}/{self.year}{quarter}"

    @property
    def days(self) -> tuple[date, date]:
        """The first day of its period, and the first day after it."""
        first = (self.quarter - 1) * _MONTHS + 1 if self.quarter else 1
        end = first + (_MONTHS if self.quarter else _YEAR)
        return date(self.year, first, 1), date(self.year + (end > _YEAR), (end - 1) % _YEAR + 1, 1)

    def reckoned_at(self, zone: tzinfo) -> datetime:
        """Return when its cases are counted: by then all that fell due in it is reported."""
        return datetime.combine(self.days[1] + RECKONED_AFTER, time.min, zone)
