"""The facts that a case owed at an instant: they followed under all rules that may have applied.

Within an hour of new rules a case may be judged by the old ones or by the new. They may give one
occasion other due instants, and so other keys: occasions are compared by rule, level and clock.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.instant import parse
from chalicelib.intake.event_types import Derived
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.rules import is_named

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
