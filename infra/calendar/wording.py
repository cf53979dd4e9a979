"""What an import says to the operator: the days that change, and for whom."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.calendar.year import CalendarYear
from chalicelib.errors import Bilingual
from infra.calendar.effect import Effect
from infra.calendar.read_event import list_days
from infra.calendar.reading import describe_year
from infra.terminal.language import say

_WORDS = {"working": Bilingual("上班", "working"), "off": Bilingual("放假", "off")}


def tell(effect: Effect, summary: Mapping[str, Any], left_out: Sequence[Bilingual] = ()) -> str:
    """Return the *effect* of an import, and the rest of its *summary*, as lines."""
    return "\n".join(_lines(effect, summary, left_out))


def tell_standing(effect: Effect) -> list[Bilingual]:
    """Return a sentence about the days of other years that are as the file says already."""
    if not effect.standing:
        return []
    zh, en = list_days(effect.standing)
    return [Bilingual(f"{zh}：现行日历已经如此，没有改动", f"{en}: so it is in force already")]


def _lines(
    effect: Effect, summary: Mapping[str, Any], left_out: Sequence[Bilingual]
) -> Iterator[str]:
    for change in summary["changes"]:
        day = say(*list_days([date.fromisoformat(change["date"])]))
        yield f"{day}  {say(*_WORDS[change['was']])} → {say(*_WORDS[change['now']])}"
    for text in left_out:
        yield say(f"未读入：{text.zh}", f"not read: {text.en}")
    for document in effect.documents:
        if isinstance(document, CalendarYear):
            zh, en = describe_year(document)
            yield say(f"{document.year} 年{zh}", f"{document.year}: {en}")
    if effect.publishes:
        year = effect.publishes
        yield say(f"{year} 年的放假安排此前没有公布", f"{year} was not published here before")
    if "nudged" in summary:
        seen, nudged = summary["looked_at"], summary["nudged"]
        zh, en = (
            f"查看 {seen} 件，其中 {nudged} 件重新裁断",
            f"{seen} cases looked at, {nudged} judged again",
        )
        yield say(zh, en)
    state = say("已生效", "in force") if summary["in_force"] else say("没有导入", "not imported")
    if effect.is_in_force:
        state = say("此前已经生效", "in force already")
    where = say("所有地区", "everywhere")
    if effect.region:
        where = say(f"地区 {effect.region}", f"region {effect.region}")
    days = len(summary["changes"])
    yield say(f"{where}共 {days} 天改变；{state}", f"{where}: {days} days change; {state}")
    yield say(f"版本 {effect.after.version}", f"version {effect.after.version}")
