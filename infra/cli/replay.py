"""`duban replay`: run a historic log through supervision and report (DESIGN §9)."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import progress_bar, remark, report

OK, UNREAD = 0, 1
MOST_SHOWN = 20  # values that cannot be read; --json lists a thousand
_COLUMNS = ("cases", "closed", "closed_late", "open", "open_overdue", "breached")
_ZH = {
    "cases": "办件", "closed": "办结", "closed_late": "超期办结",
    "open": "在办", "open_overdue": "在办超期", "breached": "超期",
    "warning": "预警", "yellow": "黄牌", "red": "红牌", "supervision": "督办", "referral": "移送",
    "ended_before_start": "办结早于受理", "event_before_start": "环节早于受理",
    "event_after_end": "环节晚于办结", "unreadable_time": "读不懂的时间",
    "unreadable_limit": "读不懂的期限",
}  # fmt: skip
_COMMAND = """\
replay  用规则把历史日志重新判断一遍，并报告 | run a historic log through the rules and report
    about  报告督办会怎样判断一份日志（XES 或 CSV，也可以是 .gz）。
        | Report how supervision would have judged a log (XES or CSV, also .gz).
    LOG
    --map MAP.toml required
    --profile P = statutory  自带的规则文件，或一个文件 | a shipped profile, or a file
    --until T  此后的事件视为未知（默认到日志结束）
        | events after this are unknown (default: the log's end)
    --answers
        也计算发牌的后果：没有答复的升级，重复的另发牌
        （发牌后无人答复 never，或每张牌都及时答复 always）
        | also count what the cards lead to: unanswered ones climb, repeated ones make more (never
        or always answered)
    --json
"""
add = commands(__name__, _COMMAND, answers=("never", "always"))


def run(arguments: argparse.Namespace) -> int:
    """Replay and print the report; exit 1 where something of the log was not read."""
    from infra.replay.log_map import load_map
    from infra.replay.read_log import read_log
    from infra.replay.report import replay_log
    from infra.replay.rules import replay_rules

    log_map = load_map(arguments.map)
    rules = replay_rules(log_map, arguments.profile, str(arguments.map))
    log = read_log(arguments.log, log_map, rules.profile.zone, arguments.until, progress_bar)
    crossings = log_map.report.crossings
    replayed = replay_log(log, rules, crossings, progress_bar, arguments.answers)
    written = replayed.written()
    report(arguments, written, _lines(written), indent=2)
    remark(*replayed.remarks.lines(MOST_SHOWN))
    if not replayed.has_accepted:
        zh = "没有一件办件有受理时间，什么也没有裁断；请核对映射"
        remark(say(zh, "no case has an acceptance, so nothing was judged; look at the map"))
    return OK if replayed.is_complete else UNREAD


def _lines(written: Mapping[str, Any]) -> Iterator[str]:
    """Yield the report *written* as a person reads it: the same numbers, a few lines."""
    yield from _total_lines(written)
    yield say(
        "越过界线的办件（其中在办），按期限的百分比：",
        "crossed, per cent of the time budget (of which still open):",
    )
    for percent, count in written["crossed"].items():
        yield f"  {percent:>5} %  {count['total']:>8}  ({count['open']})"
    columns = say("，", ", ").join(map(_name, _COLUMNS))
    yield say(f"各部门：{columns}", f"by department: {columns}")
    for name, counts in written["by_department"].items():
        numbers = ", ".join(str(counts[column]) for column in _COLUMNS)
        yield f"  {name or say('（未写）', '(none)')}: {numbers}"
    if "ladder" in written:
        yield from _ladder_lines(written)
    yield f"{say('数据问题', 'dirty')}: {_counts(written['dirty'])}"


def _total_lines(written: Mapping[str, Any]) -> Iterator[str]:
    zh = (
        "{cases} 件办件，{events} 条事件，截至 {cut_off}",
        "  没有受理 {not_accepted}，没有期限 {without_due}",
        "  办结 {closed}（超期 {closed_late}）",
        "  在办 {open}（超期 {open_overdue}）",
        "  超期合计 {breached}",
    )
    en = (
        "{cases} cases, {events} events, cut off at {cut_off}",
        "  not accepted {not_accepted}, without a due {without_due}",
        "  closed {closed} ({closed_late} late)",
        "  open {open} ({open_overdue} overdue)",
        "  breached {breached}",
    )
    yield from (say(*line).format_map(written) for line in zip(zh, en, strict=True))
    yield f"  {say('牌', 'cards')}: {_counts(written['cards'])}"


def _name(word: str) -> str:
    return say(_ZH.get(word, word), word)


def _counts(counts: Mapping[str, int]) -> str:
    return say("，", ", ").join(f"{_name(word)} {count}" for word, count in counts.items())


def _ladder_lines(written: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the cards led to."""
    ladder, answers = written["ladder"], written["answers"]
    whose = {"never": "无人答复", "always": "每张牌都及时答复"}[answers]
    climbed = say(f"逐级督办（{whose}）：", f"climbed ({answers} answered): ")
    yield climbed + _counts(ladder["climbed"])
    yield say("待人确认升级：", "proposed to climb: ") + _counts(ladder["proposed"])
    rules = say("，", ", ").join(f"{rule} {count}" for rule, count in ladder["repeated"].items())
    yield say("累计发牌：", "for repeated cards: ") + (rules or say("无", "none"))
