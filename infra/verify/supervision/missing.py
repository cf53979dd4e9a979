"""What should be there and is not: every case judged once more, at the end of the log.

Of a case in which all was said nothing follows any more. What does follow, from facts and rules
that had been public for longer than the merge delay, was kept back.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.cases.fact import Fact
from chalicelib.instant import text
from infra.verify.finding import Issue
from infra.verify.supervision.judgements import Judged, Made
from infra.verify.supervision.rules import Statement
from infra.verify.supervision.terms import terms_owed


def check(judged: Judged, until: datetime) -> Iterator[Issue]:
    """Name what should have followed in a case by *until*, less the merge delay."""
    case, then = judged.case, until - MERGE_DELAY
    count = known_at(case.facts, then)
    stated = judged.book.settled(then)
    if not (count and stated):
        return
    on_record = {fact.key for fact in case.facts if not fact.told}
    for key, fact in _owed(judged, count, stated, then).items():
        if key not in on_record:
            yield case.issue(
                len(case.facts),
                f"应当有 {what(fact)}（{text(fact.at)}），而日志中没有",
                f"{what(fact)} of {text(fact.at)} should be there, and is not",
            )


def what(fact: Fact) -> str:
    """Name *fact* in short: its kind, and where there are any its level and rule."""
    return " ".join(filter(None, (fact.kind, fact.text("level"), fact.text("rule"))))


def known_at(facts: Sequence[Fact], then: datetime) -> int:
    """How many facts there were *then*, in the order of record."""
    return next((fact.n for fact in facts if fact.recorded_at > then), len(facts))


def _owed(judged: Judged, count: int, stated: Sequence[Statement], then: datetime) -> Made:
    """What follows from the first *count* facts under all that is *stated*.

    What later news took the ground from before it was said need not be said any more.
    """
    facts, owed = judged.case.facts, dict[str, Fact]()
    for place, statement in enumerate(stated):
        rules = judged.book.rules(statement, judged.region(count))
        follows = judged.follows(count, rules, then)
        found = {fact.key: fact for fact in follows.append}
        found |= {fact.key: fact for fact in terms_owed(count, statement, follows, then)}
        if found and count < len(facts):
            last = max(then, *(fact.recorded_at for fact in facts))
            still = {fact.key for fact in judged.follows(len(facts), rules, last).append}
            found = {key: fact for key, fact in found.items() if key in still}
        owed = {key: fact for key, fact in found.items() if place == 0 or key in owed}
    return owed
