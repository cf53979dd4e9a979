"""A finding (监察发现): a rule that a case meets, at a legal instant, on a ground (情形).

The predicate of a rule of conduct yields breaches and nothing else: one act each, and its ground in
a word. It has no levels and no cards. A field that is absent breaks nothing, unless only a
defective act would lack it (ADR 0014).
"""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.instant import text
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import Derived
from chalicelib.policy.basis import NO_BASIS, Basis
from chalicelib.policy.conduct import Conduct
from chalicelib.policy.threshold import Threshold, ThresholdLevel

SILENT = "V-51"  # 逾期未答复监察文书: the rule by which a card climbs that nobody answered
ENDED_NEAR_LIMIT = "ended_near_limit"
REFILED = "refiled"
WEIGHED = frozenset({ENDED_NEAR_LIMIT, REFILED})
"""Grounds that a person weighs: they rest on no row of law."""

FindingType = Literal[
    Derived.WARNING_ISSUED,
    Derived.CARD_ISSUED,
    Derived.CARD_PROPOSED,  # a person confirms it before it is a card (PIPL 24)
    Derived.CASE_DEEMED_ACCEPTED,
    Derived.CASE_DEEMED_APPROVED,
]


class Finding(NamedTuple):
    """*rule* is met at *level* from one millisecond after *at*, the legal instant.

    *due_at* is the due instant that it is about, *ground* is the reason in a word. *missing* is an
    unpublished year that it rests on: then a card is held (DESIGN §4, the horizon). *about* tells
    several findings of a case apart. *department* answers for it; empty: the case's own. *rests_on*
    are the numbers of its facts. *judged_from* is when it could first be judged, once it is. A
    finding *in_doubt* is met in one lawful reading and not in another, so a person decides; it
    *gives_way_to* the finding of that key, which every reading meets later, if there is one.
    """

    rule: str
    level: ThresholdLevel | Literal[""]
    at: datetime
    due_at: datetime
    ground: str
    missing: int | None = None
    basis: Basis = NO_BASIS
    clock: str = ""
    about: str = ""
    label: str = ""
    department: str = ""
    rests_on: tuple[int, ...] = ()
    kind: FindingType = Derived.CARD_PROPOSED
    judged_from: datetime | None = None
    in_doubt: bool = False
    gives_way_to: str = ""

    @property
    def key(self) -> str:
        """The derived key: the same finding is the same card, whenever it is judged."""
        key = f"{self.rule}/{self.ground}/{text(self.due_at)}/{text(self.at)}"
        key = f"{key}/{self.about}" if self.about else key
        return f"{key}/in_doubt" if self.in_doubt else key

    @property
    def is_entered(self) -> bool:
        """Whether an inspector entered it at our own door, and no source reported it."""
        return self.about.startswith(f"{OURS}/")

    @property
    def is_held(self) -> bool:
        """Whether a calendar must be published before a card may be issued for it."""
        return self.missing is not None and self.level != "warning"


def finding_type(row: Threshold | Conduct, basis: Basis, region: str) -> FindingType:
    """Return what a finding by *row* becomes in *region*, where it rests on *basis*.

    A card is automatic where the row says so and *basis* is law, or a document of *region*. What
    rests on a model or a proposal waits for a person (CLAIMS §8).
    """
    if row.level == "warning":
        return Derived.WARNING_ISSUED
    is_automatic = row.automatic and basis.is_lawful_in(region)
    return Derived.CARD_ISSUED if is_automatic else Derived.CARD_PROPOSED


FindingKey = Callable[[Finding], Hashable]
"""Return what a finding is the same as in another reading."""


def first_of_each(findings: Iterable[Finding], key: FindingKey) -> dict[Hashable, Finding]:
    """Return the first of *findings* for each *key*."""
    first: dict[Hashable, Finding] = {}
    for finding in findings:
        name = key(finding)
        if name not in first or finding.at < first[name].at:
            first[name] = finding
    return first


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
