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
Fields = Callable[[Fact], Mapping[str, object]]
"""Return the fields of a fact that are compared."""

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


def compared_fields(fact: Fact) -> Mapping[str, object]:
    """Return the fields of *fact* as written in JSON, without the empty and those of noticing."""
    data = json.loads(json.dumps(dict(fact.data)))
    compared = {
        name: value
        for name, value in data.items()
        if name not in _NOTICING | _NOT_DERIVED and value not in ("", None, [], {})
    }
    return {"kind": fact.kind, "at": text(fact.at), **compared}


def rederived(
    case: CaseHistory, n: int, *ways: Derive, fields: Fields = compared_fields
) -> Rederived:
    """Derive fact *n* of *case* again, in each of *ways*; compare its *fields*.

    Several judgements may bear one instant, each of the facts on record then: all are tried. If the
    fact comes out otherwise in all, return the first in which it comes out.
    """
    recorded = case.facts[n]
    nearest = Rederived(recorded, None, ())
    for count in range(_first_judged(case, n), n + 1):
        before = case.until(count)
        for derive in ways:
            facts = derive(before, recorded.recorded_at)
            derived = next((fact for fact in facts if fact.key == recorded.key), None)
            if derived is None:
                continue
            again = Rederived(recorded, derived, compare_facts(recorded, derived, fields))
            if again.is_same:
                return again
            nearest = again if nearest.derived is None else nearest
    return nearest


def _first_judged(case: CaseHistory, n: int) -> int:
    """Return how many facts there were when *case* was first judged at the instant of fact *n*.

    The facts of one judgement are written at one instant, one after another.
    """
    at, start = case.facts[n].recorded_at, n
    while start and is_judged(before := case.facts[start - 1]) and before.recorded_at == at:
        start -= 1
    return start


def is_judged(fact: Fact) -> bool:
    """Return whether *fact* is derived by a judgement of its case; some are derived before it."""
    return not fact.told and fact.kind not in _NOT_JUDGED


def compare_facts(recorded: Fact, derived: Fact, fields: Fields) -> tuple[Difference, ...]:
    """Return the *fields* in which a fact is *recorded* otherwise than *derived*."""
    was, now = fields(recorded), fields(derived)
    names = [*was, *(name for name in now if name not in was)]
    return tuple(
        Difference(name, was.get(name), now.get(name))
        for name in names
        if was.get(name) != now.get(name)
    )
