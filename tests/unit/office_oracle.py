"""A naive office clock to compare with: minute by minute, whether it is open. It shares no code.

Hours are said in minutes of the day; instants lie on whole minutes of China's time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from tests.unit.oracle import is_workday

MINUTE = timedelta(minutes=1)

Parts = tuple[tuple[int, int], ...]
Ended = tuple[datetime, datetime]


class Hours(Struct, frozen=True, dict=True):
    """Open in *parts* of the day; in the months and days of *season* in *other* ones."""

    standard: int
    parts: Parts
    season: tuple[str, str] = ("", "")
    other: Parts = ()

    def open_at(self, instant: datetime) -> bool:
        """Whether the minute that begins with *instant* is an office minute."""
        if not is_workday(instant.date()):
            return False
        day, (first, last) = instant.strftime("%m-%d"), self.season
        within = first <= day <= last if first <= last else day >= first or day <= last
        minute = instant.hour * 60 + instant.minute
        return any(a <= minute < b for a, b in (self.other if within and first else self.parts))


_PLAIN: Parts = ((510, 720), (840, 1050))
HOURS = {
    "": Hours(420, _PLAIN),
    "summer": Hours(420, _PLAIN, ("06-01", "09-30"), ((480, 720), (900, 1080))),
    "winter": Hours(360, _PLAIN, ("11-01", "03-31"), ((540, 720), (840, 1020))),
    "half": Hours(210, _PLAIN),
    "long": Hours(480, ((480, 1200),)),
}


def used(since: datetime, until: datetime, stops: Sequence[Ended], hours: Hours) -> int:
    """Count the office minutes from *since* to *until* that no stop holds."""
    count = 0
    while since < until:
        count += hours.open_at(since) and not _held(since, stops)
        since += MINUTE
    return count


def used_up(start: datetime, minutes: int, stops: Sequence[Ended], hours: Hours) -> datetime:
    """Walk until so many minutes have been used; out of every stop in which the walk stands."""
    instant, left, stops = start, minutes, _joined(stops)
    while left:
        left -= hours.open_at(instant) and not _held(instant, stops)
        instant += MINUTE
    while (held := _held(opening(instant, hours), stops)) is not None:
        instant = held
    return instant


def opening(instant: datetime, hours: Hours) -> datetime:
    """Walk to the next office minute."""
    while not hours.open_at(instant):
        instant += MINUTE
    return instant


def _joined(stops: Sequence[Ended]) -> list[Ended]:
    """Return the stops with those in one that follow one another without a minute between."""
    joined: list[Ended] = []
    for begin, end in sorted(stops):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _held(instant: datetime, stops: Sequence[Ended]) -> datetime | None:
    return max((end for begin, end in stops if begin <= instant < end), default=None)
