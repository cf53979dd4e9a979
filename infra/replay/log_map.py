"""MAP.toml: which parts of a log mean what (DESIGN §9 "Replay"), read strictly.

TOML text in, a frozen `LogMap` out. An unknown key, a wrong type or a combination that cannot mean
anything is refused with the key it is about; nothing is ever guessed or silently left aside.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from msgspec import Meta, Struct, field

from chalicelib.errors import BadInput
from chalicelib.policy.limit import MAX_AMOUNT, Limit, Unit
from chalicelib.schema import Defect, Unfit, read_record
from infra.replay.map_check import contradictions
from infra.terminal.files import unreadable


class Label(str):
    """The name of a column, an attribute or an activity: not empty, without blanks around it."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return *text* without the blanks around it. Raises Unfit: nothing is left."""
        if not (name := text.strip()):
            raise Unfit("至少 1 个字符", "1 characters at least")
        return cls(name)


NotBlank = Annotated[str, Meta(pattern=r"\S")]
Amount = Annotated[int, Meta(ge=1, le=MAX_AMOUNT)]
Wanted = bool | int | float | str


class Conditions(dict[str, Wanted]):
    """The values that attributes must have, by their names."""

    @classmethod
    def read_value(cls, value: object) -> Self:
        """Return the table *value* with trimmed names. Raises Unfit, or Defect with the name."""
        if not isinstance(value, dict):
            raise Unfit("须是对象（键与值）", "must be an object")
        for name, wanted in value.items():
            if not isinstance(wanted, Wanted):
                text = "须是文字、数字、true 或 false", "must be a text, a number, true or false"
                raise Defect((name,), *text)
        return cls({Label.parse(name): wanted for name, wanted in value.items()})


class MapSection(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the map: no unknown keys, no conversions."""


class EventChoice(MapSection, frozen=True):
    """An event of the case, by its activity; `which` goes by time, then by order in the file."""

    event: Label
    which: Literal["first", "last"] = "first"
    where: Conditions = field(default_factory=Conditions)


class ValueSource(MapSection, frozen=True):
    """Where a value comes from: an attribute of the case, or the time of one of its events."""

    attribute: Label | None = None
    event: Label | None = None
    which: Literal["first", "last"] | None = None
    where: Conditions | None = None

    def __post_init__(self) -> None:
        """Refuse both sources or none, and for an attribute the keys of an event."""
        if (self.attribute is None) == (self.event is None):
            text = "要写 attribute 或者 event，只写一个", "names either an attribute or an event"
            raise Unfit(*text)
        if self.event is None and (self.which, self.where) != (None, None):
            raise Unfit("which 和 where 只用于 event", "which and where belong to an event")

    @property
    def as_event(self) -> EventChoice | None:
        """The event this names, if it names one."""
        if self.event is None:
            return None
        return EventChoice(self.event, self.which or "first", self.where or Conditions())


class Attribute(MapSection, frozen=True):
    """An attribute of the case."""

    attribute: Label


class ClockSection(MapSection, frozen=True):
    """A way of counting other than that of the profile."""

    cutoff: str | None = None
    rest_day: Literal["next", "keep"] | None = None
    calendar: Label = Label("CN")


class LimitChoice(MapSection, frozen=True, kw_only=True):
    """A limit from acceptance, for the cases whose attributes are as `when` says."""

    when: Conditions = field(default_factory=Conditions)
    amount: Amount
    unit: Unit

    @property
    def limit(self) -> Limit:
        """The limit as the core counts it."""
        return Limit(self.amount, self.unit)


class LimitColumn(Attribute, frozen=True):
    """A limit from acceptance that each case states itself; *unit* where only a number stands."""

    unit: Unit | None = None


class CaseSection(MapSection, frozen=True):
    """The parts of a case: its id, when it begins and ends, whose it is, and when it is due.

    *item*, *region* and *title* are told to a stage (`duban import`); a replay needs none of them.
    """

    id: Label
    accepted: ValueSource
    completed: ValueSource | None = None
    department: Attribute | None = None
    item: Attribute | None = None
    region: Attribute | None = None
    title: Attribute | None = None
    due: ValueSource | None = None
    limit: Annotated[tuple[LimitChoice, ...], Meta(min_length=1)] | None = None
    limit_column: LimitColumn | None = None


class PauseSection(MapSection, frozen=True):
    """The pauses from one event to another; without its end one runs to the end of the case.

    All pauses of a case are paired, whatever `which` says. *procedure* is what a stage calls it.
    """

    start: EventChoice
    end: EventChoice | None = None
    procedure: Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,63}\Z")] | None = None


class ExtensionSection(MapSection, frozen=True):
    """An extension granted by an event."""

    at: EventChoice
    amount: Amount
    unit: Unit


class ReportRule(MapSection, frozen=True):
    """The shares of the time budget, in per cent, whose crossing the report counts."""

    crossings: tuple[Annotated[int, Meta(ge=1, le=100_000)], ...] = (50, 75, 80, 90, 100, 150, 200)


class LogMap(MapSection, frozen=True, kw_only=True):
    """The whole map. `csv` and `xlsx` are the same: rows, and the file says which of both it is."""

    format: Literal["xes", "csv", "xlsx"]
    timezone: str | None = None
    activity: Label | None = None
    time: Label | None = None
    delimiter: str | None = None
    encoding: str | None = None
    time_format: str | tuple[str, ...] | None = None
    date_system: Literal[1900, 1904] | None = None
    sheet: NotBlank | tuple[NotBlank, ...] | None = None
    clock: ClockSection = ClockSection()
    case: CaseSection
    pause: tuple[PauseSection, ...] = ()
    extension: tuple[ExtensionSection, ...] = ()
    report: ReportRule = ReportRule()

    @property
    def time_formats(self) -> tuple[str, ...]:
        """The forms of times, in the order in which they are tried."""
        return _all_of(self.time_format)

    @property
    def sheets(self) -> tuple[str, ...]:
        """The sheets of a workbook that are read; none: those that have the columns."""
        return tuple(name.strip() for name in _all_of(self.sheet))


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
        log_map = read_record(LogMap, table)
    except Defect as defect:
        where = f"{path}: {defect.path}" if defect.path else str(path)
        raise BadInput(zh=defect.zh, en=defect.en, where=where) from defect
    for key, reason in contradictions(log_map):
        raise BadInput(reason, f"{path}: {key}")
    return log_map


def _all_of(given: str | tuple[str, ...] | None) -> tuple[str, ...]:
    given = given or ()
    return (given,) if isinstance(given, str) else given
