"""Office hours (办公时间): when the office is open, by season, and how long its standard day is.

Section `[office]` of a profile. Half the country works other hours in summer (夏令作息), so hours
are a matter of the date; each set of hours names its basis.
"""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from operator import le, lt
from typing import Annotated, Literal, Self

from msgspec import Meta, Struct, field
from msgspec.structs import force_setattr

from chalicelib.policy.basis import Basis
from chalicelib.policy.reading import TimeOfDay
from chalicelib.schema import Defect, Unfit

Session = tuple[time, time]
_Sessions = Annotated[tuple[tuple[TimeOfDay, TimeOfDay], ...], Meta(min_length=1)]

# L: whole days, to the close of the last one. H: office time, to the millisecond (DOMAIN §1.3).
Convention = Literal["L", "H"]
CONVENTIONS: tuple[Convention, ...] = ("L", "H")

# What was filed after hours or on a rest day: that date is day 0, or the next working day is.
AfterHours = Literal["same_day", "next_workday"]

_DAY = timedelta(days=1)
_LEAP_YEAR = 2024
_MONTH_DAY = r"(?a)(\d\d)-(\d\d)"
_LENGTH = r"(?a)(?:(\d{1,2})h)?(?:(\d{1,4})min)?"


class MonthDay(tuple[int, int]):
    """A day of every year: its month, and its day in that."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `07-01`. Raises Unfit."""
        match = re.fullmatch(_MONTH_DAY, text)
        try:
            day = date(_LEAP_YEAR, int(match[1]), int(match[2])) if match else None
        except ValueError:
            day = None
        if day is None:
            zh = f"要写成月和日，例如 '07-01'，不是 {text!r}"
            raise Unfit(zh, f"is a day like '07-01', not {text!r}")
        return cls((day.month, day.day))


class DayLength(timedelta):
    """How long a working day is: `7h`, `450min`, `7h30min`; longer than nothing, at most a day."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `7h`. Raises Unfit."""
        match = re.fullmatch(_LENGTH, text) if text else None
        if match is None:
            zh, en = "要写成 '7h' 或 '450min' 这样", "must be like '7h' or '450min'"
            raise Unfit(f"{zh}，不是 {text!r}", f"{en}, not {text!r}")
        hours, minutes = (int(digits or 0) for digits in match.groups())
        length = cls(hours=hours, minutes=minutes)
        if not timedelta() < length <= _DAY:
            zh = "不能是零，也不能超过一天"
            raise Unfit(zh, "must be longer than nothing and at most a day")
        return length


class Season(Struct, frozen=True, forbid_unknown_fields=True):
    """Other hours from *first* to *last*, both included; it may reach over the year's end."""

    first: MonthDay = field(name="from")
    last: MonthDay = field(name="to")
    sessions: _Sessions
    basis: Basis

    def __post_init__(self) -> None:
        """Refuse sessions that are out of order. Raises Defect."""
        _check_sessions(self.sessions)

    def holds(self, day: tuple[int, int]) -> bool:
        """Return whether *day*, a month and its day, falls into it."""
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last


class Office(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The *sessions* of a working day, in order; other ones in a season.

    *standard_day* is what one working day of a limit comes to in convention H (标准工作日).
    """

    sessions: _Sessions
    standard_day: DayLength = DayLength()
    basis: Basis
    seasons: tuple[Season, ...] = field(name="season", default=())

    def __post_init__(self) -> None:
        """Work out *standard_day* where it is not said. Raises Defect: seasons overlap."""
        _check_sessions(self.sessions)
        _refuse_overlaps(self.seasons)
        if not self.standard_day:
            hours = (self.sessions, *(season.sessions for season in self.seasons))
            lengths = set(map(length_of, hours))
            if len(lengths) > 1:
                zh = "各季节每天的办公时间长短不一，要写明 standard_day"
                en = "standard_day must be said where the seasons' days differ in length"
                raise Defect(("standard_day",), zh, en)
            force_setattr(self, "standard_day", lengths.pop())

    def sessions_on(self, day: date) -> tuple[Session, ...]:
        """Return the sessions of *day*, if it is worked."""
        if not self.seasons:
            return self.sessions
        month_day = day.month, day.day
        for season in self.seasons:
            if season.holds(month_day):
                return season.sessions
        return self.sessions


def length_of(sessions: Sequence[Session]) -> timedelta:
    """Return how long the office is open in *sessions*, by the clock on its wall."""
    return sum((_since_midnight(b) - _since_midnight(a) for a, b in sessions), timedelta())


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute)


def _check_sessions(sessions: Sequence[Session]) -> None:
    """Refuse *sessions* that do not follow one another within the day. Raises Defect."""
    times = [moment for session in sessions for moment in session]
    opens, closes = times[::2], times[1::2]
    if not all(map(lt, opens, closes)) or not all(map(le, closes, opens[1:])):
        zh = "各段办公时间要在同一天内，先后相接，不能重叠"
        raise Defect(("sessions",), zh, "sessions must follow one another within the day")


def _refuse_overlaps(seasons: Sequence[Season]) -> None:
    for number, season in enumerate(seasons):
        for other, earlier in enumerate(seasons[:number], 1):
            if season.holds(earlier.first) or earlier.holds(season.first):
                zh, en = f"与第 {other} 段季节重叠", f"overlaps season {other}"
                raise Defect(("season", number), zh, en)
