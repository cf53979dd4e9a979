"""The report of a replay as a person reads it: the same numbers, a few lines."""

from collections.abc import Mapping
from typing import Any

from infra.terminal.language import say

_COLUMNS = ("cases", "closed", "closed_late", "open", "open_overdue", "breached")
_ZH = {
    "cases": "办件", "closed": "办结", "closed_late": "超期办结",
    "open": "在办", "open_overdue": "在办超期", "breached": "超期",
    "warning": "预警", "yellow": "黄牌", "red": "红牌", "supervision": "督办", "referral": "移送",
    "ended_before_start": "办结早于受理", "event_before_start": "环节早于受理",
    "event_after_end": "环节晚于办结", "unreadable_time": "读不懂的时间",
    "unreadable_limit": "读不懂的期限",
}  # fmt: skip


def page(report: Mapping[str, Any]) -> str:
    """Lay out the *report*."""
    columns = say("，", ", ").join(map(_name, _COLUMNS))
    lines = [
        *_total_lines(report),
        say(
            "越过界线的办件（其中在办），按期限的百分比：",
            "crossed, per cent of the time budget (of which still open):",
        ),
        *(
            f"  {percent:>5} %  {count['total']:>8}  ({count['open']})"
            for percent, count in report["crossed"].items()
        ),
        say(f"各部门：{columns}", f"by department: {columns}"),
        *(
            f"  {name or say('（未写）', '(none)')}: "
            + ", ".join(str(counts[column]) for column in _COLUMNS)
            for name, counts in report["by_department"].items()
        ),
        *_ladder_lines(report),
        f"{say('数据问题', 'dirty')}: {_counts(report['dirty'])}",
    ]
    return "\n".join(lines)


def _total_lines(report: Mapping[str, Any]) -> list[str]:
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
    lines = [say(*line).format_map(report) for line in zip(zh, en, strict=True)]
    return [*lines, f"  {say('牌', 'cards')}: {_counts(report['cards'])}"]


def _name(word: str) -> str:
    return say(_ZH.get(word, word), word)


def _counts(counts: Mapping[str, int]) -> str:
    return say("，", ", ").join(f"{_name(word)} {count}" for word, count in counts.items())


def _ladder_lines(report: Mapping[str, Any]) -> list[str]:
    """Return what the cards led to, where that was asked for."""
    if "ladder" not in report:
        return []
    ladder, answers = report["ladder"], report["answers"]
    whose = {"never": "无人答复", "always": "每张牌都及时答复"}[answers]
    rules = say("，", ", ").join(f"{rule} {count}" for rule, count in ladder["repeated"].items())
    return [
        say(f"逐级督办（{whose}）：", f"climbed ({answers} answered): ")
        + _counts(ladder["climbed"]),
        say("待人确认升级：", "proposed to climb: ") + _counts(ladder["proposed"]),
        say("累计发牌：", "for repeated cards: ") + (rules or say("无", "none")),
    ]
