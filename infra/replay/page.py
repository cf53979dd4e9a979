"""The report of a replay as a person reads it: the same numbers, a few lines."""

from collections.abc import Mapping
from typing import Any

_COLUMNS = ("cases", "closed", "closed_late", "open", "open_overdue", "breached")


def page(report: Mapping[str, Any]) -> str:
    """Lay out the *report*."""
    lines = [
        f"{report['cases']} cases, {report['events']} events, cut off at {report['cut_off']}",
        f"  not accepted {report['not_accepted']}, without a due {report['without_due']}",
        f"  closed {report['closed']} ({report['closed_late']} late)",
        f"  open {report['open']} ({report['open_overdue']} overdue)",
        f"  breached {report['breached']}",
        "  cards: " + ", ".join(f"{level} {count}" for level, count in report["cards"].items()),
        "crossed, per cent of the time budget (of which still open):",
        *(
            f"  {percent:>5} %  {count['total']:>8}  ({count['open']})"
            for percent, count in report["crossed"].items()
        ),
        "by department: " + ", ".join(_COLUMNS),
        *(
            f"  {name or '(none)'}: " + ", ".join(str(counts[column]) for column in _COLUMNS)
            for name, counts in report["by_department"].items()
        ),
        *_ladder_lines(report),
        "dirty: " + ", ".join(f"{name} {count}" for name, count in report["dirty"].items()),
    ]
    return "\n".join(lines)


def _ladder_lines(report: Mapping[str, Any]) -> list[str]:
    """Return what the cards led to, where that was asked for."""
    if "ladder" not in report:
        return []
    whose = {"never": "无人答复", "always": "每张牌都及时答复"}[report["answers"]]
    climbed, proposed, repeated = (
        report["ladder"][name] for name in ("climbed", "proposed", "repeated")
    )
    levels = {"red": "红牌", "supervision": "督办", "referral": "移送"}
    return [
        f"逐级督办（{whose}）："
        + "，".join(f"升为{levels[level]} {climbed[level]}" for level in levels),
        "待人确认升级：" + "，".join(f"{levels[level]} {proposed[level]}" for level in levels),
        "累计发牌：" + ("，".join(f"{rule} {count}" for rule, count in repeated.items()) or "无"),
    ]
