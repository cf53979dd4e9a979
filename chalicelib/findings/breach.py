"""A breach of a rule of conduct (情形): one act of a case, and its ground in a word.

The predicate of a rule yields breaches and nothing else: it has no levels and no cards. A field
that is absent breaks nothing, unless only a defective act would lack it (ADR 0014).
"""

from datetime import datetime
from typing import NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.findings.finding import Finding, finding_type
from chalicelib.policy.basis import Basis
from chalicelib.policy.conduct import Conduct


class Breach(NamedTuple):
    """A *fact*, with *also* others, breaks a rule on a *ground* *at* an instant (None: its own)."""

    ground: str
    fact: Fact
    also: tuple[Fact, ...] = ()
    label: str = ""
    at: datetime | None = None

    @property
    def since(self) -> datetime:
        """The instant from which the rule is broken."""
        return self.at or self.fact.at


def breach_finding(
    rule: str, row: Conduct, breach: Breach, region: str, basis: Basis | None = None
) -> Finding:
    """Return the finding of *breach* in *region*, by *row* of *rule*, on its basis or *basis*."""
    fact, at, basis = breach.fact, breach.since, basis or row.basis
    return Finding(
        rule=rule,
        level=row.level,
        at=at,
        due_at=at,
        ground=breach.ground,
        basis=basis,
        about=fact.key,
        label=breach.label,
        rests_on=tuple(sorted({fact.n, *(other.n for other in breach.also)})),
        kind=finding_type(row, basis, region),
    )


def read_count(fact: Fact, name: str) -> int:
    """Return the whole number in field *name* of *fact*; 0 if it has none."""
    value = fact.data.get(name)
    return value if isinstance(value, int) else 0


def is_no(fact: Fact | None, name: str) -> bool:
    """Return whether field *name* of *fact* is false; absent is not false."""
    return fact is not None and fact.data.get(name) is False
