"""What was kept back until late news took its ground: nothing lacks in the end, and yet it lacked.

Who holds a card back for a day, until the office has told that it decided in time after all, leaves
a case in which everything follows. But what was told late says when it was told. What had followed
until then, for longer than the merge delay, and was never said is told of here: as a finding where
the log shows that others were judged meanwhile, as a remark where nobody was.
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
from infra.verify.supervision.judgements import Judged, Made
from infra.verify.supervision.missing import known_at, what


class Alive:
    """When anything was judged, in any case."""

    def __init__(self, entries: Sequence[CheckedEntry]) -> None:
        """Note when each derived fact of *entries* was recorded."""
        derived = (entry.recorded for entry in entries if b'"told":true' not in entry.leaf)
        self._at = sorted(set(derived))

    def between(self, first: datetime, last: datetime) -> bool:
        """Whether anything was judged from *first* to *last*."""
        place = bisect_left(self._at, text(first))
        return place < len(self._at) and self._at[place] <= text(last)


def check(judged: Judged, alive: Alive) -> Iterator[Issue]:
    """Name what followed in a case before late news, and was never said."""
    case, said = judged.case, {fact.key for fact in judged.case.facts if not fact.told}
    for late in case.facts:
        if not (late.told and _is_late(late)):
            continue
        then = late.recorded_at - MERGE_DELAY
        for key, fact in _owed(judged, late, then).items():
            if key in said or fact.kind not in FINDING_TYPES:
                continue
            said.add(key)
            index, where = case.at[late.n], f"{case.name} #{late.n}"
            zh = f"{where}：此前已应当有 {what(fact)}（{text(fact.at)}），直到此迟报之前都没有"
            en = f"{where}: until this was told late, {what(fact)} of {text(fact.at)} was kept back"
            if alive.between(fact.at + MERGE_DELAY, then):
                yield Issue(index, CHECK, zh, en)
            else:
                yield remark(CHECK, zh, en, index)


def _is_late(fact: Fact) -> bool:
    return fact.kind == Reported.CASE_CORRECTED or fact.recorded_at - fact.at > MERGE_DELAY


def _owed(judged: Judged, late: Fact, then: datetime) -> Made:
    """What followed *then* from what was on record, under all rules that may have counted."""
    facts, owed = judged.case.facts, dict[str, Fact]()
    count = min(late.n, known_at(facts, then))
    if not count:
        return owed
    for place, rules in enumerate(judged.rules_at(then, judged.case.at[late.n], count)):
        found = {fact.key: fact for fact in judged.follows(count, rules, then).append}
        owed = {key: fact for key, fact in found.items() if place == 0 or key in owed}
    return owed
