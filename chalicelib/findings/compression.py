"""Compression (时限压缩): whether a promise is cut to its share of the statutory limit (V-22).

The share is the profile's; it is rounded down in the unit of the statutory limit (DOMAIN §4.1). Of
a limit so short that nothing would be left, the whole is allowed. Limits in different units are
compared as due instants. The reference is a year of weeks without holidays: accepted on any of its
working days, as the office opens, the promise must run out in time. So an item is judged alike on
whatever day its catalogue is imported, whichever holidays are published by then.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear, is_weekend
from chalicelib.clock.counting import Counting, counting_of
from chalicelib.clock.due import due
from chalicelib.errors import Unknown
from chalicelib.policy.allowance import UNBOUND
from chalicelib.policy.conduct import Conduct
from chalicelib.policy.limit import Limit
from chalicelib.policy.office import Convention
from chalicelib.policy.profile import Profile

_FIRST = date(2001, 1, 1)  # a Monday, of a year of 365 days
_YEAR = [_FIRST + timedelta(days=n) for n in range(365)]
_DAYS = [day for day in _YEAR if not is_weekend(day)]
_NEVER = datetime.max.replace(tzinfo=UTC)
_Conventions = tuple[Convention | None, Convention | None]


def is_cut(promise: Limit, statutory: Limit, row: Conduct, profile: Profile) -> bool:
    """Return whether *promise* is at most the share of *statutory* that *row* of V-22 has."""
    if row.share is None:
        return True
    amount = statutory.amount * row.share.numerator // row.share.denominator
    most = Limit(amount or statutory.amount, statutory.unit)
    if promise.unit == most.unit:
        return promise.amount <= most.amount
    return _is_in_time(promise, most, counting_of(profile, _weeks()), _conventions(profile))


def _conventions(profile: Profile) -> _Conventions:
    """Return how the promise and the statutory limit are counted, where not as all else."""
    promise, statutory = (profile.clocks.get(name, UNBOUND) for name in ("promise", "statutory"))
    return promise.convention, statutory.convention


@lru_cache(maxsize=1000)
def _is_in_time(promise: Limit, most: Limit, counting: Counting, each: _Conventions) -> bool:
    """Return whether *promise* runs out no later than *most* from every working day of the year."""
    first, second = (counting.in_convention(convention) for convention in each)
    return all(_ends(promise, day, first) <= _ends(most, day, second) for day in _DAYS)


def _ends(limit: Limit, day: date, counting: Counting) -> datetime:
    """Return when *limit* runs out that begins as the office opens on *day*."""
    opens = counting.at(day, counting.office.sessions_on(day)[0][0])
    try:
        ends = due(opens, (limit,), (), counting)
    except (Unknown, OverflowError):
        return _NEVER
    return ends.last_moment.at if ends else _NEVER


@cache
def _weeks() -> Calendar:
    """Return a calendar of weeks without holidays."""
    years = range(_FIRST.year, 2100)
    return Calendar("weeks", [CalendarYear(n, (), "", frozenset(), frozenset()) for n in years])
