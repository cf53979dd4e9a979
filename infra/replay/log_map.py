"""MAP.toml: which parts of a log mean what (DESIGN §9 "Replay"), read strictly.

TOML text in, a frozen `LogMap` out. An unknown key, a wrong type or a combination that cannot mean
anything is refused with the key it is about; nothing is ever guessed or silently left aside.
"""

import codecs
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from chalicelib.errors import BadInput
from chalicelib.policy.limit import MAX_AMOUNT, Limit, Unit

Name = Annotated[str, Field(min_length=1)]
Amount = Annotated[int, Field(ge=1, le=MAX_AMOUNT)]
Wanted = StrictBool | StrictInt | StrictFloat | StrictStr
Conditions = dict[Name, Wanted]


class MapSection(BaseModel):
    """A table of the map: no unknown keys, no conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class EventChoice(MapSection):
    """An event of the case, by its activity; `which` goes by time, then by order in the file."""

    event: Name
    which: Literal["first", "last"] = "first"
    where: Conditions = {}


class ValueSource(MapSection):
    """Where a value comes from: an attribute of the case, or the time of one of its events."""

    attribute: Name | None = None
    event: Name | None = None
    which: Literal["first", "last"] = "first"
    where: Conditions = {}

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.attribute is None) == (self.event is None):
            raise ValueError("names either an attribute or an event")
        if self.attribute is not None and self.model_fields_set & {"which", "where"}:
            raise ValueError("which and where belong to an event")
        return self

    @property
    def as_event(self) -> EventChoice | None:
        """The event this names, if it names one."""
        if self.event is None:
            return None
        return EventChoice(event=self.event, which=self.which, where=self.where)


class Attribute(MapSection):
    """An attribute of the case."""

    attribute: Name


class ClockSection(MapSection):
    """What replaces the profile's own way of counting."""

    cutoff: str | None = None
    rest_day: Literal["next", "keep"] | None = None
    calendar: Name = "CN"


class LimitChoice(MapSection):
    """A limit from acceptance, for the cases whose attributes are as `when` says."""

    when: Conditions = {}
    amount: Amount
    unit: Unit

    @property
    def limit(self) -> Limit:
        """The limit as the core counts it."""
        return Limit(self.amount, self.unit)


class CaseSection(MapSection):
    """What makes a case, when it begins and ends, whose it is, and when it is due."""

    id: Name
    accepted: ValueSource
    completed: ValueSource | None = None
    department: Attribute | None = None
    due: ValueSource | None = None
    limit: Annotated[list[LimitChoice], Field(min_length=1)] | None = None


class PauseSection(MapSection):
    """A pause from one event to another; without its end it runs to the end of the case."""

    start: EventChoice
    end: EventChoice | None = None


class ExtensionSection(MapSection):
    """An extension granted by an event."""

    at: EventChoice
    amount: Amount
    unit: Unit


class ReportRule(MapSection):
    """What the report counts."""

    crossings: list[Annotated[int, Field(ge=1, le=100_000)]] = [50, 75, 80, 90, 100, 150, 200]


class LogMap(MapSection):
    """The whole map."""

    format: Literal["xes", "csv"]
    timezone: str | None = None
    activity: Name | None = None
    time: Name | None = None
    delimiter: str | None = None
    encoding: str | None = None
    time_format: str | None = None
    clock: ClockSection = ClockSection()
    case: CaseSection
    pause: list[PauseSection] = []
    extension: list[ExtensionSection] = []
    report: ReportRule = ReportRule()

    @property
    def has_events(self) -> bool:
        """Whether the log holds events; a CSV without `activity` holds cases only."""
        return self.format == "xes" or self.activity is not None

    @property
    def activity_key(self) -> str:
        """The event attribute that names the activity."""
        return self.activity or "concept:name"

    @property
    def time_key(self) -> str:
        """The event attribute that has the time."""
        return self.time or "time:timestamp"


def load_map(path: Path) -> LogMap:
    """Read the map in *path*. Raises BadInput with the file and the key."""
    try:
        text = path.read_text("utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise BadInput(error.strerror or "cannot be read", str(path)) from error
    except UnicodeDecodeError as error:
        raise BadInput("not UTF-8", str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"not TOML: {error}", str(path)) from error
    try:
        log_map = LogMap.model_validate(table)
    except ValidationError as error:
        raise _first_error(error, path) from error
    _check_map(log_map, path)
    return log_map


def _first_error(error: ValidationError, path: Path) -> BadInput:
    first = error.errors(include_url=False)[0]
    # The members of a union appear in the location; they mean nothing to a reader of the map.
    members = {"str", "int", "float", "bool"}
    keys = [str(part) for part in first["loc"] if part not in members]
    message = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
    return BadInput(message, f"{path}: {'.'.join(keys)}" if keys else str(path))


def _check_map(log_map: LogMap, path: Path) -> None:
    """Refuse keys that contradict each other. Raises BadInput."""
    for key, message in _contradictions(log_map):
        raise BadInput(message, f"{path}: {key}")


def _contradictions(log_map: LogMap) -> list[tuple[str, str]]:
    case, contradictions = log_map.case, []
    if log_map.timezone is not None and not _is_zone(log_map.timezone):
        contradictions.append(("timezone", f"unknown time zone {log_map.timezone!r}"))
    if case.due is not None and case.limit is not None:
        contradictions.append(("case.limit", "a case has either a due or a limit"))
    if case.limit is None:
        contradictions += [
            (key, "only a limit can be paused or extended")
            for key in ("pause", "extension")
            if getattr(log_map, key)
        ]
    return contradictions + (_xes_only(log_map) if log_map.format == "xes" else _csv_only(log_map))


def _xes_only(log_map: LogMap) -> list[tuple[str, str]]:
    return [
        (key, "belongs to csv")
        for key in ("delimiter", "encoding", "time_format")
        if getattr(log_map, key) is not None
    ]


def _csv_only(log_map: LogMap) -> list[tuple[str, str]]:
    contradictions = []
    if log_map.delimiter is not None and len(log_map.delimiter) != 1:
        contradictions.append(("delimiter", "one character"))
    if log_map.encoding is not None and not _is_encoding(log_map.encoding):
        contradictions.append(("encoding", f"unknown encoding {log_map.encoding!r}"))
    if log_map.time_format is not None and not _is_time_format(log_map.time_format):
        contradictions.append(("time_format", f"not a time format: {log_map.time_format!r}"))
    if log_map.activity is not None and log_map.time is None:
        contradictions.append(("time", "activity needs it: which column says when"))
    if log_map.activity is None:
        contradictions += [
            (key, "an event needs activity and time") for key in _event_keys(log_map)
        ]
    return contradictions


def _event_keys(log_map: LogMap) -> list[str]:
    case = log_map.case
    sources = {"accepted": case.accepted, "completed": case.completed, "due": case.due}
    keys = [f"case.{name}" for name, source in sources.items() if source and source.event]
    return keys + [key for key in ("pause", "extension") if getattr(log_map, key)]


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_encoding(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding  # noqa: SLF001 - rot13 and hex are no encodings
    except LookupError:
        return False


def _is_time_format(text: str) -> bool:
    some_day = datetime(2012, 3, 4, 5, 6, 7)  # noqa: DTZ001 - only its written form matters
    try:
        datetime.strptime(some_day.strftime(text), text)  # noqa: DTZ007
    except ValueError:
        return False
    return "%" in text
