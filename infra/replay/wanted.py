"""The wanted parts of a log by its map: the keys to read, and the roles that events play.

Made once per run, so that the loop over millions of events compares strings and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from chalicelib.policy.limit import Limit
from infra.replay.log_map import EventChoice, LogMap, Wanted

ACCEPTED, COMPLETED, DUE = "accepted", "completed", "due"


def present_value(value: str | None) -> str | None:
    """Return *value*, None if it is missing: empty, `UNKNOWN` or absent (DESIGN §9)."""
    if value is None or value == "UNKNOWN" or not value or value.isspace():
        return None
    return value


@dataclass(frozen=True, slots=True)
class Condition:
    """An attribute with the value it must have; numbers are compared as numbers."""

    key: str
    value: Wanted

    def holds(self, written: str | None) -> bool:
        """Whether the *written* value is the wanted one; missing is like missing only."""
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


def conditions(table: Mapping[str, Wanted]) -> tuple[Condition, ...]:
    """The conditions that a `where` or a `when` sets; all of them must hold."""
    return tuple(Condition(key, value) for key, value in table.items())


@dataclass(frozen=True, slots=True)
class Role:
    """Event number *index* of the map: the conditions for an event to play it."""

    index: int
    activity: str
    where: tuple[Condition, ...]
    last: bool

    def fits(self, event: Mapping[str, str]) -> bool:
        """Whether an *event* of this activity plays this role."""
        return all(condition.holds(event.get(condition.key)) for condition in self.where)


class WantedKeys:
    """The keys and the roles of a map."""

    def __init__(self, log_map: LogMap) -> None:
        """Collect them from *log_map*."""
        self._roles: list[Role] = []
        case = log_map.case
        self.id = case.id
        sources = {ACCEPTED: case.accepted, COMPLETED: case.completed, DUE: case.due}
        self.moments = {
            name: source.attribute
            for name, source in sources.items()
            if source and source.attribute
        }
        self.roles = {
            name: self._role(source.as_event)
            for name, source in sources.items()
            if source and source.as_event
        }
        self.pauses = tuple(
            (self._role(rule.start), self._role(rule.end) if rule.end else None)
            for rule in log_map.pause
        )
        self.extensions = tuple(
            (self._role(rule.at), Limit(rule.amount, rule.unit)) for rule in log_map.extension
        )
        self.department = case.department.attribute if case.department else None
        self.limits = tuple((conditions(choice.when), choice.limit) for choice in case.limit or ())
        self.when = tuple(sorted({c.key for conds, _ in self.limits for c in conds}))
        self.activity, self.time = log_map.activity_key, log_map.time_key
        self.by_activity: dict[str, tuple[Role, ...]] = {}
        for role in self._roles:
            self.by_activity[role.activity] = (*self.by_activity.get(role.activity, ()), role)

        department = [self.department] if self.department else []
        self.case_keys = frozenset([self.id, *self.moments.values(), *department, *self.when])
        where = {condition.key for role in self._roles for condition in role.where}
        self.event_keys = frozenset({self.activity, self.time} | where)

    def _role(self, event: EventChoice) -> Role:
        role = Role(len(self._roles), event.event, conditions(event.where), event.which == "last")
        self._roles.append(role)
        return role
