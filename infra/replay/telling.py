"""What an intake system would have told about a case: the events that a reading becomes.

`duban replay` judges them, `duban feed` posts them; that both come from here is why the two agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib import instant
from chalicelib.cases.fact import Fact
from chalicelib.clock.counting import Counting
from chalicelib.policy.terms import terms_of
from infra.replay.case_reading import PauseRead, Reading
from infra.replay.moment import Moment, is_date
from infra.replay.moment import instant as instant_of

SOURCE = "replay"
ITEM = "replay"  # a log names no catalogue item; its limits come with the acceptance
REGION = "replay"
NOBODY = "-"  # the wire wants a department; DESIGN §9 calls a missing one ""


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """One event of a case; *place* orders those of the same instant."""

    kind: str
    at: datetime
    data: dict[str, object]
    place: int = 0

    @property
    def id(self) -> str:
        """An id unique within the case, the same at every run."""
        return f"{self.kind}/{self.data.get('procedure', '')}"


def tell(reading: Reading, counting: Counting) -> list[ReportedEvent]:
    """Tell the case in order of time; nothing where it was never accepted."""
    if reading.accepted is None:
        return []
    told = [
        ReportedEvent("case.accepted", instant_of(reading.accepted), _acceptance(reading, counting))
    ]
    closed = ended(reading)
    for pause in reading.pauses:
        told.extend(_told_pause(pause, closed))
    extension = reading.extension
    if extension is not None:
        at = instant_of(extension.at)
        if closed is None or at <= closed:
            by = extension.limit.written()
            told.append(ReportedEvent("case.extended", at, {"by": by}, extension.place))
    if closed is not None:
        told.append(ReportedEvent("case.decided", closed, {"outcome": "closed"}))
    return sorted(told, key=lambda one: one.at) if len(told) > 1 else told


def ended(reading: Reading) -> datetime | None:
    """When the case ended, if it has; on the day of acceptance, known only by date: not before."""
    accepted, completed = reading.accepted, reading.completed
    if completed is None:
        return None
    if accepted is not None and is_date(completed) and not reading.ended_before_start:
        return instant_of(max(accepted, completed))
    return instant_of(completed)


def due_instant(due: Moment, counting: Counting) -> datetime:
    """The instant of an explicit *due*: a date without a time ends at the cutoff (DESIGN §4)."""
    at = instant_of(due)
    return counting.end_of(counting.day_of(at)) if is_date(due) else at


def as_facts(told: list[ReportedEvent], case: str) -> list[Fact]:
    """The told facts that the live chain would record of *told*, each at its own instant."""
    return [
        Fact(
            n=0,
            kind=event.kind,
            key=f"{SOURCE}/{case}/{event.id}",
            at=event.at,
            recorded_at=event.at,
            told=True,
            data=_with_terms(event),
            sequence=sequence(event),
        )
        for event in told
    ]


def sequence(told: ReportedEvent) -> str:
    """The source's own order (CloudEvents `sequence`): text order is the order in the file."""
    return f"{told.place:012d}"


def _with_terms(told: ReportedEvent) -> dict[str, object]:
    if told.kind != "case.accepted":
        return told.data
    terms = terms_of(told.data)
    return {**told.data, "terms": terms.written()} if terms else told.data


def _acceptance(reading: Reading, counting: Counting) -> dict[str, object]:
    data: dict[str, object] = {
        "item": ITEM,
        "department": reading.department or NOBODY,
        "region": REGION,
    }
    if reading.due is not None:
        data["due_at"] = instant.text(due_instant(reading.due, counting))
    elif reading.limit is not None:
        data["promise"] = reading.limit.written()
    return data


def _told_pause(pause: PauseRead, closed: datetime | None) -> Iterator[ReportedEvent]:
    """A pause within the case; one that outlasts it stays open, and so runs to its end."""
    start = instant_of(pause.start)
    if closed is not None and start > closed:
        return
    procedure = f"pause{pause.rule + 1}"
    yield ReportedEvent("case.suspended", start, {"procedure": procedure}, pause.places[0])
    if pause.end is None:
        return
    end = max(start, instant_of(pause.end))  # known only by date, the end may seem to come first
    if closed is None or end <= closed:
        yield ReportedEvent("case.resumed", end, {"procedure": procedure}, max(pause.places))
