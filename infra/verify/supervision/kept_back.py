"""Cards that were kept back until a late report made them groundless.

Suppose a service holds a card back for a day, until the office reports that it decided in time. In
the end nothing is missing from the case. But the late report is dated. So this module asks which
facts had followed before it for longer than the merge delay and were never recorded. Each is a
finding if the log shows that other cases were judged meanwhile, else a remark.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.cases.fact import Fact
from chalicelib.instant import text
from chalicelib.intake.event_types import FINDING_TYPES, Reported
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue, remark
from infra.verify.supervision.cases import CHECK
from infra.verify.supervision.judgements import FactsByKey, ReplayedCase
from infra.verify.supervision.missing import count_at, describe_fact


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
        then = late.recorded_at - MERGE_DELAY
        for key, fact in _owed(replayed, late, then).items():
            if key in on_record or fact.kind not in FINDING_TYPES:
                continue
            on_record.add(key)
            index, where = case.at[late.n], f"{case.name} #{late.n}"
            name, at = describe_fact(fact), text(fact.at)
            zh = f"{where}：此前已应当有 {name}（{at}），直到此迟报之前都没有"
            en = f"{where}: until this was told late, {name} of {at} was kept back"
            if alive.between(fact.at + MERGE_DELAY, then):
                yield Issue(index, CHECK, zh, en)
            else:
                yield remark(CHECK, zh, en, index)


def _is_late(fact: Fact) -> bool:
    return fact.kind == Reported.CASE_CORRECTED or fact.recorded_at - fact.at > MERGE_DELAY


def _owed(replayed: ReplayedCase, late: Fact, then: datetime) -> FactsByKey:
    """Return what followed *then* from the facts on record, under all rules that may apply."""
    owed = dict[str, Fact]()
    count = min(late.n, count_at(replayed.case.history, then))
    if not count:
        return owed
    for number, rules in enumerate(replayed.rules_at(then, replayed.case.at[late.n], count)):
        following = {fact.key: fact for fact in replayed.decide(count, rules, then).append}
        owed = {key: fact for key, fact in following.items() if number == 0 or key in owed}
    return owed
