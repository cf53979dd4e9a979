"""Check that each entry came into the log within the merge delay (I5).

By the log's own times: entries are committed in their order. So an entry came in no earlier than
any entry before it was recorded. It came in no later than the next heartbeat, which keeps the merge
delay itself. An entry recorded long before that was held back or backdated; one recorded long after
is ahead of time. So is one that the reader's own clock has not come to.

By checkpoints that others dated: a witness when it cosigned one, a reader when he fetched it. An
entry behind a checkpoint was recorded no earlier than the merge delay before the checkpoint's date;
an entry in it was recorded no later than the merge delay after.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from chalicelib.instant import MILLISECOND, text
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import HEARTBEAT, MERGE_DELAY
from infra.verify.issue import Issue, remark
from infra.verify.recorded import NEVER, RecordedTimes, instant_of, ms_of, written
from infra.verify.trust import SignedCheckpoint

ON_TRIAL = "duban.local/log"
"""The origin of local stages: no address, so that nobody can mistake their logs for any other."""


def delays(times: RecordedTimes, promised: timedelta = MERGE_DELAY) -> Iterator[Issue]:
    """Yield an issue for each entry that came in later than *promised*, or is ahead of time."""
    ahead = ahead_of_time(times, promised)
    newest, within = NEVER, promised // MILLISECOND
    for index, at in times:
        if index in ahead:
            zh = f"记录时刻 {written(at)} 晚于其后心跳的时刻"
            en = f"recorded {written(at)}, after the heartbeat that follows it"
            yield Issue(index, "I5", zh, en)
        elif at > newest:
            newest = at
        elif at < newest - within:
            zh = f"记录时刻 {written(at)}，入链时已过 {written(newest)}，超过承诺的合并时限"
            en = f"recorded {written(at)}, but came in after {written(newest)}: later than promised"
            yield Issue(index, "I5", zh, en)


def yet_to_come(times: RecordedTimes, now: datetime) -> Iterator[Issue]:
    """Yield an issue if an entry was recorded later than the reader's clock shows.

    It would pass for a sign of life, and excuse all that is missing before it.
    """
    latest = ms_of(now) + MERGE_DELAY // MILLISECOND
    ahead = [(index, at) for index, at in times if at > latest]
    if ahead:
        (index, at), count = ahead[0], len(ahead)
        zh = f"{count} 条的记录时刻晚于读者的时钟，第一条为 {written(at)}；请校准本机时钟，"
        en = f"{count} entries are recorded later than your clock shows, the first {written(at)}: "
        zh, en = f"{zh}再向运行单位查询", f"{en}set your clock, or ask the operator"
        yield Issue(index, "I5", zh, en)


def remark_on_trial(issues: Iterable[Issue]) -> Iterator[Issue]:
    """Sum up *issues* with the times of a local stage in a remark: anybody may set its clock."""
    if out_of_order := list(issues):
        zh = f"本地试验环境，时钟可任意拨动；{len(out_of_order)} 条的时刻与次序不符"
        en = f"a stage on trial, whose clock may be set; {len(out_of_order)} times are out of order"
        yield remark("I5", zh, en, out_of_order[0].index)


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
    """Yield a remark if there was no heartbeat for longer than promised: an outage is no fault."""
    beats = sorted(each.at for each in times.reports if each.kind == Reported.HEARTBEAT)
    gaps = [(instant_of(after) - instant_of(before), before) for before, after in pairwise(beats)]
    silent = [gap for gap in gaps if gap[0] > HEARTBEAT + MERGE_DELAY]
    if silent:
        longest, since = max(silent)
        zh = f"心跳中断 {len(silent)} 次，最长自 {written(since)} 起 {longest}"
        en = f"{len(silent)} times without a heartbeat, the longest {longest} from {written(since)}"
        yield remark("I11", zh, en)


def last_sign_of_life(times: RecordedTimes) -> int | None:
    """Return when the log last showed that it lives: its last own report, else its latest entry."""
    if times.reports:
        return times.reports[-1].at
    return max((at for _, at in times), default=None)


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
    at, own = text(dated.at), written(recorded)
    zh = f"自称记录于 {own}，而 {dated.who} 于 {at} 见到的 {dated.size} 条中{why[0]}"
    en = f"recorded {own}, it says; the {dated.size} entries that {dated.who} saw at {at} {why[1]}"
    return Issue(index, "I5", zh, en)
