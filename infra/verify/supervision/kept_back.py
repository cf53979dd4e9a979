"""Facts that were kept back until something made them groundless: late news, or other rules.

Suppose a service holds a card back for a day, until the office corrects what it reported, an
inspector accepts a claim, or the day is declared a holiday. In the end nothing is missing from the
case. But what changed it is dated. So this module asks what had followed before it for longer than
the merge delay and was never recorded. That is owed for ever. It is a finding if the log shows that
the service ran meanwhile, else a remark. While the delivery time runs, nothing is owed.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from chalicelib.card.stages import ACT_OF_TYPE
from chalicelib.cases.bounded import acting
from chalicelib.cases.case_id import CaseKind
from chalicelib.cases.fact import Fact
from chalicelib.instant import MILLISECOND, text
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import FINDING_TYPES, RECHECK_TYPES, Derived, Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.finding import Issue, remark
from infra.verify.supervision.cases import CHECK, LoggedCase
from infra.verify.supervision.judgements import ReplayedCase, describe_fact
from infra.verify.supervision.life import SignsOfLife
from infra.verify.supervision.owed import (
    Owed,
    count_at,
    owed_since,
    owed_until,
)

OWED = FINDING_TYPES | {
    *(Derived.CLAIM_CONTESTED, Derived.CLAIM_OVERDUE),
    *(Derived.CASE_ESCALATED, Derived.ESCALATION_PROPOSED, Derived.SUGGESTION_ISSUED),
    *(Derived.APPEAL_OVERDUE, Derived.CARD_NUMBERED),
    *(Derived.CARD_ANNULLED, Derived.CARD_CLOSED),
}
"""What nobody may hold back. A note on data that was reported badly may be idle a minute later."""
_UNDOING = RECHECK_TYPES | {Derived.CARD_ANNULLED, *ACT_OF_TYPE}
"""What takes a card out of a department's year."""


class _Change(NamedTuple):
    """Something that may undo what was owed: *by* then there were *end* facts; at leaf *at*."""

    by: datetime
    end: int
    at: int
    zh: str
    en: str


def check_kept_back(
    replayed: ReplayedCase, alive: SignsOfLife, missing: set[str]
) -> Iterator[Issue]:
    """Yield an issue for each fact that was owed before a change and was never recorded.

    *missing* are the keys of those that are missing still: other rules changed nothing for them.
    """
    reported = set[str]()
    for changes in (_late_reports(replayed), _other_rules(replayed)):
        for change in changes:
            for owed in owed_until(replayed, change.by, change.end):
                if owed.fact.kind in OWED and reported.isdisjoint(owed.keys):
                    reported |= owed.keys
                    yield _kept_back(replayed, change, owed, alive)
        reported |= missing


def _late_reports(replayed: ReplayedCase) -> Iterator[_Change]:
    """Yield each report that may change what followed before it."""
    case = replayed.case
    for fact in reports_that_change(case):
        where = f"{case.name} #{fact.n}"
        words = f"{where}：直到此事记录之前", f"{where}: until this was recorded"
        yield _Change(fact.recorded_at, fact.n, case.at[fact.n], *words)


def _other_rules(replayed: ReplayedCase) -> Iterator[_Change]:
    """Yield the last instant before each statement of other rules for the case."""
    case = replayed.case
    for statement in replayed.changes:
        by = statement.since - MILLISECOND
        since = text(statement.since)
        words = (
            f"{case.name}：直到 {since} 声明其他规则之前",
            f"{case.name}: until other rules were stated at {since}",
        )
        yield _Change(by, count_at(case.history, by), statement.index, *words)


def _kept_back(replayed: ReplayedCase, change: _Change, owed: Owed, alive: SignsOfLife) -> Issue:
    name, at = describe_fact(owed.fact), text(owed.fact.at)
    zh = f"{change.zh}，应当有 {name}（{at}），却一直没有"
    en = f"{change.en}, {name} of {at} was kept back"
    since = owed_since(replayed, owed, change.by - MERGE_DELAY)
    if alive.show(since, change.by, owed.fact.at):
        return Issue(change.at, CHECK, zh, en)
    return remark(CHECK, zh, en, change.at)


def reports_that_change(case: LoggedCase) -> Iterator[Fact]:
    """Yield the reports of *case* that may take the ground from what followed before them.

    Of permits: what was told late, corrects another, or comes from our own doors, and acts.
    """
    kind = case.kind
    for fact in acting(case.facts)[1:] if kind == "permit" else case.facts[1:]:
        if fact.told and _may_undo(kind, fact):
            yield fact


def _may_undo(kind: CaseKind, fact: Fact) -> bool:
    if kind == "permit":
        return (
            fact.kind == Reported.CASE_CORRECTED
            or fact.key.startswith(f"{OURS}/")
            or fact.recorded_at - fact.at > MERGE_DELAY
        )
    return kind in ("card", "item") or (kind == "department" and fact.kind in _UNDOING)
