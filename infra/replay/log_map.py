"""MAP.toml: which parts of a log mean what (DESIGN §9 "Replay"), read strictly.

TOML text in, a frozen `LogMap` out. An unknown key, a wrong type or a combination that cannot mean
anything is refused with the key it is about; nothing is ever guessed or silently left aside.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from chalicelib.errors import BadInput, Bilingual
from chalicelib.policy.limit import MAX_AMOUNT, Limit, Unit
from infra.replay.map_check import contradictions
from infra.terminal.input_file import unreadable

Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
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


class LimitColumn(Attribute):
    """A limit from acceptance that each case states itself; *unit* where only a number stands."""

    unit: Unit | None = None


class CaseSection(MapSection):
    """What makes a case, when it begins and ends, whose it is, and when it is due.

    *item*, *region* and *title* are told to a stage (`duban import`); a replay needs none of them.
    """

    id: Name
    accepted: ValueSource
    completed: ValueSource | None = None
    department: Attribute | None = None
    item: Attribute | None = None
    region: Attribute | None = None
    title: Attribute | None = None
    due: ValueSource | None = None
    limit: Annotated[list[LimitChoice], Field(min_length=1)] | None = None
    limit_column: LimitColumn | None = None


class PauseSection(MapSection):
    """The pauses from one event to another; without its end one runs to the end of the case.

    All pauses of a case are paired, whatever `which` says. *procedure* is what a stage calls it.
    """

    start: EventChoice
    end: EventChoice | None = None
    procedure: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")] | None = None


class ExtensionSection(MapSection):
    """An extension granted by an event."""

    at: EventChoice
    amount: Amount
    unit: Unit


class ReportRule(MapSection):
    """What the report counts."""

    crossings: list[Annotated[int, Field(ge=1, le=100_000)]] = [50, 75, 80, 90, 100, 150, 200]


def _as_rows(written: object) -> object:
    """Return `csv` for `xlsx`: a workbook has rows too, and its file says which of both it is."""
    return "csv" if written == "xlsx" else written


class LogMap(MapSection):
    """The whole map."""

    format: Annotated[Literal["xes", "csv"], BeforeValidator(_as_rows)]
    timezone: str | None = None
    activity: Name | None = None
    time: Name | None = None
    delimiter: str | None = None
    encoding: str | None = None
    time_format: str | list[str] | None = None
    date_system: Literal[1900, 1904] | None = None
    sheet: Name | list[Name] | None = None
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
    def time_formats(self) -> tuple[str, ...]:
        """How times are written, in the order in which they are tried."""
        written = self.time_format or ()
        return (written,) if isinstance(written, str) else tuple(written)

    @property
    def sheets(self) -> tuple[str, ...]:
        """The sheets of a workbook that are read; none: those that have the columns."""
        named = self.sheet or ()
        return (named,) if isinstance(named, str) else tuple(named)

    @property
    def activity_key(self) -> str:
        """The event attribute that names the activity."""
        return self.activity or "concept:name"

    @property
    def time_key(self) -> str:
        """The event attribute that has the time."""
        return self.time or "time:timestamp"


_WRONG = {  # what the library says of a key, by its kind
    "extra_forbidden": Bilingual("没有这个键：写错了，或者放错了地方", "unknown key"),
    "missing": Bilingual("缺少这一项", "Field required"),
    "string_type": Bilingual("要写文字，放在引号里", "Input should be a valid string"),
    "bool_type": Bilingual("只能是 true 或 false", "Input should be a valid boolean"),
    "int_type": Bilingual("要写整数", "Input should be a valid integer"),
    "list_type": Bilingual("要写成方括号里的一列", "Input should be a valid list"),
    "dict_type": Bilingual("要写成一节", "Input should be a valid dictionary"),
}


def load_map(path: Path) -> LogMap:
    """Read the map in *path*. Raises BadInput with the file and the key."""
    try:
        text = path.read_text("utf-8-sig")  # editors on Windows write a mark in front
        table = tomllib.loads(text)
    except OSError as error:
        raise unreadable(error, path) from error
    except UnicodeDecodeError as error:
        raise BadInput(zh="不是 UTF-8", en="not UTF-8", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            zh="不是 TOML，少了或者多了符号", en=f"not TOML: {error}", where=str(path)
        ) from error
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
    text = _WRONG.get(first["type"], Bilingual("写得不对，请看 docs/replay.md", first["msg"]))
    return BadInput(text, f"{path}: {'.'.join(keys)}" if keys else str(path))


def _check_map(log_map: LogMap, path: Path) -> None:
    """Refuse keys that contradict each other. Raises BadInput."""
    for key, text in contradictions(log_map):
        raise BadInput(text, f"{path}: {key}")
