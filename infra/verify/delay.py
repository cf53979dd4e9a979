"""Check that each entry came into the log within the merge delay (I5), by the log's own times.

Entries are committed in their order. So an entry came in no earlier than any entry before it was
recorded. It came in no later than the next heartbeat, which keeps the merge delay itself. An entry
recorded long before that was held back or backdated; one recorded long after is ahead of time.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from chalicelib.audit.promise import HEARTBEAT, MERGE_DELAY
from chalicelib.instant import text
from chalicelib.intake.event_types import Reported
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue, remark

DATED = frozenset({Reported.HEARTBEAT, Reported.RULES_ADOPTED})
"""What the log reports of itself, at its own time."""
ON_TRIAL = "duban.local/log"
"""The origin of local stages: no address, so that nobody can mistake their logs for any other."""


def delays(entries: Sequence[CheckedEntry], promised: timedelta = MERGE_DELAY) -> Iterator[Issue]:
    """Yield an issue for each entry that came in later than *promised*, or is ahead of time."""
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


def remark_on_trial(issues: Iterable[Issue]) -> Iterator[Issue]:
    """Sum up *issues* with the times of a local stage in a remark: anybody may set its clock."""
    if out_of_order := list(issues):
        yield remark(
            "I5",
            f"本地试验环境，时钟可任意拨动；{len(out_of_order)} 条的时刻与次序不符",
            f"a stage on trial, whose clock may be set; {len(out_of_order)} times are out of order",
            out_of_order[0].index,
        )


def ahead_of_time(entries: Sequence[CheckedEntry], promised: timedelta = MERGE_DELAY) -> set[int]:
    """Return the indexes of entries recorded later than the next heartbeat can have come in."""
    latest, ahead = "", set()
    for entry in reversed(entries):
        if entry.kind in DATED:
            limit = text(datetime.fromisoformat(entry.recorded) + promised)
            latest = min(latest, limit) if latest else limit
        if latest and entry.recorded > latest:
            ahead.add(entry.index)
    return ahead


def silences(entries: Sequence[CheckedEntry]) -> Iterator[Issue]:
    """Remark on times without a heartbeat for longer than promised.

    Entries of that time have no time but their own. An outage is a remark: it is no fault for ever.
    """
    beats = sorted(entry.recorded for entry in entries if entry.kind == Reported.HEARTBEAT)
    times = [datetime.fromisoformat(beat) for beat in beats]
    gaps = [(after - before, before) for before, after in pairwise(times)]
    silent = [gap for gap in gaps if gap[0] > HEARTBEAT + MERGE_DELAY]
    if silent:
        longest, since = max(silent)
        yield remark(
            "I11",
            f"心跳中断 {len(silent)} 次，最长自 {text(since)} 起 {longest}",
            f"{len(silent)} times without a heartbeat, the longest {longest} from {text(since)}",
        )


def last_sign_of_life(entries: Sequence[CheckedEntry]) -> CheckedEntry | None:
    """Return the last sign of life in the log: its last own statement, else its latest entry."""
    beat = next((entry for entry in reversed(entries) if entry.kind in DATED), None)
    return beat or max(entries, key=lambda entry: entry.recorded, default=None)
