"""Cases that were counted for a share (`cases.counted`) are counted again, from their own facts.

A group is counted in the snapshots of an instant, with or without the news of that very moment. So
the number must lie between that of a merge delay before, and that of the instant itself, each case
counted in whichever reading suits.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.fact import Fact
from chalicelib.findings.share import group_of
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.issue import Issue
from infra.verify.supervision.cases import FactPosition
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.owed import count_at


class _Count(Struct):
    """A count on record, and the *least* and the *most* that it may be."""

    position: FactPosition
    fact: Fact
    group: CountedGroup
    least: int = 0
    most: int = 0


class CountedShares:
    """Every count in a log."""

    def __init__(self, counted: Iterable[tuple[FactPosition, Fact]]) -> None:
        self._counts = [_Count(position, fact, group_of(fact)) for position, fact in counted]

    def take(self, replayed: ReplayedCase) -> None:
        """Count a permit wherever it belongs."""
        for count in self._counts if replayed.case.kind == "permit" else ():
            then = count.fact.recorded_at
            around = [_is_in(replayed, count, at) for at in (then - MERGE_DELAY, then)]
            count.least += all(around)
            count.most += any(around)

    @property
    def taken(self) -> list[tuple[int, int]]:
        """The least and the most of each count, by the cases that were taken."""
        return [(count.least, count.most) for count in self._counts]

    def join(self, counted: list[tuple[int, int]]) -> None:
        """Add what another process counted."""
        for count, (least, most) in zip(self._counts, counted, strict=True):
            count.least += least
            count.most += most

    def check_counts(self) -> Iterator[Issue]:
        """Yield an issue for each count that is not what the cases say."""
        for count in self._counts:
            number = count.fact.data.get("number")
            if not (isinstance(number, int) and count.least <= number <= count.most):
                zh = f"期内到期办件数为 {number}，而日志中为 {count.least} 至 {count.most}"
                en = f"{number} cases are said to be due in the period, and the log has "
                yield count.position.issue(zh, f"{en}{count.least} to {count.most}")


def _is_in(replayed: ReplayedCase, count: _Count, then: datetime) -> bool:
    """Return whether the case, as it was *then*, fell due in the period of *count*."""
    recorded, group = count_at(replayed.case.history, then), count.group
    if not recorded:
        return False
    rules = replayed.rules_at(then, count.position.leaf or 0, recorded)[0]
    decision = replayed.decide(recorded, rules, then)
    first, until = (day.isoformat() for day in group.days)
    where = {"department": count.fact.text("department"), "region": group.region}
    where |= {"item": group.item} if group.item else {}
    belongs_to = decision.belongs_to
    return first <= decision.fell_due < until and all(
        belongs_to.get(name) == value for name, value in where.items()
    )
