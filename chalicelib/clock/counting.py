"""How a region counts: its calendar, its zone, its office hours, and when the last day ends.

Legal days are local days in the region's zone; instants are UTC. Nothing here is ever n × 24 hours.
"""

from collections import deque
from collections.abc import Iterable
from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TypeVar

from chalicelib.calendar.workdays import Calendar
from chalicelib.clock.office_time import OfficeTime, office_time
from chalicelib.errors import Unknown
from chalicelib.policy.limit import HOURS, Limit, Unit
from chalicelib.policy.office import Convention, Session
from chalicelib.policy.profile import Profile, RestDay

_DAY = timedelta(days=1)
# Units that run from an instant; the others run from the day after.
_BY_INSTANT: dict[Convention, frozenset[str]] = {"L": HOURS, "H": HOURS | {"wd"}}
_REMEMBERED = 1000
_SHORTEST_MONTH = 28
_MADE: "deque[tuple[Counting, Profile]]" = deque(maxlen=8)
_YEARS = range(1900, 2200)  # the longest limit from any of them ends before the year 9999


def within_reach(instant: datetime) -> datetime:
    """Give *instant* back if anything can be counted from it. Raises Unknown where years end."""
    if instant.year not in _YEARS:
        raise Unknown(f"calendar:{instant.year}")
    return instant


Asked = TypeVar("Asked")
Found = TypeVar("Found")


class _Remembered(dict[Asked, Found]):
    """What has been worked out: one case asks for some of it, a log of cases for all."""

    def __setitem__(self, asked: Asked, found: Found) -> None:
        """Remember it, and forget what went before where it has become too much."""
        if len(self) >= _REMEMBERED:
            self.clear()
        super().__setitem__(asked, found)


class Counting:
    """Days and office hours of one region under one profile.

    In convention L a working day is a date; in H it is a standard day of office time, and runs from
    the very instant (DOMAIN §1.3). All else is the same in both.
    """

    def __init__(self, calendar: Calendar, profile: Profile) -> None:
        """Bind a calendar to a profile's way of counting."""
        self.calendar = calendar
        self.zone = profile.zone
        self.office = profile.office
        self.cutoff = profile.cutoff
        self.rest_day = profile.rest_day
        self.after_hours = profile.after_hours
        self.convention: Convention = profile.convention
        self.by_instant = _BY_INSTANT[self.convention]
        self._siblings = {(self.convention, self.rest_day): self}
        self._ends: dict[date, datetime] = {}
        self._days: _Remembered[datetime, date] = _Remembered()
        # Until when a pause lasts at the most: by convention, start and approved length.
        self.caps: _Remembered[tuple[str, datetime, Limit], datetime] = _Remembered()

    def under(self, convention: Convention | None) -> "Counting":
        """The same region counted in *convention*; None: as its profile says."""
        if convention is None or convention == self.convention:
            return self
        return self._like(convention, self.rest_day)

    def on_the_day(self) -> "Counting":
        """The same, but that no day is moved on from a rest day: for points on the way."""
        return self._like(self.convention, "keep")

    def _like(self, convention: Convention, rest_day: RestDay) -> "Counting":
        """The same but for these; it shares what has been worked out."""
        sibling = self._siblings.get((convention, rest_day))
        if sibling is None:
            sibling = self._siblings[convention, rest_day] = copy(self)
            sibling.convention, sibling.by_instant = convention, _BY_INSTANT[convention]
            sibling.rest_day = rest_day
        return sibling

    def day_of(self, instant: datetime) -> date:
        """The local day of *instant*."""
        day = self._days.get(instant)
        if day is None:
            day = self._days[instant] = instant.astimezone(self.zone).date()
        return day

    def at(self, day: date, clock: time) -> datetime:
        """The instant (of two, the first) at which the local clock shows *clock* on *day*."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """The instant at which *day* ends: close of office, or the cutoff (民法典 203)."""
        end = self._ends.get(day)
        if end is None:
            end = self._ends[day] = self.at(day, self.closes(day))
        return end

    def sessions_on(self, day: date) -> tuple[Session, ...]:
        """The office hours of *day*, if it is worked, as its season has them."""
        return self.office.sessions_on(day)

    def closes(self, day: date) -> time:
        """When *day* ends by the clock on the wall."""
        return self.cutoff or self.office.sessions_on(day)[-1][1]

    def day_zero(self, start: datetime) -> date:
        """The day that does not count (民法典 201): that of *start*, or the next working day.

        The latter where the profile takes what came after hours as having come then.
        """
        day = self.day_of(start)
        if self.after_hours == "same_day":
            return day
        is_over = start > self.office_time.sessions(day)[-1][1]
        return self.calendar.add_workdays(day, 1) if is_over else self.calendar.workday_from(day)

    @cached_property
    def office_time(self) -> OfficeTime:
        """The office hours as a measure."""
        return office_time(self.calendar, self.office, self.zone)

    def hours_of(self, limit: Limit) -> timedelta:
        """How much time *limit* allows, where its unit runs from an instant."""
        if limit.unit == "wd":
            return limit.amount * self.office.standard_day
        return timedelta(hours=limit.amount)

    def least(self, limits: Iterable[Limit]) -> timedelta:
        """What *limits* cannot be shorter than, whatever the calendar says and whatever pauses."""
        return sum(map(self.least_of, limits), timedelta(0))

    def least_of(self, limit: Limit) -> timedelta:
        """What one limit cannot be shorter than."""
        if limit.unit in self.by_instant:
            return self.hours_of(limit)
        days = limit.amount * (_SHORTEST_MONTH if limit.unit == "mo" else 1)
        return timedelta(days=max(days - 1, 0))

    def last_moment(self, instant: datetime) -> datetime:
        """The last instant at which no more office time is used than at *instant*.

        Where *instant* is a close or lies outside office hours, that is when the office opens next.
        Until then nothing is over a limit that was used up at *instant*: “超过1秒钟也算超期” speaks
        of seconds that count.
        """
        return self.office_time.opening(instant)

    def missing(self, first: date, last: date) -> int | None:
        """The first year from that of *first* to that of *last* that is not published, if any."""
        published = self.calendar.years
        if first.year == last.year:
            return None if last.year in published else last.year
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


def counting_of(calendar: Calendar, profile: Profile) -> Counting:
    """The counting of these two, with what has been worked out of it for other cases."""
    for made, of in _MADE:
        if of is profile and made.calendar is calendar:
            return made
    made = Counting(calendar, profile)
    _MADE.append((made, profile))
    return made
