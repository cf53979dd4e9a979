"""One event of a published calendar as it is read: its days, and what it says of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from chalicelib.calendar.year import is_weekend
from chalicelib.errors import BadInput
from infra.calendar.content_lines import CalendarEvent
from infra.calendar.marks import Sense, read_sense
from infra.calendar.spans import read_span

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event: its *line*, its *summary*, what it says of its *days*; or the *mistake* in it.

    An event with a mistake has no days.
    """

    line: int
    summary: str
    sense: Sense
    days: tuple[date, ...] = ()
    mistake: str = ""

    @property
    def weekend(self) -> list[date]:
        """Its Saturdays and Sundays."""
        return [day for day in self.days if is_weekend(day)]

    @property
    def weekdays(self) -> list[date]:
        """Its other days."""
        return [day for day in self.days if not is_weekend(day)]

    @property
    def title(self) -> str:
        """Its summary, as it is shown."""
        return f"“{self.summary or '无标题'}”"


def read_event(event: CalendarEvent, file: str) -> ReadEvent:
    """Read *event*; what cannot be read of it is its mistake."""
    read = ReadEvent(event.number, event.text("SUMMARY").strip(), read_sense(event))
    try:
        span = read_span(event, file)
    except BadInput as error:
        is_harmless = read.sense == "festival"  # whichever its days are, they stay as they are
        return read if is_harmless else replace(read, mistake=error.message)
    is_shift = read.sense == "work" and len(span.days) == 1  # the office hours of that day
    if span.is_whole or is_shift or read.sense in ("festival", "unmarked"):
        return replace(read, days=span.days)
    return replace(read, mistake="不是整天：请写日期，或者从零点到零点")


def list_days(days: Iterable[date]) -> str:
    """Return *days* with their days of the week, as a text."""
    return "、".join(f"{day} 周{_WEEKDAYS[day.weekday()]}" for day in days)
