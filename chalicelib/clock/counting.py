"""The counting of a region: its calendar, zone and office hours, and the end of the last day.

Legal days are local days in the region's zone; instants are UTC. Nothing here is ever n × 24 hours.
"""

from collections import deque
from collections.abc import Iterable
from copy import copy
from datetime import UTC, date, datetime, time, timedelta

from chalicelib.cached import cached_property
from chalicelib.calendar.workdays import Calendar
from chalicelib.clock.office_time import OfficeTime, office_time
from chalicelib.errors import Unknown
from chalicelib.instant import local_time
from chalicelib.policy.limit import HOURS, Limit, Unit
from chalicelib.policy.office import Convention
from chalicelib.policy.profile import Profile
from chalicelib.policy.written_profile import RestDay

_NONE, _DAY = timedelta(0), timedelta(days=1)
# Units that run from an instant; the others run from the day after.
_BY_INSTANT: dict[Convention, frozenset[str]] = {"L": HOURS, "H": HOURS | {"wd"}}
_SHORTEST_MONTH = 28
_REMEMBERED = 1000  # instants
_RECENT: "deque[tuple[Counting, Profile]]" = deque(maxlen=8)
_YEARS = range(1990, 2100)  # the days that a calendar can guess


def within_reach(instant: datetime) -> datetime:
    """Return *instant* if limits can be counted from it. Raises Unknown where years end."""
    if instant.year not in _YEARS:
        raise Unknown(f"calendar:{instant.year}")
    return instant


class Counting:
    """Days and office hours of one region under one profile.

    In convention L a working day is a date; in H it is a standard day of office time, and runs from
    the very instant (DOMAIN §1.3). All else is the same in both.
    """

    def __init__(self, profile: Profile, calendar: Calendar) -> None:
        """Bind a profile's way of counting to a calendar."""
        self.calendar, self.zone = calendar, profile.zone
        self.office, self.cutoff = profile.office, profile.cutoff
        self.rest_day, self.after_hours = profile.rest_day, profile.after_hours
        self.convention: Convention = profile.convention
        self.by_instant = _BY_INSTANT[self.convention]
        self._siblings = {(self.convention, self.rest_day): self}
        self._ends: dict[date, datetime] = {}
        self._days: dict[datetime, date] = {}

    def in_convention(self, convention: Convention | None) -> "Counting":
        """Return the counting in *convention*; None: that of the profile."""
        if convention is None or convention == self.convention:
            return self
        return self._like(convention, self.rest_day)

    def on_the_day(self) -> "Counting":
        """Return a counting that moves no day on from a rest day: for points before the end."""
        return self._like(self.convention, "keep")

    def _like(self, convention: Convention, rest_day: RestDay) -> "Counting":
        """Return the counting with *convention* and *rest_day*; it shares the caches."""
        sibling = self._siblings.get((convention, rest_day))
        if sibling is None:
            sibling = self._siblings[convention, rest_day] = copy(self)
            sibling.convention, sibling.by_instant = convention, _BY_INSTANT[convention]
            sibling.rest_day = rest_day
        return sibling

    def day_of(self, instant: datetime) -> date:
        """Return the local day of *instant*."""
        day = self._days.get(instant)  # a hit is faster than one of lru_cache
        if day is None:
            if len(self._days) >= _REMEMBERED:
                self._days.clear()
            day = self._days[instant] = local_time(instant, self.zone).date()
        return day

    def at(self, day: date, clock: time) -> datetime:
        """Return the instant (of two, the first) of the local time *clock* on *day*."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Return the instant at which *day* ends: close of office, or the cutoff (民法典 203).

        Of two it is the last: a day of 25 hours is over when all of it is.
        """
        end = self._ends.get(day)
        if end is None:
            closes = self.cutoff or self.office.sessions_on(day)[-1][1]
            end = max(self.at(day, closes.replace(fold=fold)) for fold in (0, 1))
            self._ends[day] = end
        return end

    def day_zero(self, start: datetime) -> date:
        """Return the day that does not count (民法典 201): that of *start*.

        It is the next working day where the profile moves an arrival after hours.
        """
        day = self.day_of(start)
        if self.after_hours == "same_day":
            return day
        is_over = start > self.office_time.sessions(day)[-1][1]
        return self.calendar.add_workdays(day, 1) if is_over else self.calendar.workday_from(day)

    @cached_property
    def office_time(self) -> OfficeTime:
        """The measure of office time."""
        return office_time(self.calendar, self.office, self.zone)

    def hours_of(self, limit: Limit) -> timedelta:
        """Return the time that *limit* allows; its unit must run from an instant."""
        if limit.unit == "wd":
            return limit.amount * self.office.standard_day
        return timedelta(hours=limit.amount)

    def least(self, limits: Iterable[Limit]) -> timedelta:
        """Return the least time that *limits* need under any calendar and any pauses."""
        return sum(map(self.least_of, limits), _NONE)

    def least_of(self, limit: Limit) -> timedelta:
        """Return the least time that one limit needs."""
        if limit.unit in self.by_instant:
            return self.hours_of(limit)
        days = limit.amount * (_SHORTEST_MONTH if limit.unit == "mo" else 1)
        return (days - 1) * _DAY if days else _NONE

    def last_moment(self, instant: datetime) -> datetime:
        """Return the last instant at which no more office time is used than at *instant*.

        At a close, and outside office hours, that is when the office opens next. A limit that was
        used up at *instant* is not exceeded before: “超过1秒钟也算超期” means seconds that count.
        """
        return self.office_time.opening(instant)

    def missing(self, first: date, last: date) -> int | None:
        """Return the first unpublished year from that of *first* to that of *last*, if any."""
        published = self.calendar.years
        if first.year == last.year:
            return None if last.year in published else last.year
        return next((y for y in range(first.year, last.year + 1) if y not in published), None)

    def counts_rest_days(self, unit: Unit) -> bool:
        """Return whether a limit in *unit* may end on a rest day: then no calendar is needed."""
        return unit in ("d", "mo") and self.rest_day == "keep"

    def first_close_after(self, instant: datetime, unit: Unit) -> datetime:
        """Return the first close of office strictly after *instant*."""
        day, any_day = self.day_of(instant), self.counts_rest_days(unit)
        day = day if any_day else self.calendar.workday_from(day)
        if self.end_of(day) <= instant:
            day = day + _DAY if any_day else self.calendar.add_workdays(day, 1)
        return self.end_of(day)


def counting_of(profile: Profile, calendar: Calendar) -> Counting:
    """Return the counting of *profile* and *calendar*, with its caches from other cases."""
    for counting, bound_profile in _RECENT:
        if bound_profile is profile and counting.calendar is calendar:
            return counting
    counting = Counting(profile, calendar)
    _RECENT.append((counting, profile))
    return counting
