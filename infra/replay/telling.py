"""The events that an intake system would have reported: a reading becomes events.

`duban replay` judges them, `duban feed` posts them; that both come from here is why the two agree.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from chalicelib import instant
from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting
from chalicelib.intake.event_types import Reported
from chalicelib.permit.clocks.binding import Listed, bind_terms
from infra.replay.case_reading import PauseRead, Reading
from infra.replay.moment import Moment, instant_of, is_date_only

SOURCE = "replay"
ITEM = "replay"  # a log names no catalogue item; its limits come with the acceptance
REGION = "replay"
NOBODY = "-"  # the wire wants a department; DESIGN §9 calls a missing one ""


class ReportedEvent(Struct, frozen=True):
    """An event of a case; *position* orders those of one instant, *number* tells pauses apart."""

    kind: str
    at: datetime
    data: dict[str, object]
    position: int = 0
    number: int = 1

    @property
    def id(self) -> str:
        """An id unique within the case, the same at every run."""
        again = f"/{self.number}" if self.number > 1 else ""
        return f"{self.kind}/{self.data.get('procedure', '')}{again}"

    @property
    def sequence(self) -> str:
        """The source's own order (CloudEvents `sequence`): text order is that of the file."""
        return f"{self.position:012d}"


def reported_events(reading: Reading, counting: Counting) -> list[ReportedEvent]:
    """Return the events of the case in order of time; [] where it was never accepted."""
    if reading.accepted is None:
        return []
    data = _acceptance(reading, counting)
    events = [ReportedEvent(Reported.CASE_ACCEPTED, instant_of(reading.accepted), data)]
    closed = ended_at(reading)
    for pause, start, end in told_pauses(reading, closed):
        events.extend(_pause_events(pause, start, end))
    extension = reading.extension
    if extension is not None:
        at = instant_of(extension.at)
        if closed is None or at <= closed:
            by = extension.limit.written()
            events.append(ReportedEvent(Reported.CASE_EXTENDED, at, {"by": by}, extension.position))
    if closed is not None:
        events.append(ReportedEvent(Reported.CASE_DECIDED, closed, {"outcome": "closed"}))
    return sorted(events, key=lambda event: event.at) if len(events) > 1 else events


def told_pauses(
    reading: Reading, closed: datetime | None
) -> Iterator[tuple[PauseRead, datetime, datetime | None]]:
    """Yield the pauses that begin before the case is *closed*; one that outlasts it stays open."""
    for pause in reading.pauses:
        start = instant_of(pause.start)
        if closed is not None and start > closed:
            continue
        end = None if pause.end is None else max(start, instant_of(pause.end))  # known by its day
        yield pause, start, end if end is None or closed is None or end <= closed else None


def ended_at(reading: Reading) -> datetime | None:
    """Return when the case ended, None if it is open; never before the acceptance of that day."""
    accepted, completed = reading.accepted, reading.completed
    if completed is None:
        return None
    if accepted is not None and is_date_only(completed) and not reading.ended_before_start:
        return instant_of(max(accepted, completed))
    return instant_of(completed)


def due_instant(due: Moment, counting: Counting) -> datetime:
    """Return the instant of an explicit *due*: a date ends at the cutoff (DESIGN §4)."""
    at = instant_of(due)
    return counting.end_of(counting.day_of(at)) if is_date_only(due) else at


def reported_facts(events: list[ReportedEvent], case: str, rules: Rules) -> list[Fact]:
    """Return the reported facts that a stage would record of *events*, each at its own instant."""
    return [
        Fact(
            *(0, event.kind, f"{SOURCE}/{case}/{event.id}", event.at, event.at),
            told=True,
            data=_with_terms(event, rules),
            sequence=event.sequence,
        )
        for event in events
    ]


def _with_terms(event: ReportedEvent, rules: Rules) -> dict[str, object]:
    if event.kind != Reported.CASE_ACCEPTED:
        return event.data
    terms = bind_terms(event.data, event.at, Listed(), rules.at(event.at))
    return {**event.data, "terms": terms.written()}


def _acceptance(reading: Reading, counting: Counting) -> dict[str, object]:
    data: dict[str, object] = {
        "item": ITEM,
        "department": reading.department or NOBODY,
        "region": REGION,
        **reading.opening,
    }
    if reading.due is not None:
        data["due_at"] = instant.text(due_instant(reading.due, counting))
    elif reading.limit is not None:
        data["promise"] = reading.limit.written()
    return data


def _pause_events(
    pause: PauseRead, start: datetime, end: datetime | None
) -> Iterator[ReportedEvent]:
    data: dict[str, object] = {"procedure": pause.procedure}
    first, last = pause.positions
    yield ReportedEvent(Reported.CASE_SUSPENDED, start, data, first, pause.number)
    if end is not None:
        place = max(first, last)
        yield ReportedEvent(Reported.CASE_RESUMED, end, data, place, pause.number)
