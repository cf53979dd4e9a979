"""A policy profile (监察规则): the numbers that supervision works with, each with what it rests on.

Pure: text in, a frozen profile out. The version is the hash of the text, so a card can name exactly
the policy it was issued under (DESIGN §5).
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.errors import BadInput

RestDay = Literal["next", "keep"]
Session = tuple[time, time]

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a region supervises by. *cutoff* None: the last day ends when the office closes."""

    id: str
    version: str
    zone: ZoneInfo
    sessions: tuple[Session, ...]
    cutoff: time | None
    rest_day: RestDay
    warn_workdays_left: int
    warn_percent_used: int
    unanswered_workdays: int
    basis: Mapping[str, str]

    def with_counting(
        self,
        *,
        zone: ZoneInfo | None = None,
        cutoff: str | None = None,
        rest_day: str | None = None,
    ) -> "Profile":
        """Replace how days are counted, as a replay map's `[clock]` does. Raises BadInput.

        What counts otherwise is another policy, so the version says how it counts.
        """
        changed = replace(
            self,
            zone=zone or self.zone,
            cutoff=self.cutoff if cutoff is None else read_cutoff(cutoff, "cutoff"),
            rest_day=self.rest_day if rest_day is None else _rest_day(rest_day, "rest_day"),
        )
        if changed == self:
            return self
        ends = "office" if changed.cutoff is None else changed.cutoff.isoformat("milliseconds")
        counted = f"{changed.zone.key},{ends},{changed.rest_day}"
        return replace(changed, version=f"{self.version}+{counted}")

    def counted_as(self, counting: Mapping[str, str]) -> "Profile":
        """Count by *counting*: `zone`, `cutoff` and `rest_day`, each optional. Raises BadInput."""
        for key in counting:
            if key not in ("zone", "cutoff", "rest_day"):
                raise BadInput(f"unknown key {key!r}", "counting")
        zone = counting.get("zone")
        return self.with_counting(
            zone=None if zone is None else _zone(zone, "zone"),
            cutoff=counting.get("cutoff"),
            rest_day=counting.get("rest_day"),
        )


def read_profile(text: str, place: str) -> Profile:
    """Read a profile from TOML *text*; *place* names the file in errors. Raises BadInput."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"not TOML: {error}", place) from error
    known = {"id", "title", "zone", "office", "counting", "warning", "yellow", "red"}
    for key in table:
        if key not in known:
            raise BadInput(f"unknown key {key!r}", place)
    counting, warning, red = (_table(table, key, place) for key in ("counting", "warning", "red"))
    sections = ("office", "counting", "warning", "yellow", "red")
    return Profile(
        id=_string(table, "id", place),
        version="sha256:" + hashlib.sha256(text.encode()).hexdigest(),
        zone=_zone(_string(table, "zone", place), place),
        sessions=_sessions(_table(table, "office", place), f"{place}: office.sessions"),
        cutoff=read_cutoff(_string(counting, "cutoff", place), f"{place}: counting.cutoff"),
        rest_day=_rest_day(_string(counting, "rest_day", place), f"{place}: counting.rest_day"),
        warn_workdays_left=_whole(warning, "workdays_left", f"{place}: warning"),
        warn_percent_used=_percent(warning, "percent_used", f"{place}: warning"),
        unanswered_workdays=_whole(red, "unanswered_workdays", f"{place}: red"),
        basis={key: _string(_table(table, key, place), "basis", place) for key in sections},
    )


def read_cutoff(text: str, place: str) -> time | None:
    """Read when the last day ends: `office`, `24:00` (23:59:59.999, 民法典 203) or a time."""
    if text == "office":
        return None
    if text == "24:00":
        return time(23, 59, 59, 999000)
    return _time(text, place)


def _table(table: Mapping[str, object], key: str, place: str) -> Mapping[str, object]:
    value = table.get(key)
    if not isinstance(value, dict):
        raise BadInput(f"[{key}] is missing", place)
    return value


def _string(table: Mapping[str, object], key: str, place: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise BadInput(f"{key} must be text", place)
    return value


def _whole(table: Mapping[str, object], key: str, place: str) -> int:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadInput(f"{key} must be a whole number of 0 or more", place)
    return value


def _percent(table: Mapping[str, object], key: str, place: str) -> int:
    value = _whole(table, key, place)
    if value > 100:  # noqa: PLR2004
        raise BadInput(f"{key} must be at most 100", place)
    return value


def _zone(name: str, place: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(f"unknown time zone {name!r}", place) from error


def _rest_day(text: str, place: str) -> RestDay:
    if text == "next":
        return "next"
    if text == "keep":
        return "keep"
    raise BadInput(f'must be "next" or "keep", not {text!r}', place)


def _time(text: object, place: str) -> time:
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise BadInput(f"not a time of day: {text!r} (write 17:30)", place)
    return time(int(match.group(1)), int(match.group(2)))


def _sessions(office: Mapping[str, object], place: str) -> tuple[Session, ...]:
    rows = office.get("sessions")
    if not isinstance(rows, list) or not rows:
        raise BadInput("must list at least one session", place)
    sessions: list[Session] = []
    for row in rows:
        match row:
            case [opening, closing]:
                opens, closes = _time(opening, place), _time(closing, place)
            case _:
                raise BadInput('a session is ["08:30", "12:00"]', place)
        if opens >= closes or (sessions and sessions[-1][1] > opens):
            raise BadInput("sessions must follow one another within the day", place)
        sessions.append((opens, closes))
    return tuple(sessions)
