"""Revised due instants follow too: only new rules moved the due instant.

Both rules were stated, but no leaf names the old ones: a `due.revised` must follow under one of the
rules that were in force before. It is an alert, so it is owed too, where one change of rules alone
moved a clock, and the next changes are further off than it takes to see to all cases.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import product

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.permit.decide import evaluate
from chalicelib.permit.revision import revisions
from infra.verify.issue import Issue
from infra.verify.supervision.cases import LoggedCase
from infra.verify.supervision.judgements import ReplayedCase, is_derived
from infra.verify.supervision.life import SignsOfLife
from infra.verify.supervision.rules import SEEN_TO, Statement, is_named
from infra.verify.supervision.withheld import count_at

_SETTLED = SEEN_TO + MERGE_DELAY


def check_revisions(replayed: ReplayedCase) -> Iterator[Issue]:
    """Derive every `due.revised` of a case."""
    for fact in replayed.case.facts:
        is_revision = fact.kind == Derived.DUE_REVISED and not fact.told
        if is_revision and not is_derived(fact, _derive_again(replayed, fact)):
            en = "does not follow under the rules that were in force"
            yield replayed.case.issue_with(fact, "无法由当时生效的规则推导出来", en)


def check_revised(replayed: ReplayedCase, until: datetime, alive: SignsOfLife) -> Iterator[Issue]:
    """Yield an issue for each clock that a change of rules moved, not revised in time."""
    case = replayed.case
    for after in _alone(replayed.changes, until) if case.kind == "permit" else ():
        before, seen = replayed.book.before[after], after.since + SEEN_TO
        count = count_at(case.history, after.since - MERGE_DELAY)
        revised = {
            fact.text("clock"): fact.recorded_at
            for fact in reversed(case.facts[count:])
            if fact.kind == Derived.DUE_REVISED and not fact.told
        }
        for clock in sorted(_moved(replayed, count, before, after)):
            by = revised.get(clock, until)
            if by <= after.since + _SETTLED or not alive.ran(seen, by, _SETTLED):
                continue
            at, kind = text(after.since), Derived.DUE_REVISED
            zh = f"{at} 声明的规则改变了期限（{clock}），应当及时有 {kind}，而没有"
            en = f"the rules stated at {at} moved the clock {clock}: {kind} should have been there "
            yield case.issue(len(case.facts), zh, f"{en}within the time, and was not")


def _alone(changes: Sequence[Statement], until: datetime) -> Iterator[Statement]:
    """Yield the changes that are so far from the next that nothing was judged with both."""
    first = datetime.min.replace(tzinfo=UTC)
    times = [first, *(each.since for each in changes), until]
    for change, was, at, then in zip(changes, times, times[1:], times[2:], strict=False):
        if at - was > _SETTLED < then - at:
            yield change


def _moved(replayed: ReplayedCase, count: int, before: Statement, after: Statement) -> set[str]:
    """Return the clocks of the first *count* facts that the change surely moved.

    None where another fact came about that time: it may have been judged before or after.
    """
    case, around = replayed.case, after.since + MERGE_DELAY
    others = (fact for fact in case.facts[count:] if fact.kind != Derived.DUE_REVISED)
    if not count or any(fact.recorded_at <= around for fact in others):
        return set()
    region, history = replayed.region(count), case.history.until(count)
    was, now = (replayed.book.rules(each, region) for each in (before, after))
    if evaluate(history, was).limits.unknown:
        return set()
    snapshots = (_snapshot(case, history, was, at) for at in (history.latest, after.since))
    revised = (revisions(snapshot, history, now, around) for snapshot in snapshots)
    return set.intersection(*({fact.text("clock") for fact in facts} for facts in revised))


def _derive_again(replayed: ReplayedCase, fact: Fact) -> Iterator[Fact]:
    """Yield the revisions that may be *fact*, from each snapshot that may have been before it.

    The case may have been judged later without a new fact: so both instants are tried.
    """
    count, case = _count_judged(fact), replayed.case
    if count is None or not 0 < count <= fact.n:
        return
    before, then = case.history.until(fact.n), case.history.until(count)
    new = [rules for rules in replayed.rules(fact.n) if is_named(fact, rules)]
    instants = then.latest, fact.recorded_at
    for now, was, judged_at in product(new, replayed.rules_before(fact.n), instants):
        snapshot = _snapshot(case, then, was, judged_at)
        yield from revisions(snapshot, before, now, fact.recorded_at)


def _snapshot(case: LoggedCase, then: CaseHistory, was: Rules, judged_at: datetime) -> CaseSnapshot:
    """Return the snapshot of a *case* whose facts of *then* were judged under the rules before."""
    return CaseSnapshot(
        case=case.name,
        public_case=case.public,
        n=len(then),
        judged_at=judged_at,
        lamp="",
        dues=evaluate(then, was).limits.dues(judged_at),
        rules=was.name,
    )


def _count_judged(fact: Fact) -> int | None:
    """Return how many facts the snapshot had judged: `revised/<clock>/<number>/<rules>`."""
    _, *parts = fact.key.rsplit("/", 3)  # the rules have a stroke in their name
    return int(parts[0]) if len(parts) > 1 and parts[0].isdecimal() else None
