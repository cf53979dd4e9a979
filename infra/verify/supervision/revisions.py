"""Revised due instants follow too: what new rules alone make of what was judged by the old ones.

Both are needed to derive a `due.revised`, and both were stated. Which the old ones were is in no
leaf: it follows under one of those that were in force before, or it does not follow.
"""

from collections.abc import Iterator

from chalicelib.cards.decide import evaluate
from chalicelib.cards.heading import dues
from chalicelib.cards.revision import revisions
from chalicelib.cases.fact import Fact
from chalicelib.cases.head import CaseSnapshot
from chalicelib.cases.rules import Rules
from chalicelib.intake.event_types import Derived
from infra.verify.finding import Issue
from infra.verify.supervision.cases import LoggedCase, recorded_last
from infra.verify.supervision.judgements import Judged, differing
from infra.verify.supervision.rules import names_of


def check(judged: Judged) -> Iterator[Issue]:
    """Derive every `due.revised` of a case."""
    for fact in judged.case.facts:
        if fact.kind == Derived.DUE_REVISED and not fact.told and not _follows(judged, fact):
            yield judged.case.issue(
                fact.n,
                "due.revised 无法由当时生效的规则推导出来",
                "due.revised does not follow under the rules that were in force",
            )


def _follows(judged: Judged, fact: Fact) -> bool:
    count = _judged_before(fact)
    if count is None or not 0 < count <= fact.n:
        return False
    new = [rules for rules in judged.rules(fact.n) if names_of(rules) == _named(fact)]
    old = judged.rules_before(fact.n)
    again = (_again(judged.case, fact, count, was, now) for now in new for was in old)
    return any(one is not None and not [*differing(fact, one)] for one in again)


def _again(case: LoggedCase, fact: Fact, count: int, was: Rules, now: Rules) -> Fact | None:
    """Derive *fact* once more, of a head that judged the first *count* facts by the rules before.

    It may have judged them again later, when nothing came of it; only then does it know what time
    alone brought.
    """
    before = case.history.until(fact.n)
    for judged_at in (recorded_last(case.facts[:count]), fact.recorded_at):
        evaluation = evaluate(before.until(count), was)
        snapshot = CaseSnapshot(
            case=case.name,
            public_case=case.public,
            n=count,
            judged_at=judged_at,
            lamp="",
            dues=dues(evaluation.limits, judged_at),
            rules=was.name,
        )
        made = revisions(snapshot, before, now, fact.recorded_at)
        again = next((one for one in made if one.key == fact.key), None)
        if again is not None and not [*differing(fact, again)]:
            return again
    return None


def _judged_before(fact: Fact) -> int | None:
    """How many facts the head had judged: its key is `revised/<clock>/<number>/<rules>`."""
    _, *parts = fact.key.rsplit("/", 3)  # the rules have a stroke in their name
    return int(parts[0]) if len(parts) > 1 and parts[0].isdecimal() else None


def _named(fact: Fact) -> tuple[str, str]:
    return fact.text("policy"), fact.text("calendar")
