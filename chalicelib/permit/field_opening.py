"""The opening of a private field of a permit, for a reason, by a person whose right reaches it.

Pure. It is our own event of the case, `field.opened`: the field, the number of the fact that has it
and the role in the open; reason and person stay in the vault. No clock, lamp or rule reads it.
Only when it is on record does the function `open` give the value (ADR 0088).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.errors import Rejected
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.event_types import Reported
from chalicelib.people.caller import Role

OPEN_FOR = timedelta(minutes=5)
Unopened = Literal["unknown", "late", "again", "shredded"]


class FieldOpening(Struct, frozen=True):
    """*actor*, a person in this *role*, opens *field* of fact *n*, for a *reason*."""

    n: int
    field: str
    reason: str
    role: Role
    actor: str

    def event(self, case: str, name: str, at: datetime) -> Event:
        """Return the event that reports it about *case*, under the id *name*."""
        what = {"opened_in": self.n, "opened_field": self.field}
        by = {"role": self.role, "actor": self.actor, "text": self.reason}
        return own_event(Reported.FIELD_OPENED, case, name, at, {**what, **by})


def kept_fields(fact: Fact) -> tuple[str, ...]:
    """Return the private fields of *fact*, of those that an intake system reported."""
    given = fact.data.get("given")
    return tuple(given) if fact.source and isinstance(given, list) else ()


def is_kept(facts: Sequence[Fact], n: object, field: object) -> bool:
    """Return whether fact *n* of *facts* has a private *field*, shredded or not."""
    fact = _fact(facts, n)
    return fact is not None and field in kept_fields(fact)


def is_shredded(facts: Iterable[Fact], n: int) -> bool:
    """Return whether what was private of fact *n* was destroyed since."""
    return any(f.n > n and f.told and f.kind == Reported.CASE_SHREDDED for f in facts)


def must_be_kept(facts: Sequence[Fact], n: int, field: str) -> None:
    """Refuse to open what is not there: 404 for no such field, 409 where it was shredded."""
    if not is_kept(facts, n, field):
        raise Rejected(404, zh="本件没有这一不公开字段。", en="the case has no such private field")
    if is_shredded(facts, n):
        raise Rejected(409, zh="此字段已经销毁，无法查看。", en="this field was shredded")


def is_opening(facts: Sequence[Fact], fact: Fact) -> bool:
    """Return whether *fact* opens a private field of an earlier one of *facts*."""
    of, field = fact.data.get("opened_in"), fact.data.get("opened_field")
    return fact.kind == Reported.FIELD_OPENED and fact.told and is_kept(facts[: fact.n], of, field)


def opened_at(facts: Sequence[Fact], n: object, role: object) -> Fact | None:
    """Return fact *n* where somebody opened a private field in this *role*; else None."""
    fact = _fact(facts, n)
    if fact is None or fact.source or fact.data.get("role") != role:
        return None
    return fact if is_opening(facts, fact) else None


def _fact(facts: Sequence[Fact], n: object) -> Fact | None:
    return facts[n] if isinstance(n, int) and 0 <= n < len(facts) else None
