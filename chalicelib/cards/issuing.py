"""Issuing (发牌): a finding that is not on record becomes a fact that says all it rests on.

Its rule and legal basis, the versions of policy and calendar, the facts it was found by; and beside
the legal instant when we noticed, and why then: a delay of ours is never an officer's (DESIGN §4).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.instant import text
from chalicelib.intake.event_types import CLOSING_TYPES, FINDING_TYPES, MISSING_TYPES, Derived
from chalicelib.rules.finding import Finding

CARDS = FINDING_TYPES - {
    Derived.WARNING_ISSUED,
    Derived.CARD_PROPOSED,
}  # what is not said of a case that is held

MOST = 60  # numbers of facts that a fact says it rests on
_ON_TIME = timedelta(minutes=10)  # noticed later than this, the delay is ours (DESIGN §4)


def issued(
    crossed: Sequence[Finding],
    belongs_to: Mapping[str, str],
    case: CaseHistory,
    rules: Rules,
    now: datetime,
) -> Iterator[Fact]:
    """Issue those of the *crossed* that are not on record, in a case that belongs *belongs_to*."""
    on_record = {fact.key for fact in case.cards.values()} if crossed else set()
    for finding in crossed:
        if not finding.is_held and finding.key not in on_record:
            yield _issue(finding, belongs_to, case, rules, now)


def _issue(
    finding: Finding,
    belongs_to: Mapping[str, str],
    case: CaseHistory,
    rules: Rules,
    now: datetime,
) -> Fact:
    rests_on = sorted({*finding.rests_on, *case.corrections_bearing_on(finding.rests_on)})
    return Fact(
        n=0,
        kind=finding.kind,
        key=finding.key,
        at=finding.at,
        recorded_at=now,
        told=False,
        data={
            **_particulars(finding),
            "rule": finding.rule,
            "ground": finding.ground,
            "basis": finding.basis,
            "due_at": text(finding.due_at),
            "noticed_at": text(now),
            "noticed": _noticed(finding, [case.facts[n] for n in rests_on], case, now),
            **rules.versions,
            "rests_on": bounded(rests_on),
            **belongs_to,
            **({"department": finding.department} if finding.department else {}),
        },
    )


def _particulars(finding: Finding) -> dict[str, object]:
    """What not every finding has: silence has no level, the whole case no stage.

    What rests on a year that is not published is provisional, and says which year that is.
    """
    said: dict[str, object] = {
        "level": finding.level,
        "clock": finding.clock,
        "stage": finding.label,
        "provisional": finding.missing is not None,
        "missing": finding.missing and f"calendar:{finding.missing}",
    }
    return {name: value for name, value in said.items() if value}


def _noticed(finding: Finding, rests_on: Sequence[Fact], case: CaseHistory, now: datetime) -> str:
    """Return why it was noticed when it was; a delay of ours is never an officer's.

    on_time, late_news (a fact that it *rests_on* was reported late), revised (a calendar or policy
    made it due only when it was past), held (a calendar or catalogue was missing) or outage.
    """
    told_last = max((fact.recorded_at for fact in rests_on if fact.told), default=now)
    if now - finding.at <= _ON_TIME:
        return "on_time"
    if now - told_last <= _ON_TIME < told_last - finding.at:
        return "late_news"
    is_closed = any(fact.kind in CLOSING_TYPES for fact in rests_on)
    if any(
        _is_due_since(fact, finding, is_closed=is_closed) and now - fact.recorded_at <= _ON_TIME
        for fact in case.of_type(Derived.DUE_REVISED)
    ):
        return "revised"
    return "held" if _was_held(case) else "outage"


def _was_held(case: CaseHistory) -> bool:
    """Return whether the case was held until now: no card came since something was missing."""
    last = max((fact.n for fact in case.of_type(*MISSING_TYPES)), default=None)
    return last is not None and all(fact.n < last for fact in case.of_type(*CARDS))


def _is_due_since(revision: Fact, finding: Finding, *, is_closed: bool) -> bool:
    """Return whether *revision* made the clock of *finding* due, and did so too late.

    Of the clocks of a closed case that have stopped no fact says so; then one of its others does.
    """
    is_why = is_closed or revision.text("due_at") == text(finding.due_at)
    return is_why and revision.recorded_at - finding.at > _ON_TIME


def bounded(numbers: Iterable[int]) -> list[int]:
    """Return the numbers of facts in order: all, or the first and the last MOST / 2.

    A leaf has 4096 bytes (AUDIT_LOG §4.1). A source that reports a thousand pauses must not avoid a
    card because its facts fill a leaf. Whoever judges again finds the others in the case.
    """
    known = sorted(numbers)
    half = MOST // 2
    return known if len(known) <= MOST else [*known[:half], *known[-half:]]
