"""Derive again (重新推导): whether a derived fact follows from the facts on record before it.

Pure. Every derived fact names the profile and the calendar that it was judged under (DESIGN §5),
and `decide` uses nothing else. So anyone who has the earlier facts and those two derives the same
fact, or can name the field that differs. The instant at which supervision noticed is not compared:
no rule fixes when it looks (DESIGN §5).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived

Derive = Callable[[CaseHistory, datetime], Sequence[Fact]]
"""Return the facts that follow in a case at an instant: `decide` with the rules bound."""

_NOTICING = frozenset({"noticed_at", "noticed"})
_NOT_DERIVED = frozenset({"words"})  # they are of the catalogue of that moment, not of the case
# Written before the case is judged.
_NOT_JUDGED = frozenset({Derived.DUE_REVISED, Derived.TERMS_ADOPTED, Derived.CASES_COUNTED})


class Difference(Struct, frozen=True):
    """A *field* that is *recorded* otherwise than *derived* again; None where it is absent."""

    field: str
    recorded: object
    derived: object


class Rederived(Struct, frozen=True):
    """A *recorded* fact and the fact *derived* again; None where it does not follow."""

    recorded: Fact
    derived: Fact | None
    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Return whether the fact follows and all its fields are the same."""
        return self.derived is not None and not self.differences


def rederived(case: CaseHistory, n: int, derive: Derive) -> Rederived:
    """Derive fact *n* of *case* again, from the facts before it."""
    recorded = case.facts[n]
    facts = derive(case.until(_count_judged(case, n)), recorded.recorded_at)
    derived = next((fact for fact in facts if fact.key == recorded.key), None)
    return Rederived(recorded, derived, _differences(recorded, derived))


def _count_judged(case: CaseHistory, n: int) -> int:
    """Return how many facts there were when *case* was judged that fact *n* comes from.

    The facts of one judgement are written at one instant, one after another.
    """
    start, facts = n, case.facts
    while start and _is_judged(facts[start - 1], facts[n].recorded_at):
        start -= 1
    return start


def _is_judged(fact: Fact, at: datetime) -> bool:
    return not fact.told and fact.kind not in _NOT_JUDGED and fact.recorded_at == at


def _differences(recorded: Fact, derived: Fact | None) -> tuple[Difference, ...]:
    if derived is None:
        return ()
    was, now = compared_fields(recorded), compared_fields(derived)
    rows = (Difference(name, was.get(name), now.get(name)) for name in {**was, **now})
    return tuple(row for row in rows if row.recorded != row.derived)


def compared_fields(fact: Fact) -> Mapping[str, object]:
    """Return the fields of *fact* as written in JSON, without the empty and those of noticing."""
    data = json.loads(json.dumps(dict(fact.data)))
    compared = {
        name: value
        for name, value in data.items()
        if name not in _NOTICING | _NOT_DERIVED and value not in ("", None, [], {})
    }
    return {"kind": fact.kind, "at": text(fact.at), **compared}
