"""Derive again (重新推导): whether what is on record follows from what was on record before it.

Pure. Every fact that a rule made names the policy and the calendar that it was judged under (DESIGN
§5), and `decide` knows nothing else: so anyone who has the facts before it and those two comes to
the same fact, or can say in which field it differs. When supervision noticed is not compared, for
no rule says when it looks (DESIGN §5).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived

Judge = Callable[[CaseHistory, datetime], Sequence[Fact]]
"""What follows in a case at an instant, under rules that are settled: `decide`, with its rules."""

_NOTICING = frozenset({"noticed_at", "noticed"})
_NOT_JUDGED = frozenset(
    {Derived.DUE_REVISED, Derived.TERMS_ADOPTED}
)  # written before the case is judged


@dataclass(frozen=True, slots=True)
class Difference:
    """A *field* that is on *record* otherwise than it is *derived* again; None: it is not there."""

    field: str
    recorded: object
    derived: object


@dataclass(frozen=True, slots=True)
class Rederived:
    """A *recorded* fact, and what came of deriving it again: None where it does not follow."""

    recorded: Fact
    derived: Fact | None
    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether it follows, and says the same."""
        return self.derived is not None and not self.differences


def rederived(case: CaseHistory, n: int, judge: Judge) -> Rederived:
    """Derive fact *n* of *case* again, from the facts before it."""
    recorded = case.facts[n]
    found = judge(case.until(_judged(case.facts, n)), recorded.recorded_at)
    derived = next((fact for fact in found if fact.key == recorded.key), None)
    return Rederived(recorded, derived, _differences(recorded, derived))


def _judged(facts: Sequence[Fact], n: int) -> int:
    """Return how many facts there were when the case was judged that fact *n* comes from.

    What one judgement finds is written at one instant, one fact after another.
    """
    start = n
    while start and _is_of_one(facts[start - 1], facts[n]):
        start -= 1
    return start


def _is_of_one(before: Fact, fact: Fact) -> bool:
    is_judged = not before.told and before.kind not in _NOT_JUDGED
    return is_judged and before.recorded_at == fact.recorded_at


def _differences(recorded: Fact, derived: Fact | None) -> tuple[Difference, ...]:
    if derived is None:
        return ()
    was, now = said(recorded), said(derived)
    names = [*was, *(name for name in now if name not in was)]
    return tuple(
        Difference(name, was.get(name), now.get(name))
        for name in names
        if was.get(name) != now.get(name)
    )


def said(fact: Fact) -> Mapping[str, object]:
    """All that *fact* says as it is written down, but for when it was noticed; nothing empty is."""
    data = json.loads(json.dumps(dict(fact.data)))
    told = {
        name: value
        for name, value in data.items()
        if name not in _NOTICING and value not in ("", None, [], {})
    }
    return {"kind": fact.kind, "at": text(fact.at), **told}
