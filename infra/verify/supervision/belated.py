"""Facts that came late: owed long before they were recorded, while the service ran.

A card that is held back for a night and then issued is no missing card. But it was kept from those
who should have seen it, and it dates what follows from it. So each fact is judged again as of some
time before its record. If it followed then, under all rules that may have applied, it was held
back, unless the log was silent, or the service was catching up after that and it was not yet its
turn. An outage between two heartbeats shows in no log, so nothing is said of a delay that it may
explain.
"""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.instant import text
from chalicelib.intake.event_types import FINDING_TYPES
from chalicelib.log.merge_delay import HEARTBEAT, MERGE_DELAY
from infra.verify.finding import Issue
from infra.verify.supervision.judgements import ReplayedCase, describe_fact
from infra.verify.supervision.life import SignsOfLife
from infra.verify.supervision.owed import Owed, count_at, occasion_of, owed_since

UNSEEN = HEARTBEAT + MERGE_DELAY
"""What lies between two signs of life is no silence."""


def check_belated(
    replayed: ReplayedCase, alive: SignsOfLife, kinds: frozenset[str]
) -> Iterator[Issue]:
    """Yield an issue for each fact of these *kinds* that came late while the service ran."""
    for fact in replayed.case.facts:
        if fact.told or fact.kind not in kinds:
            continue
        then = fact.recorded_at - UNSEEN
        if fact.kind in FINDING_TYPES and fact.at > then:
            continue  # it is of a legal instant that was yet to come
        owed = _owed_then(replayed, fact, then)
        since = owed_since(replayed, owed, then) if owed else fact.recorded_at
        if alive.ran(since, fact.recorded_at, UNSEEN, fact.at):
            name, at = describe_fact(fact), text(since)
            yield replayed.case.issue(
                fact.n,
                f"{name} 自 {at} 起就应当有，直到 {text(fact.recorded_at)} 才记录：被压下",
                f"{name} was owed since {at} and held back until {text(fact.recorded_at)}",
            )


def _owed_then(replayed: ReplayedCase, fact: Fact, then: datetime) -> Owed | None:
    """Return *fact* as it followed *then* from what was on record, None if it did not."""
    count = count_at(replayed.case.history, then)
    applied = replayed.settled(then, count) if count else []
    alike = [
        [each for each in replayed.follows(count, rules, then) if occasion_of(each) == occasion]
        for rules in applied
        for occasion in (occasion_of(fact),)
    ]
    keys = frozenset(each.key for same in alike for each in same)
    if not alike or not all(alike) or fact.key not in keys:
        return None
    return Owed(alike[0][0], keys, applied[0], count)
