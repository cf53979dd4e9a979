"""Revised due instants follow too: new rules alone changed the due instant by the old ones.

Both rules are needed to derive a `due.revised`, and both were stated. No leaf names the old ones:
it must follow under one of the rules that were in force before.
"""

from collections.abc import Iterator

from chalicelib.cards.decide import evaluate
from chalicelib.cards.revision import revisions
from chalicelib.cases.fact import Fact
from chalicelib.cases.head import CaseSnapshot
from chalicelib.cases.rules import Rules
from chalicelib.intake.event_types import Derived
from infra.verify.finding import Issue
from infra.verify.supervision.cases import LoggedCase
from infra.verify.supervision.judgements import ReplayedCase, compare_facts
from infra.verify.supervision.rules import is_named


def check_revisions(replayed: ReplayedCase) -> Iterator[Issue]:
    """Derive every `due.revised` of a case."""
    for fact in replayed.case.facts:
        if fact.kind == Derived.DUE_REVISED and not fact.told and not _follows(replayed, fact):
            yield replayed.case.issue(
                fact.n,
                "due.revised 无法由当时生效的规则推导出来",
                "due.revised does not follow under the rules that were in force",
            )


def _follows(replayed: ReplayedCase, fact: Fact) -> bool:
    count = _count_judged(fact)
    if count is None or not 0 < count <= fact.n:
        return False
    new = [rules for rules in replayed.rules(fact.n) if is_named(*_rule_names(fact), rules)]
    old = replayed.rules_before(fact.n)
    again = (_derive_again(replayed.case, fact, count, was, now) for now in new for was in old)
    return any(derived is not None and not [*compare_facts(fact, derived)] for derived in again)


def _derive_again(case: LoggedCase, fact: Fact, count: int, was: Rules, now: Rules) -> Fact | None:
    """Derive *fact* again, from a snapshot of the first *count* facts under the rules before.

    The case may have been judged again later without a new fact. Then the snapshot also holds what
    time alone brought, so both instants are tried.
    """
    before, then = case.history.until(fact.n), case.history.until(count)
    for judged_at in (then.latest, fact.recorded_at):
        evaluation = evaluate(then, was)
        snapshot = CaseSnapshot(
            case=case.name,
            public_case=case.public,
            n=count,
            judged_at=judged_at,
            lamp="",
            dues=evaluation.limits.dues(judged_at),
            rules=was.name,
        )
        revised_facts = revisions(snapshot, before, now, fact.recorded_at)
        again = next((candidate for candidate in revised_facts if candidate.key == fact.key), None)
        if again is not None and not [*compare_facts(fact, again)]:
            return again
    return None


def _count_judged(fact: Fact) -> int | None:
    """Return how many facts the snapshot had judged: `revised/<clock>/<number>/<rules>`."""
    _, *parts = fact.key.rsplit("/", 3)  # the rules have a stroke in their name
    return int(parts[0]) if len(parts) > 1 and parts[0].isdecimal() else None


def _rule_names(fact: Fact) -> tuple[str, str]:
    return fact.text("policy"), fact.text("calendar")
