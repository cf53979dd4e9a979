"""Compression (时限压缩): whether a promise is cut to its share of the statutory limit (V-22).

The share is the profile's, rounded down in the unit of the statutory limit (DOMAIN §4.1). Of a
limit so short that nothing would be left, the whole is allowed. Limits in different units are
compared as due instants, from the opening of every working day in a year without holidays. So an
item is judged alike whenever its catalogue is imported, whichever holidays are published by then.
"""

from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear, is_weekend
from chalicelib.clock.counting import Counting, counting_of
from chalicelib.clock.due import due_unpaused
from chalicelib.errors import Unknown
from chalicelib.instant import LATEST
from chalicelib.policy.allowance import UNBOUND
from chalicelib.policy.conduct import Conduct
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile

_FIRST = date(2001, 1, 1)  # a Monday, of a year of 365 days
_YEAR = [_FIRST + timedelta(days=n) for n in range(365)]
_DAYS = [day for day in _YEAR if not is_weekend(day)]


def is_cut(promise: Limit, statutory: Limit, row: Conduct, profile: Profile) -> bool:
    """Return whether *promise* is at most the share of *statutory* that *row* of V-22 has."""
    if row.share is None:
        return True
    amount = statutory.amount * row.share.numerator // row.share.denominator
    most = Limit(amount or statutory.amount, statutory.unit)
    if promise.unit == most.unit:
        return promise.amount <= most.amount
    counting = counting_of(profile, _weeks())
    by_promise, by_law = (
        counting.in_convention(profile.clocks.get(name, UNBOUND).convention)
        for name in ("promise", "statutory")
    )
    return _is_in_time(promise, by_promise, most, by_law)


@lru_cache(maxsize=1000)
def _is_in_time(promise: Limit, by_promise: Counting, most: Limit, by_law: Counting) -> bool:
    """Return whether *promise* runs out no later than *most* from every working day of the year."""
    return all(_ends(promise, day, by_promise) <= _ends(most, day, by_law) for day in _DAYS)


def _ends(limit: Limit, day: date, counting: Counting) -> datetime:
    """Return when *limit* runs out that begins as the office opens on *day*."""
    opens = counting.at(day, counting.office.sessions_on(day)[0][0])
    try:
        return due_unpaused(opens, limit, counting).last_moment.at
    except (Unknown, OverflowError):
        return LATEST


@cache
def _weeks() -> Calendar:
    """Return a calendar of weeks without holidays."""
    years = range(_FIRST.year, 2100)
    return Calendar("weeks", [CalendarYear(n, (), "", frozenset(), frozenset()) for n in years])
