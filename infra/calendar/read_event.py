"""The events of a published calendar: their days, what they say of them, what is not understood.

A weekend day that nobody understands may be one that is worked. It must not pass for a day off.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.calendar.year import is_weekend
from chalicelib.errors import BadInput, Bilingual
from infra.calendar.content_lines import CalendarEvent
from infra.calendar.marks import Sense, read_sense
from infra.calendar.spans import read_span

_WEEKDAYS = "一二三四五六日"
_ENGLISH_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SAY_WHICH = Bilingual("请写明 班 或 休", "mark it as worked or as off")
_NOT_WHOLE = Bilingual(
    "不是整天：请写日期，或者从零点到零点",
    "not whole days: write dates, or from midnight to midnight",
)


class ReadEvent(Struct, frozen=True):
    """An event: *line*, *summary*, *days* and what it says of them; or a *mistake*, no days."""

    line: int
    summary: str
    sense: Sense
    days: tuple[date, ...] = ()
    mistake: Bilingual | None = None

    @property
    def weekend(self) -> list[date]:
        """Its Saturdays and Sundays."""
        return [day for day in self.days if is_weekend(day)]

    @property
    def weekdays(self) -> list[date]:
        """Its other days."""
        return [day for day in self.days if not is_weekend(day)]

    @property
    def title(self) -> Bilingual:
        """Its summary, as it is shown."""
        en = repr(self.summary) if self.summary else "untitled"
        return Bilingual(f"“{self.summary or '无标题'}”", en)


def read_event(event: CalendarEvent, file: str) -> ReadEvent:
    """Read *event*; what cannot be read of it is its mistake."""
    read = ReadEvent(event.number, event.text("SUMMARY").strip(), read_sense(event))
    try:
        span = read_span(event, file)
    except BadInput as error:
        is_harmless = read.sense == "festival"  # whichever its days are, they stay as they are
        return read if is_harmless else replace(read, mistake=error.text)
    is_shift = read.sense == "work" and len(span.days) == 1  # the office hours of that day
    if span.is_whole or is_shift or read.sense in ("festival", "unmarked"):
        return replace(read, days=span.days)
    return replace(read, mistake=_NOT_WHOLE)


def list_days(days: Iterable[date]) -> Bilingual:
    """Return *days* with their days of the week, as a text."""
    listed = list(days)
    return Bilingual(
        "、".join(f"{day} 周{_WEEKDAYS[day.weekday()]}" for day in listed),
        ", ".join(f"{day:%Y-%m-%d} {_ENGLISH_WEEKDAYS[day.weekday()]}" for day in listed),
    )


def list_mistakes(read: Sequence[ReadEvent]) -> list[tuple[int, Bilingual]]:
    """Return line and sentence for each event that is not understood, or says the opposite."""
    clear = {day for event in read if event.sense in ("work", "off") for day in event.days}
    found = [(event.line, text) for event in read if (text := _mistake(event, clear))]
    return sorted([*found, *_opposites(read)])


def refuse(
    file: str, mistakes: Sequence[tuple[int, Bilingual]], worked: Sequence[date] = ()
) -> BadInput:
    """Return the refusal that names every mistake, and the days *worked* that were understood."""
    rows = [(f"{file}:{line}", text) for line, text in mistakes]
    if len(rows) == 1:
        [(where, text)] = rows
        return BadInput(text, where)
    others = [BadInput(text, where) for where, text in rows]
    if worked:
        zh, en = list_days(worked)
        zh, en = f"读懂的上班周末日：{zh}", f"weekend days that are worked, as understood: {en}"
        others.append(BadInput(zh=zh, en=en, where=file))
    zh = f"有 {len(rows)} 处读不懂，没有导入；改好以后再导入一次"
    en = f"{len(rows)} places are not understood, nothing was imported; mend them, import again"
    return BadInput(zh=zh, en=en, where=file, others=others)


def _mistake(event: ReadEvent, clear: set[date]) -> Bilingual | None:
    """Return what is wrong with *event*; None if nothing is. Other events make some days *clear*.

    A festival's name and other words are no mistake on a weekday, which stays a working day.
    """
    (zh, en), (mark_zh, mark_en) = event.title, _SAY_WHICH
    if event.mistake:
        return Bilingual(f"{zh}：{event.mistake.zh}", f"{en}: {event.mistake.en}")
    if event.sense == "unclear":
        days = list_days(event.days)
        return Bilingual(
            f"{zh}（{days.zh}）读不懂是上班还是放假：{mark_zh}",
            f"{en} ({days.en}) may be worked or off: {mark_en}",
        )
    if event.sense == "unmarked" and event.weekend:
        days = list_days(event.weekend)
        return Bilingual(
            f"{zh}（{days.zh}）在周末，读不懂是上班还是放假：{mark_zh}；与上班无关的，从文件中删去",
            f"{en} ({days.en}) is at a weekend, and may be worked or off: {mark_en};"
            " delete it where it has nothing to do with work",
        )
    if event.sense == "swap" and (open_days := [day for day in event.weekend if day not in clear]):
        days = list_days(open_days)
        return Bilingual(
            f"{zh}（{days.zh}）在周末，“调休”可以是上班，也可以是放假：{mark_zh}",
            f"{en} ({days.en}) is at a weekend, and may be worked or off: {mark_en}",
        )
    return None


def _opposites(read: Sequence[ReadEvent]) -> Iterator[tuple[int, Bilingual]]:
    first: dict[date, ReadEvent] = {}
    for event in read:
        for day in event.days if event.sense in ("work", "off") else ():
            before = first.setdefault(day, event)
            if before.sense != event.sense:
                which, line = list_days([day]), before.line
                zh = f"{event.title.zh}（{which.zh}）与第 {line} 行{before.title.zh}相反"
                en = f"{event.title.en} ({which.en}) contradicts {before.title.en} of line {line}"
                yield event.line, Bilingual(zh, en)
