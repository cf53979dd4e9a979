"""Cards that were kept back until a late report made them groundless.

Suppose a service holds a card back for a day, until the office corrects what it reported or an
inspector accepts a claim. In the end nothing is missing from the case. But that fact is dated. So
this module asks what had followed before it for longer than the merge delay and was never recorded:
findings, and contests. So it does before each change of what is stated of the sources, which may
give news more time. Each is a finding if the log shows that other cases were judged meanwhile, else
a remark. While the delivery time runs a finding does not follow yet: nothing is owed.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.cards.decide import evaluate
from chalicelib.cases.fact import Fact
from chalicelib.cases.kind import kind_of
from chalicelib.cases.rules import Rules
from chalicelib.instant import MILLISECOND, parse, text
from chalicelib.intake.event_types import CLAIM_TYPES, FINDING_TYPES, Derived, Reported
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue, remark
from infra.verify.supervision.cases import CHECK
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.missing import count_at, describe_fact

_OWED = FINDING_TYPES | {Derived.CLAIM_CONTESTED, Derived.CLAIM_OVERDUE}


class _Owed(NamedTuple):
    """A *fact* that followed from the first *before* facts under *rules*."""

    fact: Fact
    before: int
    rules: Rules


class Alive:
    """The instants at which any case was judged."""

    def __init__(self, entries: Sequence[CheckedEntry]) -> None:
        """Collect when each derived fact of *entries* was recorded."""
        derived = (entry.recorded for entry in entries if b'"told":true' not in entry.leaf)
        self._at = sorted(set(derived))

    def between(self, first: datetime, last: datetime) -> bool:
        """Return whether any case was judged from *first* to *last*."""
        index = bisect_left(self._at, text(first))
        return index < len(self._at) and self._at[index] <= text(last)


def check_kept_back(replayed: ReplayedCase, alive: Alive) -> Iterator[Issue]:
    """Yield an issue for each fact that followed before a late report and was never recorded."""
    case, on_record = replayed.case, {fact.key for fact in replayed.case.facts if not fact.told}
    for late in case.facts:
        if not (late.told and _is_late(late)):
            continue
        for then in _instants_before(replayed, late):
            for key, owed in _owed(replayed, late, then).items():
                if key in on_record or owed.fact.kind not in _OWED:
                    continue
                on_record.add(key)
                yield _kept_back(replayed, late, owed, then, alive)


def _kept_back(
    replayed: ReplayedCase, late: Fact, owed: _Owed, then: datetime, alive: Alive
) -> Issue:
    case, name, at = replayed.case, describe_fact(owed.fact), text(owed.fact.at)
    index, where = case.at[late.n], f"{case.name} #{late.n}"
    zh = f"{where}：此前已应当有 {name}（{at}），直到此事记录之前都没有"
    en = f"{where}: until this was recorded, {name} of {at} was kept back"
    if alive.between(_since(replayed, owed, then) + MERGE_DELAY, then):
        return Issue(index, CHECK, zh, en)
    return remark(CHECK, zh, en, index)


def _is_late(fact: Fact) -> bool:
    return (
        fact.kind == Reported.CASE_CORRECTED
        or fact.kind in CLAIM_TYPES
        or fact.recorded_at - fact.at > MERGE_DELAY
    )


def _instants_before(replayed: ReplayedCase, late: Fact) -> list[datetime]:
    """Return as of when all had to be on record: before *late*, and before the terms changed."""
    begun = replayed.case.facts[0].recorded_at
    changed = (since - MERGE_DELAY - MILLISECOND for since in replayed.book.sources_changed)
    return [
        *(then for then in changed if begun <= then < late.recorded_at),
        late.recorded_at - MERGE_DELAY,
    ]


def _owed(replayed: ReplayedCase, late: Fact, then: datetime) -> dict[str, _Owed]:
    """Return what followed *then* from the facts on record, under all rules that may apply."""
    owed = dict[str, _Owed]()
    count = min(late.n, count_at(replayed.case.history, then))
    if not count:
        return owed
    for number, rules in enumerate(replayed.rules_at(then, replayed.case.at[late.n], count)):
        following = {fact.key: fact for fact in replayed.decide(count, rules, then).append}
        owed = {
            key: _Owed(fact, count, rules)
            for key, fact in following.items()
            if number == 0 or key in owed
        }
    return owed


def _since(replayed: ReplayedCase, owed: _Owed, then: datetime) -> datetime:
    """Return since when a fact was owed: since it was judged, not since its legal instant."""
    fact, case = owed.fact, replayed.case.history.until(owed.before)
    told_by = max((each.recorded_at for each in case.facts if each.told), default=fact.at)
    if kind_of(replayed.case.name) != "permit":
        return max(fact.at, told_by)
    if fact.kind == Derived.CLAIM_OVERDUE:
        return max(parse(fact.text("due_at")), told_by)
    evaluation = evaluate(case, owed.rules)
    if fact.kind == Derived.CLAIM_CONTESTED:
        contested, claim = evaluation.weighing.contested, fact.data.get("claim")
        found = [each for each in contested if each.fact.n == claim]
        parted = (since for each in found for since, _ in each.parting)
        judged = [since for since in parted if since < then]
    else:
        limits = evaluation.limits
        judged = [limits.judged_from(each) for each in limits.findings if each.key == fact.key]
    return max(min(judged, default=fact.at), told_by)
