"""The effect of an import: the days that it would change in the calendar in force, and in words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import Document, name_document
from chalicelib.calendar.overlay import add_new, overlay_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear, write_dates
from chalicelib.errors import Bilingual
from infra.calendar.read_event import list_days
from infra.calendar.reading import describe_year
from infra.terminal.language import say

_WORDS = {"working": Bilingual("上班", "working"), "off": Bilingual("放假", "off")}


class Effect(Struct, frozen=True):
    """The calendar of the documents' region *before* and *after* them, and the *days* that differ.

    The *documents* are a change, or a year and what its file has of the years beside it; of these
    days *standing* are those that are as they should be already.
    """

    documents: tuple[Document, ...]
    before: Calendar
    after: Calendar
    days: tuple[date, ...]
    is_in_force: bool
    standing: tuple[date, ...] = ()

    @property
    def region(self) -> str:
        """The region of the documents; empty for everywhere."""
        return _region(self.documents)

    @property
    def publishes(self) -> int | None:
        """The year that was not published before, if it is one."""
        new = sorted(set(self.after.years) - set(self.before.years))
        return new[0] if new else None

    def written(self) -> dict[str, Any]:
        """Return the effect as one JSON document."""
        document, *edges = self.documents
        kind = "change" if isinstance(document, Change) else "year"
        worked = document.makeup_workdays if isinstance(document, CalendarYear) else ()
        words = {True: "working", False: "off"}
        changes = [
            {
                "date": str(day),
                "was": words[self.before.is_workday(day)],
                "now": words[self.after.is_workday(day)],
            }
            for day in self.days
        ]
        return {
            "document": name_document(document),
            "beside": [edge.table() for edge in edges],
            "kind": kind,
            "notices": list(document.notices),
            "region": self.region,
            "changes": changes,
            "publishes": self.publishes,
            "version": self.after.version,
            "weekend_days_worked": write_dates(worked),
        }


def effect(base: Calendar, documents: Sequence[Document], new: Sequence[Document]) -> Effect:
    """Compare the calendars without and with the *new* documents over *base* and *documents*.

    A year's days in the years beside it that are so already are no document of their own: they rest
    on the notice that made them so.
    """
    region = _region(new)
    before = overlay_calendar(base, documents, region)
    edges = [each for each in new[1:] if isinstance(each, Change) and _stands(each, before)]
    needed = tuple(each for each in new if each not in edges)
    after = overlay_calendar(base, (*documents, *needed), region)
    is_in_force = add_new(base, documents, needed) == tuple(documents)
    changed = tuple(after.days_unlike(before))
    standing = tuple(sorted(day for edge in edges for day in edge.days))
    return Effect(needed, before, after, changed, is_in_force, standing)


def _region(documents: Sequence[Document]) -> str:
    [first, *_] = documents
    return first.region if isinstance(first, Change) else ""


def _stands(edge: Change, calendar: Calendar) -> bool:
    return all(calendar.is_workday(day) == (day in edge.workdays) for day in edge.days)


def tell_standing(effect: Effect) -> list[Bilingual]:
    """Return a sentence about the days of other years that are as the file says already."""
    if not effect.standing:
        return []
    zh, en = list_days(effect.standing)
    return [Bilingual(f"{zh}：现行日历已经如此，没有改动", f"{en}: so it is in force already")]


def tell(
    effect: Effect, summary: Mapping[str, Any], left_out: Sequence[Bilingual]
) -> Iterator[str]:
    """Yield the *effect* of an import, and the rest of its *summary*, as lines."""
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
        zh = f"查看 {seen} 件，其中 {nudged} 件重新裁断"
        yield say(zh, f"{seen} cases looked at, {nudged} judged again")
    state = say("已生效", "in force") if summary["in_force"] else say("没有导入", "not imported")
    if effect.is_in_force:
        state = say("此前已经生效", "in force already")
    region = effect.region
    where = say(f"地区 {region}", f"region {region}") if region else say("所有地区", "everywhere")
    days = len(summary["changes"])
    yield say(f"{where}共 {days} 天改变；{state}", f"{where}: {days} days change; {state}")
    yield say(f"版本 {effect.after.version}", f"version {effect.after.version}")
