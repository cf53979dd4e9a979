"""Checkpoints that somebody dated: what they hold was recorded before, what they lack after (I5).

A witness dates a checkpoint when it cosigns it, a reader when he fetches it. An entry comes into
the log within the merge delay of its record. So an entry behind a checkpoint was recorded later
than that long before the checkpoint's date; and one in it no later than its date.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from chalicelib.instant import text
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.finding import Issue
from infra.verify.recorded import NEVER, RecordedTimes, ms_of, written
from infra.verify.trust import SignedCheckpoint

_LAST = ms_of(datetime.max.replace(tzinfo=UTC))


class DatedCheckpoint(NamedTuple):
    """A log of *size* entries was shown *at* an instant, as *who* says."""

    size: int
    at: datetime
    who: str


def cosigned_dates(checkpoints: Iterable[SignedCheckpoint]) -> Iterator[DatedCheckpoint]:
    """Yield when which witness cosigned each of *checkpoints*."""
    for signed in checkpoints:
        for name, at in signed.cosigned.items():
            yield DatedCheckpoint(signed.size, datetime.fromtimestamp(at, UTC), name)


def check_dates(dates: Iterable[DatedCheckpoint], times: RecordedTimes) -> Iterator[Issue]:
    """Yield an issue for each entry that is recorded as of another time than *dates* allow."""
    by_size = sorted(set(dates))
    holding = _earliest_holding(by_size)
    passed, lacking = 0, DatedCheckpoint(0, datetime.min.replace(tzinfo=UTC), "")
    earliest, latest = NEVER, holding[0][0]
    for index, at in times:
        while passed < len(by_size) and by_size[passed].size <= index:
            lacking = max(lacking, by_size[passed], key=lambda dated: dated.at)
            earliest = ms_of(lacking.at - MERGE_DELAY)
            passed += 1
            latest = holding[passed][0]
        if at < earliest:
            yield _apart(index, at, lacking, ("没有它", "do not hold it"))
        elif at > latest:
            yield _apart(index, at, holding[passed][1], ("已有它", "hold it already"))


def _earliest_holding(
    by_size: Sequence[DatedCheckpoint],
) -> list[tuple[int, DatedCheckpoint]]:
    """Return for each number of checkpoints passed the earliest date of those that follow."""
    nobody = DatedCheckpoint(0, datetime.max.replace(tzinfo=UTC), "")
    found = [(_LAST, nobody)]
    for dated in reversed(by_size):
        earliest = min(found[-1][1], dated, key=lambda each: each.at)
        found.append((ms_of(earliest.at + MERGE_DELAY), earliest))
    return found[::-1]


def _apart(index: int, recorded: int, dated: DatedCheckpoint, why: tuple[str, str]) -> Issue:
    at, own, (zh, en) = text(dated.at), written(recorded), why
    return Issue(
        index,
        "I5",
        f"自称记录于 {own}，而 {dated.who} 于 {at} 见到的 {dated.size} 条中{zh}",
        f"recorded {own}, it says; the {dated.size} entries that {dated.who} saw at {at} {en}",
    )
