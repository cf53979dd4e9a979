"""Check that each entry came into the log within the merge delay (I5), by the log's own times.

Entries are committed in their order. So an entry came in no earlier than any entry before it was
recorded. It came in no later than the next heartbeat, which keeps the merge delay itself. An entry
recorded long before that was held back or backdated; one recorded long after is ahead of time. So
is one that the reader's own clock has not come to.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from chalicelib.instant import MILLISECOND
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import HEARTBEAT, MERGE_DELAY
from infra.verify.finding import Issue, remark
from infra.verify.recorded import NEVER, RecordedTimes, instant_of, ms_of, written

ON_TRIAL = "duban.local/log"
"""The origin of local stages: no address, so that nobody can mistake their logs for any other."""


def delays(times: RecordedTimes, promised: timedelta = MERGE_DELAY) -> Iterator[Issue]:
    """Yield an issue for each entry that came in later than *promised*, or is ahead of time."""
    ahead = ahead_of_time(times, promised)
    newest, within = NEVER, promised // MILLISECOND
    for index, at in times:
        if index in ahead:
            yield Issue(
                index,
                "I5",
                f"记录时刻 {written(at)} 晚于其后心跳的时刻",
                f"recorded {written(at)}, after the heartbeat that follows it",
            )
        elif at > newest:
            newest = at
        elif at < newest - within:
            yield Issue(
                index,
                "I5",
                f"记录时刻 {written(at)}，入链时已过 {written(newest)}，超过承诺的合并时限",
                f"recorded {written(at)}, but came in after {written(newest)}: later than promised",
            )


def yet_to_come(times: RecordedTimes, now: datetime) -> Iterator[Issue]:
    """Yield an issue if anything was recorded later than the reader's clock shows, in any copy.

    It would stand for a sign of life, so that nothing that is missing before it were owed.
    """
    latest = ms_of(now) + MERGE_DELAY // MILLISECOND
    ahead = [(index, at) for index, at in times if at > latest]
    if ahead:
        index, at = ahead[0]
        yield Issue(
            index,
            "I5",
            f"{len(ahead)} 条的记录时刻晚于读者的时钟，第一条为 {written(at)}；"
            "请校准本机时钟，再向运行单位查询",
            f"{len(ahead)} entries are recorded later than your clock shows, the first "
            f"{written(at)}: set your clock, or ask the operator",
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


def ahead_of_time(times: RecordedTimes, promised: timedelta = MERGE_DELAY) -> set[int]:
    """Return the indexes of entries recorded later than the next heartbeat can have come in."""
    ahead, within = set[int](), promised // MILLISECOND
    reported = [(each.leaf, each.at + within) for each in times.reports]
    latest: int | None = None
    for index, at in times.backwards():
        if reported and reported[-1][0] == index:
            limit = reported.pop()[1]
            latest = limit if latest is None else min(latest, limit)
        if latest is not None and at > latest:
            ahead.add(index)
    return ahead


def silences(times: RecordedTimes) -> Iterator[Issue]:
    """Remark on times without a heartbeat for longer than promised.

    Entries of that time have no time but their own. An outage is a remark: it is no fault for ever.
    """
    beats = sorted(each.at for each in times.reports if each.kind == Reported.HEARTBEAT)
    gaps = [(instant_of(after) - instant_of(before), before) for before, after in pairwise(beats)]
    silent = [gap for gap in gaps if gap[0] > HEARTBEAT + MERGE_DELAY]
    if silent:
        longest, since = max(silent)
        yield remark(
            "I11",
            f"心跳中断 {len(silent)} 次，最长自 {written(since)} 起 {longest}",
            f"{len(silent)} times without a heartbeat, the longest {longest} from {written(since)}",
        )


def last_sign_of_life(times: RecordedTimes) -> int | None:
    """Return when the log last showed that it lives: its last own report, else its latest entry."""
    if times.reports:
        return times.reports[-1].at
    return max((at for _, at in times), default=None)
