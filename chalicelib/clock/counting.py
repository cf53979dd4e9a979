"""How a region counts: its calendar, its zone, its office hours, and when the last day ends.

Legal days are local days in the region's zone; instants are UTC. Nothing here is ever n × 24 hours.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from chalicelib.calendar.workdays import Calendar
from chalicelib.errors import Unknown
from chalicelib.policy.limit import Unit
from chalicelib.policy.profile import Profile

_DAY = timedelta(days=1)
_YEARS = range(1900, 2200)  # the longest limit from any of them ends before the year 9999


def within_reach(instant: datetime) -> datetime:
    """Give *instant* back if anything can be counted from it. Raises Unknown where years end."""
    if instant.year not in _YEARS:
        raise Unknown(f"calendar:{instant.year}")
    return instant


class Counting:
    """Days and office hours of one region under one profile."""

    def __init__(self, calendar: Calendar, profile: Profile) -> None:
        """Bind a calendar to a profile's way of counting."""
        self.calendar = calendar
        self.zone = profile.zone
        self.sessions = profile.sessions
        self.rest_day = profile.rest_day
        self.closes = profile.cutoff or profile.sessions[-1][1]
        self._ends: dict[date, datetime] = {}

    def day_of(self, instant: datetime) -> date:
        """The local day of *instant*."""
        return instant.astimezone(self.zone).date()

    def at(self, day: date, clock: time) -> datetime:
        """The instant (of two, the first) at which the local clock shows *clock* on *day*."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """The instant at which *day* ends: close of office, or the cutoff (民法典 203)."""
        end = self._ends.get(day)
        if end is None:
            end = self._ends[day] = self.at(day, self.closes)
        return end

    def missing(self, first: date, last: date) -> int | None:
        """The first year from that of *first* to that of *last* that is not published, if any."""
        published = self.calendar.years
        return next((y for y in range(first.year, last.year + 1) if y not in published), None)

    def counts_rest_days(self, unit: Unit) -> bool:
        """Whether a limit in *unit* may end on a rest day, so that the calendar has no say."""
        return unit in ("d", "mo") and self.rest_day == "keep"

    def first_close_after(self, instant: datetime, unit: Unit) -> datetime:
        """The first close of office strictly after *instant*."""
        day = self.day_of(instant)
        if not self.counts_rest_days(unit):
            day = self.calendar.workday_from(day)
        if self.end_of(day) > instant:
            return self.end_of(day)
        return self.end_of(
            day + _DAY if self.counts_rest_days(unit) else self.calendar.add_workdays(day, 1)
        )

    def office_after(self, instant: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The office sessions from *instant* on, without end: (opens or *instant*, closes)."""
        day = self.calendar.workday_from(self.day_of(instant))
        while True:
            for opens, closes in self.sessions:
                end = self.at(day, closes)
                if end > instant:
                    yield max(self.at(day, opens), instant), end
            day = self.calendar.add_workdays(day, 1)
