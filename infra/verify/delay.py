"""Check that each entry came into the log within the merge delay (I5), and how fresh it is (I11).

Entries are committed in their order: each came in no earlier than any before it was recorded, and
no later than the next heartbeat. One behind a checkpoint that others dated was recorded no earlier
than the merge delay before that date; one in it no later than the merge delay after. A log that is
frozen or cut short is an old one. A time to come dates nothing: it would keep a frozen log fresh.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import NamedTuple

from chalicelib.instant import parse, text
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import FRESH, HEARTBEAT, MERGE_DELAY
from infra.verify.issue import Issue, remark
from infra.verify.recorded import DELAY, NEVER, RecordedTimes, instant_of, ms_of, written
from infra.verify.trust import SignedCheckpoint, Trust

ON_TRIAL = "duban.local/log"
"""The origin of local stages: no address, so that nobody can mistake their logs for any other."""
_LAST = ms_of(datetime.max.replace(tzinfo=UTC))


def delays(times: RecordedTimes) -> Iterator[Issue]:
    """Yield an issue for each entry that came in later than promised, or is ahead of time."""
    ahead, newest = ahead_of_time(times), NEVER
    for index, at in times:
        if index in ahead:
            zh = f"记录时刻 {written(at)} 晚于其后心跳的时刻"
            en = f"recorded {written(at)}, after the heartbeat that follows it"
            yield Issue(index, "I5", zh, en)
        elif at > newest:
            newest = at
        elif at < newest - DELAY:
            zh = f"记录时刻 {written(at)}，入链时已过 {written(newest)}，超过承诺的合并时限"
            en = f"recorded {written(at)}, but came in after {written(newest)}: later than promised"
            yield Issue(index, "I5", zh, en)


def yet_to_come(times: RecordedTimes, now: datetime) -> Iterator[Issue]:
    """Yield an issue if an entry was recorded later than the reader's clock shows.

    It would pass for a sign of life, and excuse all that is missing before it.
    """
    latest = ms_of(now) + DELAY
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


def ahead_of_time(times: RecordedTimes) -> set[int]:
    """Return the indexes of entries recorded later than the next heartbeat can have come in."""
    ahead, latest = set[int](), _LAST
    limits = {report.leaf: report.at + DELAY for report in times.reports}
    for index, at in times.backwards():
        latest = min(latest, limits.get(index, latest))
        if at > latest:
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
    by_size, by_date = sorted(set(dates)), attrgetter("at")
    nobody = DatedCheckpoint(0, datetime.max.replace(tzinfo=UTC), "")
    follow = accumulate(reversed(by_size), lambda *pair: min(pair, key=by_date), initial=nobody)
    holding = [*follow][::-1]  # the earliest of those that follow each number of passed ones
    passed, lacking = 0, DatedCheckpoint(0, datetime.min.replace(tzinfo=UTC), "")
    earliest, latest = NEVER, ms_of(holding[0].at) + DELAY
    for index, at in times:
        while passed < len(by_size) and by_size[passed].size <= index:
            lacking = max(lacking, by_size[passed], key=by_date)
            passed += 1
            earliest, latest = ms_of(lacking.at) - DELAY, ms_of(holding[passed].at) + DELAY
        if at < earliest:
            yield _apart(index, at, lacking, ("没有它", "do not hold it"))
        elif at > latest:
            yield _apart(index, at, holding[passed], ("已有它", "hold it already"))


def _apart(index: int, recorded: int, dated: DatedCheckpoint, why: tuple[str, str]) -> Issue:
    at, own = text(dated.at), written(recorded)
    zh = f"自称记录于 {own}，而 {dated.who} 于 {at} 见到的 {dated.size} 条中{why[0]}"
    en = f"recorded {own}, it says; the {dated.size} entries that {dated.who} saw at {at} {why[1]}"
    return Issue(index, "I5", zh, en)


def check_freshness(
    signed: SignedCheckpoint, trust: Trust, alive: str, now: datetime, max_age: timedelta | None
) -> Iterator[Issue]:
    """Check who cosigned of late, and the log's last sign of life (*alive*, "" if there is none).

    At an address, a log without entries or witnesses is a finding. In a copy (*max_age* None), and
    on a stage on trial, age tells nothing. Then, and where it is fresh, yield it as a remark.
    """
    if trust.needs_witnesses:
        yield from _check_cosigned(signed, trust, now)
    is_address = max_age is not None and signed.checkpoint.origin != ON_TRIAL
    is_served = is_address and bool(alive)
    if is_address and not signed.size and not trust.needs_witnesses:
        zh = "日志没有任何条目，也没有见证人：没有存活迹象；请核对地址，或者向运行单位查询"
        en = "the log has no entry, and no witness: no sign of life; look at the address, or ask"
        yield Issue(None, "I11", zh, en)
    elif max_age is not None and is_served and now - parse(alive) > max_age:
        zh = f"日志最近一次自报存活是 {alive}，已超过 {max_age}：停更，或者被截短"
        en = f"the log's newest sign of life is {alive}, older than {max_age}: frozen, or cut short"
        yield Issue(None, "I11", zh, en)
    elif is_served and parse(alive) - now > MERGE_DELAY:
        zh = f"日志最近一次自报存活是 {alive}，晚于读者的时钟"
        yield Issue(None, "I11", zh, f"the log's newest sign of life is {alive}, yet to come")
    elif not trust.needs_witnesses:
        old = alive and now - parse(alive) > FRESH
        zh = f"没有指定见证人；日志最近一次自报存活：{alive or '–'}"
        en = f"no witness is relied on; the log's newest sign of life: {alive or '–'}"
        ago = ("（已超过两小时）", " (more than two hours ago)") if old else ("", "")
        yield remark("I11", zh + ago[0], en + ago[1])


def _check_cosigned(signed: SignedCheckpoint, trust: Trust, now: datetime) -> Iterator[Issue]:
    """Check that enough witnesses cosigned this checkpoint of late, and none in time to come."""
    latest = (now + MERGE_DELAY).timestamp()
    for key, at in signed.cosigned_by.items():
        if at > latest:
            when = text(datetime.fromtimestamp(at, UTC))
            zh = f"{key.name} 的见证签名时刻是 {when}，晚于读者的时钟，不能算数；请校准本机时钟，"
            en = f"{key.name} cosigned at {when}, which is yet to come: it does not count; set "
            yield Issue(None, "I11", f"{zh}再向该见证人查询", f"{en}your clock, or ask the witness")
    in_time = {key: at for key, at in signed.cosigned_by.items() if at <= latest}
    cosigned_since = (
        (since, {key for key, at in in_time.items() if at >= since})
        for since in sorted(in_time.values(), reverse=True)
    )
    enough = next((since for since, keys in cosigned_since if trust.is_met_by(keys)), None)
    if enough is None:
        count = len(in_time)
        zh = f"只有 {count} 个见证签名，要求 {trust.wanted} 个"
        en = f"{count} witnesses have cosigned; {trust.wanted} are wanted"
        if trust.policy:
            who = "、".join(sorted(signed.cosigned)) or "–"
            zh = f"见证签名（{who}）不满足策略的 {trust.wanted}"
            en = f"the cosignatures ({who}) do not meet the policy's {trust.wanted}"
        yield Issue(None, "I11", zh, en)
    elif (at_last := datetime.fromtimestamp(enough, UTC)) < now - FRESH:
        zh, en = f"见证签名已陈旧：{text(at_last)}", f"the cosignatures are old: {text(at_last)}"
        yield Issue(None, "I11", zh, en)
