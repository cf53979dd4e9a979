"""Facts that were withheld: missing, late, or held back until something made them groundless.

**Missing**: from a complete case nothing more follows at the end of the log. **Groundless by now**:
each case is judged as of the instant before anything changed it, or its rules. What had followed
for longer than the merge delay then, and was never recorded, is owed for ever. **Late**: each fact
is judged as of some time before its record. Each is a finding only if the log shows that the
service ran meanwhile, and was not catching up; an outage between two heartbeats shows in no log.

What is owed follows under all rules that may have applied: within an hour of new rules a case may
be judged by the old ones or by the new. They may give one occasion other due instants, and so other
keys: occasions are compared by rule, level and clock.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.card.stages import ACT_OF_TYPE
from chalicelib.cases.bounded import acting
from chalicelib.cases.case_id import CaseKind
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.instant import MILLISECOND, parse, text
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import FINDING_TYPES, RECHECK_TYPES, Derived, Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.issue import Issue
from infra.verify.supervision.cases import CHECK, LoggedCase
from infra.verify.supervision.judgements import ReplayedCase, describe_fact
from infra.verify.supervision.life import UNSEEN, SignsOfLife
from infra.verify.supervision.rules import is_named

_OWED = FINDING_TYPES | {
    *(Derived.CLAIM_CONTESTED, Derived.CLAIM_OVERDUE),
    *(Derived.CASE_ESCALATED, Derived.ESCALATION_PROPOSED, Derived.SUGGESTION_ISSUED),
    *(Derived.APPEAL_OVERDUE, Derived.CARD_NUMBERED),
    *(Derived.CARD_ANNULLED, Derived.CARD_CLOSED),
}
"""What nobody may withhold. A note on data that was reported badly may be idle a minute later."""
_UNDOING = RECHECK_TYPES | {Derived.CARD_ANNULLED, *ACT_OF_TYPE}
"""What takes a card out of a department's year."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_IN_DOUBT = "/in_doubt"

Occasion = tuple[str, str, str, str]
"""A rule or a kind of fact, a level, a clock; and what of the key tells several apart."""


class Owed(NamedTuple):
    """A *fact* that followed from the first *before* facts of a case under *rules*.

    *keys* are those that it may have, under these or other rules of then.
    """

    fact: Fact
    keys: frozenset[str]
    rules: Rules
    before: int


def owed_until(replayed: ReplayedCase, by: datetime, end: int) -> Iterator[Owed]:
    """Yield each fact owed *by* an instant for longer than the merge delay, and not on record.

    *end* is how many facts were on record at that instant. A fact that no longer followed from them
    lost its ground within the merge delay.
    """
    then = by - MERGE_DELAY
    count = min(end, count_at(replayed.case.history, then))
    if not count:
        return
    for owed in _unrecorded(replayed, count, then):
        still = replayed.follows(end, owed.rules, by) if count < end else [owed.fact]
        if occasion_of(owed.fact) in map(occasion_of, still):
            yield owed


def count_at(case: CaseHistory, then: datetime) -> int:
    """Return how many facts there were *then*, in the order of record."""
    if case.latest <= then:
        return len(case)
    return next(fact.n for fact in case.facts if fact.recorded_at > then)


def _unrecorded(replayed: ReplayedCase, count: int, then: datetime) -> Iterator[Owed]:
    """Yield what follows *then* from the first *count* facts, and was never recorded."""
    applied = replayed.settled(then, count)
    derived = [replayed.follows(count, rules, then) for rules in applied]
    if not all(derived):  # nothing at all follows under some rules
        return
    by_rules = [_by_occasion(facts) for facts in derived]
    for occasion, facts in by_rules[0].items():
        alike = [each.get(occasion, ()) for each in by_rules]
        keys = frozenset(fact.key for each in alike for fact in each)
        lacking = min(map(len, alike)) - _count_recorded(replayed, occasion, keys, applied, then)
        unrecorded = [fact for fact in facts if fact.key not in replayed.derived]
        for fact in unrecorded[: max(0, lacking)]:
            yield Owed(fact, keys, applied[0], count)


def _count_recorded(
    replayed: ReplayedCase,
    occasion: Occasion,
    keys: frozenset[str],
    applied: Sequence[Rules],
    then: datetime,
) -> int:
    """Count the facts on record with one of *keys*, or of the *occasion* by rules of later."""
    return sum(
        fact.key in keys
        or (
            fact.recorded_at > then
            and occasion_of(fact) == occasion
            and bool(fact.text("policy"))
            and not any(is_named(fact, rules) for rules in applied)
        )
        for fact in replayed.derived.values()
    )


def _by_occasion(facts: Sequence[Fact]) -> Mapping[Occasion, Sequence[Fact]]:
    by_occasion = defaultdict[Occasion, list[Fact]](list)
    for fact in facts:
        by_occasion[occasion_of(fact)].append(fact)
    return by_occasion


def occasion_of(fact: Fact) -> Occasion:
    """Return what *fact* is found for, whatever its due instant and its reading."""
    undated = _INSTANT.sub("", fact.key.removesuffix(_IN_DOUBT))
    return fact.text("rule") or fact.kind, fact.text("level"), fact.text("clock"), undated


def owed_since(replayed: ReplayedCase, owed: Owed, then: datetime) -> datetime:
    """Return since when a fact was owed: since it was judged, not since its legal instant.

    A fact that is dated *then*, as it is judged, has been owed since the last report.
    """
    fact, case = owed.fact, replayed.history(owed.before)
    told_by = max((each.recorded_at for each in case.facts if each.told), default=fact.at)
    if fact.at >= then:
        return told_by
    if replayed.case.kind != "permit":
        return max(fact.at, told_by)
    if fact.kind == Derived.CLAIM_OVERDUE:
        return max(parse(fact.text("due_at")), told_by)
    evaluation = replayed.evaluation(owed.before, owed.rules)
    if fact.kind == Derived.CLAIM_CONTESTED:
        contested, claim = evaluation.weighing.contested, fact.data.get("claim")
        claims = [each for each in contested if each.fact.n == claim]
        parted = (since for each in claims for since, _ in each.parting)
        judged = [since for since in parted if since < then]
    else:
        limits = evaluation.limits
        judged = [limits.judged_from(each) for each in limits.findings if each.key == fact.key]
    return max(min(judged, default=fact.at), told_by)


def check_missing(
    replayed: ReplayedCase, until: datetime, alive: SignsOfLife, reported: set[str]
) -> Iterator[Issue]:
    """Yield an issue for each fact that should be in a case by *until*; add its keys to *reported*.

    Where the log was silent since it was owed, it is a remark.
    """
    case, then = replayed.case, until - MERGE_DELAY
    for owed in owed_until(replayed, until, len(case.facts)):
        if not reported.isdisjoint(owed.keys):
            continue
        reported |= owed.keys
        name, at = describe_fact(owed.fact), text(owed.fact.at)
        zh = f"应当有 {name}（{at}），而日志中没有"
        en = f"{name} of {at} should be there, and is not"
        is_excused = not alive.show(owed_since(replayed, owed, then), until, owed.fact.at)
        yield case.issue(len(case.facts), zh, en).outstanding(is_excused=is_excused)


def check_late(replayed: ReplayedCase, alive: SignsOfLife) -> Iterator[Issue]:
    """Yield an issue for each fact that was owed and came late while the service ran."""
    for fact in replayed.case.facts:
        if fact.told or fact.kind not in _OWED:
            continue
        then = fact.recorded_at - UNSEEN
        if fact.kind in FINDING_TYPES and fact.at > then:
            continue  # it is of a legal instant that was yet to come
        owed = _owed_then(replayed, fact, then)
        since = owed_since(replayed, owed, then) if owed else fact.recorded_at
        if alive.ran(since, fact.recorded_at, UNSEEN, fact.at):
            yield came_late(replayed.case, fact, since)


def came_late(case: LoggedCase, fact: Fact, since: datetime) -> Issue:
    """Return the issue that *fact* of *case* was owed *since* an instant, and came late."""
    name, owed, came = describe_fact(fact), text(since), text(fact.recorded_at)
    zh = f"{name} 自 {owed} 起就应当有，直到 {came} 才记录：被压下"
    return case.issue(fact.n, zh, f"{name} was owed since {owed} and held back until {came}")


def _owed_then(replayed: ReplayedCase, fact: Fact, then: datetime) -> Owed | None:
    """Return *fact* as it followed *then* from the facts on record, None if it did not."""
    count, occasion = count_at(replayed.case.history, then), occasion_of(fact)
    applied = replayed.settled(then, count) if count else []
    alike = [
        [each for each in replayed.follows(count, rules, then) if occasion_of(each) == occasion]
        for rules in applied
    ]
    keys = frozenset(each.key for same in alike for each in same)
    if not alike or not all(alike) or fact.key not in keys:
        return None
    return Owed(alike[0][0], keys, applied[0], count)


class _Change(NamedTuple):
    """A change that may undo a fact: *by* then there were *end* facts; it is at leaf *at*."""

    by: datetime
    end: int
    at: int
    zh: str
    en: str


def check_groundless(
    replayed: ReplayedCase, alive: SignsOfLife, missing: set[str]
) -> Iterator[Issue]:
    """Yield an issue for each fact that was owed before a change and was never recorded.

    Other rules changed nothing for those whose keys are *missing* still.
    """
    reported = set[str]()
    for changes in (_late_reports(replayed), _other_rules(replayed)):
        for change in changes:
            for owed in owed_until(replayed, change.by, change.end):
                if owed.fact.kind in _OWED and reported.isdisjoint(owed.keys):
                    reported |= owed.keys
                    name, at = describe_fact(owed.fact), text(owed.fact.at)
                    zh = f"{change.zh}，应当有 {name}（{at}），却一直没有"
                    en = f"{change.en}, {name} of {at} was kept back"
                    since = owed_since(replayed, owed, change.by - MERGE_DELAY)
                    is_excused = not alive.show(since, change.by, owed.fact.at)
                    yield Issue(change.at, CHECK, zh, en, is_remark=is_excused)
        reported |= missing


def _late_reports(replayed: ReplayedCase) -> Iterator[_Change]:
    """Yield each report that may change the facts that followed before it."""
    case = replayed.case
    for fact in reports_that_change(case):
        where = f"{case.name} #{fact.n}"
        zh, en = f"{where}：直到此事记录之前", f"{where}: until this was recorded"
        yield _Change(fact.recorded_at, fact.n, case.at[fact.n], zh, en)


def _other_rules(replayed: ReplayedCase) -> Iterator[_Change]:
    """Yield the last instant before each statement of other rules for the case."""
    case = replayed.case
    for statement in replayed.changes:
        by, since = statement.since - MILLISECOND, text(statement.since)
        zh = f"{case.name}：直到 {since} 声明其他规则之前"
        en = f"{case.name}: until other rules were stated at {since}"
        yield _Change(by, count_at(case.history, by), statement.index, zh, en)


def reports_that_change(case: LoggedCase) -> Iterator[Fact]:
    """Yield the reports of *case* that may take the ground from earlier facts.

    Of permits: a report that came late, corrects another, or comes from our own doors, and acts.
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
