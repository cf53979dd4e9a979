"""What is not understood in a published calendar: every event of it, with its line and its days.

A weekend day that nobody understands may be one that is worked. It must not pass for a day off.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.errors import BadInput, Bilingual
from infra.calendar.read_event import ReadEvent, list_days

NOTHING_SAID = Bilingual(
    "没有一天写明放假（休、放假、假期）或上班（班、补班、上班）：没有标记的节日不算放假",
    "no day says that it is off or worked: a festival without a mark is no day off",
)
_SAY_WHICH = Bilingual("请写明 班 或 休", "mark it as worked or as off")


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
    return BadInput(
        zh=f"有 {len(rows)} 处读不懂，没有导入；改好以后再导入一次",
        en=f"{len(rows)} places are not understood, nothing was imported; mend them, import again",
        where=file,
        others=others,
    )


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
                which = list_days([day])
                yield (
                    event.line,
                    Bilingual(
                        f"{event.title.zh}（{which.zh}）与第 {before.line} 行{before.title.zh}相反",
                        f"{event.title.en} ({which.en}) contradicts {before.title.en}"
                        f" of line {before.line}",
                    ),
                )
