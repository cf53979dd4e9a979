"""What is not understood in a published calendar: every event of it, with its line and its days.

A weekend day that nobody understands may be one that is worked. It must not pass for a day off.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.errors import BadInput
from infra.calendar.read_event import ReadEvent, list_days

NOTHING_SAID = "没有一天写明放假（休、放假、假期）或上班（班、补班、上班）：没有标记的节日不算放假"
_SAY_WHICH = "请写明 班 或 休"


def list_mistakes(read: Sequence[ReadEvent]) -> list[tuple[int, str]]:
    """Return line and sentence for each event that is not understood, or says the opposite."""
    clear = {day for event in read if event.sense in ("work", "off") for day in event.days}
    found = [(event.line, text) for event in read if (text := _mistake(event, clear))]
    return sorted([*found, *_opposites(read)])


def refuse(file: str, mistakes: Sequence[tuple[int, str]], worked: Sequence[date] = ()) -> BadInput:
    """Return the refusal that names every mistake, and the days *worked* that were understood."""
    rows = [(f"{file}:{line}", text) for line, text in mistakes]
    if len(rows) == 1:
        [(where, text)] = rows
        return BadInput(text, where)
    others = [f"{where}: {text}" for where, text in rows]
    if worked:
        others.append(f"{file}: 读懂的上班周末日：{list_days(worked)}")
    return BadInput(f"有 {len(rows)} 处读不懂，没有导入；改好以后再导入一次", file, others)


def _mistake(event: ReadEvent, clear: set[date]) -> str:
    """Return what is wrong with *event*; empty if nothing is. Other events make some days *clear*.

    A festival's name and other words are no mistake on a weekday, which stays a working day.
    """
    if event.mistake:
        return f"{event.title}：{event.mistake}"
    if event.sense == "unclear":
        return f"{event.title}（{list_days(event.days)}）读不懂是上班还是放假：{_SAY_WHICH}"
    if event.sense == "unmarked" and event.weekend:
        return (
            f"{event.title}（{list_days(event.weekend)}）在周末，读不懂是上班还是放假：{_SAY_WHICH}；"
            "与上班无关的，从文件中删去"
        )
    if event.sense == "swap" and (open_days := [day for day in event.weekend if day not in clear]):
        days = list_days(open_days)
        return f"{event.title}（{days}）在周末，“调休”可以是上班，也可以是放假：{_SAY_WHICH}"
    return ""


def _opposites(read: Sequence[ReadEvent]) -> Iterator[tuple[int, str]]:
    first: dict[date, ReadEvent] = {}
    for event in read:
        for day in event.days if event.sense in ("work", "off") else ():
            before = first.setdefault(day, event)
            if before.sense != event.sense:
                where = f"第 {before.line} 行{before.title}"
                yield event.line, f"{event.title}（{list_days([day])}）与{where}相反"
