"""What an import says to the operator: the days that change, and for whom."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from chalicelib.calendar.year import CalendarYear
from infra.calendar.effect import Effect
from infra.calendar.read_event import list_days
from infra.calendar.reading import describe_year

_WORDS = {"working": "上班", "off": "放假"}


def tell(effect: Effect, summary: Mapping[str, Any]) -> str:
    """Return the *effect* of an import, and the rest of its *summary*, as lines."""
    return "\n".join(_lines(effect, summary))


def tell_standing(effect: Effect) -> list[str]:
    """Return a sentence about the days of other years that are as the file says already."""
    if not effect.standing:
        return []
    return [f"{list_days(effect.standing)}：现行日历已经如此，没有改动"]


def _lines(effect: Effect, summary: Mapping[str, Any]) -> Iterator[str]:
    for change in summary["changes"]:
        day = list_days([date.fromisoformat(change["date"])])
        yield f"{day}  {_WORDS[change['was']]} → {_WORDS[change['now']]}"
    for text in summary["left_out"]:
        yield f"未读入：{text}"
    for document in effect.documents:
        if isinstance(document, CalendarYear):
            yield f"{document.year} 年{describe_year(document)}"
    if effect.publishes:
        yield f"{effect.publishes} 年的放假安排此前没有公布"
    if "nudged" in summary:
        yield f"查看 {summary['looked_at']} 件，其中 {summary['nudged']} 件重新裁断"
    state = "已生效" if summary["in_force"] else "没有导入"
    if effect.is_in_force:
        state = "此前已经生效"
    where = f"地区 {effect.region}" if effect.region else "所有地区"
    yield f"{where}共 {len(summary['changes'])} 天改变；{state}"
    yield f"版本 {effect.after.version}"
