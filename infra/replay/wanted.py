"""The wanted parts of a log by its map: the keys to read, the roles that events play, the cases.

Made once per run, so that the loop over millions of events compares strings and nothing else.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from msgspec import Struct

from chalicelib.policy.limit import Limit, Unit
from infra.replay.log_map import CaseSection, Conditions, EventChoice, LogMap, Wanted

ACCEPTED, COMPLETED, DUE = "accepted", "completed", "due"

# Blanks of all kinds, and what nobody sees: zero widths, marks of direction, a soft hyphen.
_AROUND = (
    " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    "\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


def present_value(value: str | None) -> str | None:
    """Return *value* trimmed, None if it is missing: empty, `UNKNOWN` or absent (DESIGN §9)."""
    if not value or not (value := trimmed(value)) or value == "UNKNOWN":
        return None
    return value


def trimmed(value: str) -> str:
    """Return *value* without what surrounds it unseen, its letters composed (NFC)."""
    value = value.strip()
    return value if value.isascii() else unicodedata.normalize("NFC", value.strip(_AROUND))


class RawCase(NamedTuple):
    """One trace, or one row: the wanted attributes of the case and of its events, as text.

    *id* is empty where the log names none; *stray* marks events that stand outside any case. A row
    has its number, and in a workbook its *sheet*; *limit_unit* is what the name of its column of
    limits says.
    """

    id: str
    attributes: Mapping[str, str]
    events: Sequence[Mapping[str, str]]
    stray: bool = False
    row: int = 0
    sheet: str = ""
    limit_unit: Unit | None = None


class Condition(Struct, frozen=True):
    """An attribute with the value it must have; numbers are compared as numbers."""

    key: str
    value: Wanted

    def holds(self, written: str | None) -> bool:
        """Return whether the *written* value is the wanted one; missing is like missing only."""
        if isinstance(self.value, str):
            return present_value(written) == present_value(self.value)
        if written is None:
            return False
        if isinstance(self.value, bool):
            return written.strip().lower() == ("true" if self.value else "false")
        try:
            return Decimal(written.strip()) == Decimal(str(self.value))
        except InvalidOperation:
            return False


def conditions(table: Conditions) -> tuple[Condition, ...]:
    """Return the conditions that a `where` or a `when` sets; all of them must hold."""
    return tuple(Condition(key, value) for key, value in table.items())


class Role(Struct, frozen=True):
    """Event number *index* of the map: the conditions for an event to play it."""

    index: int
    activity: str
    where: tuple[Condition, ...]
    last: bool

    def fits(self, event: Mapping[str, str]) -> bool:
        """Return whether an *event* of this activity plays this role."""
        return all(condition.holds(event.get(condition.key)) for condition in self.where)


class PauseRoles(Struct, frozen=True):
    """The events that begin and end the pauses of one rule, and the procedure that they are of."""

    start: Role
    end: Role | None
    procedure: str


class WantedKeys:
    """The keys and the roles of a map."""

    def __init__(self, log_map: LogMap) -> None:
        """Collect them from *log_map*."""
        self._roles: list[Role] = []
        case = log_map.case
        self.id = case.id
        sources = {ACCEPTED: case.accepted, COMPLETED: case.completed, DUE: case.due}
        given = {name: source for name, source in sources.items() if source}
        self.moments = {name: each.attribute for name, each in given.items() if each.attribute}
        events = {name: each.as_event for name, each in given.items()}
        self.roles = {name: self._role(event) for name, event in events.items() if event}
        self.pauses = tuple(
            PauseRoles(
                self._role(rule.start),
                self._role(rule.end) if rule.end else None,
                rule.procedure or f"pause{number}",
            )
            for number, rule in enumerate(log_map.pause, 1)
        )
        self.extensions = tuple(
            (self._role(rule.at), Limit(rule.amount, rule.unit)) for rule in log_map.extension
        )
        self._take_values(case)
        self.activity = log_map.activity or "concept:name"
        self.time = log_map.time or "time:timestamp"
        self.by_activity: dict[str, tuple[Role, ...]] = {}
        for role in self._roles:
            self.by_activity[role.activity] = (*self.by_activity.get(role.activity, ()), role)
        where = {condition.key for role in self._roles for condition in role.where}
        self.event_keys = frozenset({self.activity, self.time} | where)

    def _take_values(self, case: CaseSection) -> None:
        """Collect the keys of the values that the cases themselves have."""
        self.department = case.department.attribute if case.department else None
        self.limits = tuple((conditions(choice.when), choice.limit) for choice in case.limit or ())
        column = case.limit_column
        self.limit = column.attribute if column else None
        self.limit_unit = column.unit if column else None
        told = (("item", case.item), ("region", case.region), ("title", case.title))
        self.opening = {name: source.attribute for name, source in told if source}
        self.when = tuple(sorted({c.key for conds, _ in self.limits for c in conds}))
        single = [key for key in (self.department, self.limit) if key]
        self.case_keys = frozenset(
            [self.id, *self.moments.values(), *single, *self.opening.values(), *self.when]
        )

    def _role(self, event: EventChoice) -> Role:
        role = Role(len(self._roles), event.event, conditions(event.where), event.which == "last")
        self._roles.append(role)
        return role
