"""Whether what was recorded came into the log within the time promised (I5), by its own times.

Entries are committed in their order. So an entry came in no earlier than any before it was
recorded, and no later than the next heartbeat did, which came in within the promise itself. What
was recorded long before, by its own word, was held back or backdated; long after, is ahead of time.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from chalicelib.audit.promise import HEARTBEAT, MERGE_DELAY
from chalicelib.instant import text
from chalicelib.intake.event_types import Reported
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue, remark

_DATED = frozenset(
    {Reported.HEARTBEAT, Reported.RULES_ADOPTED}
)  # told by the log of itself, at the time that it is then
ON_TRIAL = "duban.local/log"
"""The origin of local stages: no address, so that nobody can mistake their logs for any other."""


def delays(entries: Sequence[CheckedEntry], promised: timedelta = MERGE_DELAY) -> Iterator[Issue]:
    """What came into the log later than *promised*, or is recorded as of a time still to come."""
    ahead = ahead_of_time(entries, promised)
    newest, by = "", ""
    for entry in entries:
        if entry.index in ahead:
            yield Issue(
                entry.index,
                "I5",
                f"记录时刻 {entry.recorded} 晚于其后心跳的时刻",
                f"recorded {entry.recorded}, after the heartbeat that follows it",
            )
            continue
        if entry.recorded > newest:
            newest = entry.recorded
            by = text(datetime.fromisoformat(newest) - promised)
        elif entry.recorded < by:
            yield Issue(
                entry.index,
                "I5",
                f"记录时刻 {entry.recorded}，入链时已过 {newest}，超过承诺的合并时限",
                f"recorded {entry.recorded}, but came in after {newest}: later than promised",
            )


def on_trial(issues: Iterable[Issue]) -> Iterator[Issue]:
    """What is *issues* about the times of a local stage, whose clock anybody may set: a remark."""
    if several := list(issues):
        yield remark(
            "I5",
            f"本地试验环境，时钟可任意拨动；{len(several)} 条的时刻与次序不符",
            f"a stage on trial, whose clock may be set; {len(several)} times are out of order",
            several[0].index,
        )


def ahead_of_time(entries: Sequence[CheckedEntry], promised: timedelta = MERGE_DELAY) -> set[int]:
    """The indexes of those recorded later than the next heartbeat can have come in."""
    latest, ahead = "", set()
    for entry in reversed(entries):
        if entry.kind in _DATED:
            limit = text(datetime.fromisoformat(entry.recorded) + promised)
            latest = min(latest, limit) if latest else limit
        if latest and entry.recorded > latest:
            ahead.add(entry.index)
    return ahead


def silences(entries: Sequence[CheckedEntry]) -> Iterator[Issue]:
    """Where there was no heartbeat for longer than promised.

    What came then has no time but its own. An outage is not held against a log for ever: a remark.
    """
    beats = sorted(entry.recorded for entry in entries if entry.kind == Reported.HEARTBEAT)
    times = [datetime.fromisoformat(one) for one in beats]
    gaps = [(after - before, before) for before, after in pairwise(times)]
    silent = [gap for gap in gaps if gap[0] > HEARTBEAT + MERGE_DELAY]
    if silent:
        longest, since = max(silent)
        yield remark(
            "I11",
            f"心跳中断 {len(silent)} 次，最长自 {text(since)} 起 {longest}",
            f"{len(silent)} times without a heartbeat, the longest {longest} from {text(since)}",
        )


def newest(entries: Sequence[CheckedEntry]) -> CheckedEntry | None:
    """The last sign of life in the log: what it last said of itself, or what was recorded last."""
    beat = next((entry for entry in reversed(entries) if entry.kind in _DATED), None)
    return beat or max(entries, key=lambda entry: entry.recorded, default=None)
