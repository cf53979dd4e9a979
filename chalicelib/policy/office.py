"""Office hours (办公时间): when the office is open, by season, and how long its standard day is.

Section `[office]` of a profile. Half the country works other hours in summer (夏令作息), so hours
are a matter of the date; each set of hours names its basis.
"""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Literal

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.basis import Basis, read_basis
from chalicelib.policy.reading import Table, check_keys, read_rows, read_time_of_day

Session = tuple[time, time]
MonthDay = tuple[int, int]

# L: whole days, to the close of the last one. H: office time, to the millisecond (DOMAIN §1.3).
Convention = Literal["L", "H"]
CONVENTIONS: tuple[Convention, ...] = ("L", "H")

# What was filed after hours or on a rest day: that date is day 0, or the next working day is.
AfterHours = Literal["same_day", "next_workday"]
AFTER_HOURS: tuple[AfterHours, ...] = ("same_day", "next_workday")

_DAY = timedelta(days=1)
_LEAP_YEAR = 2024
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
_LENGTH = re.compile(r"(?:(\d{1,2})h)?(?:(\d{1,4})min)?", re.ASCII)


class Season(Struct, frozen=True):
    """Other hours from *first* to *last*, both included; it may reach over the year's end."""

    first: MonthDay
    last: MonthDay
    sessions: tuple[Session, ...]
    basis: Basis

    def holds(self, day: MonthDay) -> bool:
        """Whether *day* falls into it."""
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last


class Office(Struct, frozen=True):
    """The *sessions* of a working day, in order; other ones in a season.

    *standard_day* is what one working day of a limit comes to in convention H (标准工作日).
    """

    sessions: tuple[Session, ...]
    standard_day: timedelta
    basis: Basis
    seasons: tuple[Season, ...] = ()

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
    """How long the office is open in *sessions*, by the clock on its wall."""
    return sum((_since_midnight(b) - _since_midnight(a) for a, b in sessions), timedelta())


def read_office(table: Table, where: str) -> Office:
    """Read the section `[office]`; *where* names it in errors. Raises BadInput."""
    check_keys(table, ("sessions", "standard_day", "basis", "season"), where)
    sessions = _sessions(table, f"{where}.sessions")
    seasons = tuple(
        _season(row, f"{where}.season {number}")
        for number, row in enumerate(read_rows(table, "season", where), 1)
    )
    _refuse_overlaps(seasons, where)
    return Office(
        sessions=sessions,
        standard_day=_standard_day(table, [sessions, *(s.sessions for s in seasons)], where),
        basis=read_basis(table, where),
        seasons=seasons,
    )


def _season(row: Table, where: str) -> Season:
    check_keys(row, ("from", "to", "sessions", "basis"), where)
    return Season(
        first=_month_day(row, "from", where),
        last=_month_day(row, "to", where),
        sessions=_sessions(row, f"{where}.sessions"),
        basis=read_basis(row, where),
    )


def _refuse_overlaps(seasons: Sequence[Season], where: str) -> None:
    for number, season in enumerate(seasons, 1):
        for other, earlier in enumerate(seasons[: number - 1], 1):
            if season.holds(earlier.first) or earlier.holds(season.first):
                raise BadInput(
                    zh=f"与第 {other} 段季节重叠",
                    en=f"overlaps season {other}",
                    where=f"{where}.season {number}",
                )


def _standard_day(table: Table, all_hours: Sequence[Sequence[Session]], where: str) -> timedelta:
    lengths = {length_of(sessions) for sessions in all_hours}
    value = table.get("standard_day")
    if value is None:
        if len(lengths) > 1:
            zh = "各季节每天的办公时间长短不一，要写明 standard_day"
            en = "standard_day must be said where the seasons' days differ in length"
            raise BadInput(zh=zh, en=en, where=where)
        return lengths.pop()
    match = _LENGTH.fullmatch(value) if isinstance(value, str) and value else None
    if match is None:
        raise BadInput(
            zh=f"standard_day 要写成 '7h' 或 '450min' 这样，不是 {value!r}",
            en=f"standard_day must be like '7h' or '450min', not {value!r}",
            where=where,
        )
    hours, minutes = (int(digits or 0) for digits in match.groups())
    length = timedelta(hours=hours, minutes=minutes)
    if not timedelta() < length <= _DAY:
        raise BadInput(
            zh="standard_day 不能是零，也不能超过一天",
            en="standard_day must be longer than nothing and at most a day",
            where=where,
        )
    return length


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute)


def _month_day(row: Table, key: str, where: str) -> MonthDay:
    value = row.get(key)
    match = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        if match is not None:
            day = date(_LEAP_YEAR, int(match.group(1)), int(match.group(2)))
            return day.month, day.day
    except ValueError:
        pass
    raise BadInput(
        zh=f"{key} 要写成月和日，例如 '07-01'，不是 {value!r}",
        en=f"{key} must be a day of the year like '07-01', not {value!r}",
        where=where,
    )


def _sessions(table: Table, where: str) -> tuple[Session, ...]:
    listed = table.get("sessions")
    if not isinstance(listed, list) or not listed:
        raise BadInput(zh="至少要写一段办公时间", en="must list at least one session", where=where)
    sessions: list[Session] = []
    for row in listed:
        match row:
            case [opening, closing]:
                opens, closes = read_time_of_day(opening, where), read_time_of_day(closing, where)
            case _:
                raise BadInput(
                    zh='一段办公时间写成 ["08:30", "12:00"]',
                    en='a session is ["08:30", "12:00"]',
                    where=where,
                )
        if opens >= closes or (sessions and sessions[-1][1] > opens):
            raise BadInput(
                zh="各段办公时间要在同一天内，先后相接，不能重叠",
                en="sessions must follow one another within the day",
                where=where,
            )
        sessions.append((opens, closes))
    return tuple(sessions)
