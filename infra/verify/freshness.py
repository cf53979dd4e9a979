"""How fresh a log is (I11): who cosigned it of late, and when it last showed that it is alive.

A log that is frozen or cut short is an old one. Witnesses date it. Without them its own heartbeats
do: one that is served must be no older than the reader allows. A time to come dates nothing: it
would keep a frozen log fresh until then.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from chalicelib.instant import parse, text
from chalicelib.log.merge_delay import FRESH, MERGE_DELAY
from chalicelib.log.tlog.vkey import Vkey
from infra.verify.delay import ON_TRIAL
from infra.verify.issue import Issue, remark
from infra.verify.trust import SignedCheckpoint, Trust


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
            en = (
                f"{key.name} cosigned at {when}, which is yet to come: it does not count; set your "
            )
            yield Issue(None, "I11", f"{zh}再向该见证人查询", f"{en}clock, or ask the witness")
    in_time = {key: at for key, at in signed.cosigned_by.items() if at <= latest}
    enough = _enough_since(in_time, trust)
    if enough is None:
        count = len(in_time)
        zh = f"只有 {count} 个见证签名，要求 {trust.wanted} 个"
        en = f"{count} witnesses have cosigned; {trust.wanted} are wanted"
        if trust.policy:
            who = "、".join(sorted(signed.cosigned)) or "–"
            zh = f"见证签名（{who}）不满足策略的 {trust.wanted}"
            en = f"the cosignatures ({who}) do not meet the policy's {trust.wanted}"
        yield Issue(None, "I11", zh, en)
    elif enough < now - FRESH:
        zh = f"见证签名已陈旧：{text(enough)}"
        yield Issue(None, "I11", zh, f"the cosignatures are old: {text(enough)}")


def _enough_since(cosigned_by: Mapping[Vkey, int], trust: Trust) -> datetime | None:
    """Return the latest instant from which on enough have cosigned; None if they never did."""
    for since in sorted(cosigned_by.values(), reverse=True):
        if trust.is_met_by({key for key, at in cosigned_by.items() if at >= since}):
            return datetime.fromtimestamp(since, UTC)
    return None
