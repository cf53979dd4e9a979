"""One event of a published calendar as it is read: its days, and what it says of them."""

from collections.abc import Iterable
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
_NOT_WHOLE = Bilingual(
    "不是整天：请写日期，或者从零点到零点",
    "not whole days: write dates, or from midnight to midnight",
)


class ReadEvent(Struct, frozen=True):
    """An event: its *line*, its *summary*, what it says of its *days*; or the *mistake* in it.

    An event with a mistake has no days.
    """

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
        return Bilingual(
            f"“{self.summary or '无标题'}”", repr(self.summary) if self.summary else "untitled"
        )


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
