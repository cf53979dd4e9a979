"""Derived facts that are missing: every case is judged once more, at the end of the log.

From a complete case nothing more follows. A fact that does follow, from facts and rules that had
been public for longer than the merge delay, was kept back.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.instant import text
from infra.verify.finding import Issue
from infra.verify.supervision.judgements import FactsByKey, ReplayedCase
from infra.verify.supervision.rules import Statement


def check_missing(replayed: ReplayedCase, until: datetime) -> Iterator[Issue]:
    """Yield an issue for each fact that should be in a case by *until*, less the merge delay."""
    case, then = replayed.case, until - MERGE_DELAY
    count = count_at(case.history, then)
    stated = replayed.book.settled(then)
    if not (count and stated):
        return
    on_record = {fact.key for fact in case.facts if not fact.told}
    for group in replayed.decide(
        count, replayed.book.rules(stated[0], replayed.region(count)), then
    ).uncounted:
        if f"counted/{group.name}" not in on_record:
            yield case.issue(
                len(case.facts),
                f"{group.name} 期内到期的办件应当已经核算，而日志中没有",
                f"the cases due in {group.name} should have been counted, and were not",
            )
    for key, fact in _owed(replayed, count, stated, then).items():
        if key not in on_record:
            yield case.issue(
                len(case.facts),
                f"应当有 {describe_fact(fact)}（{text(fact.at)}），而日志中没有",
                f"{describe_fact(fact)} of {text(fact.at)} should be there, and is not",
            )


def describe_fact(fact: Fact) -> str:
    """Return *fact* in short: its kind, and its level and rule if it has any."""
    return " ".join(filter(None, (fact.kind, fact.text("level"), fact.text("rule"))))


def count_at(case: CaseHistory, then: datetime) -> int:
    """Return how many facts there were *then*, in the order of record."""
    return next((fact.n for fact in case.facts if fact.recorded_at > then), len(case))


def _owed(
    replayed: ReplayedCase, count: int, stated: Sequence[Statement], then: datetime
) -> FactsByKey:
    """Return what follows from the first *count* facts under all rules that are *stated*.

    A fact that later reports made groundless before it was recorded is not owed any more.
    """
    case, owed = replayed.case.history, dict[str, Fact]()
    for number, statement in enumerate(stated):
        rules = replayed.book.rules(statement, replayed.region(count))
        decision = replayed.decide(count, rules, then)
        missing = {fact.key: fact for fact in decision.append}
        if missing and count < len(case):
            last = max(then, case.latest)
            still = {fact.key for fact in replayed.decide(len(case), rules, last).append}
            missing = {key: fact for key, fact in missing.items() if key in still}
        owed = {key: fact for key, fact in missing.items() if number == 0 or key in owed}
    return owed
