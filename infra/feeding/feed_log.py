"""A log as the events of an intake system, and the order in which a stage may receive them.

Pure: readings in, chunks of CloudEvents out. The stage's clock is set to the end of a chunk before
the chunk is posted, so nothing comes from the future. No chunk is longer than the delivery time of
the stage's own source: all is received in time, as in a replay, and nothing is late news. And no
chunk reaches beyond the next crossing of a case in it: otherwise the stage would issue a card that
a later event of the chunk makes groundless. So the stage issues the same cards as `duban replay`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.errors import BadInput, Bilingual
from chalicelib.instant import text
from chalicelib.permit.decide import evaluate
from infra.replay.case_reading import Reading
from infra.replay.moment import instant_of
from infra.replay.read_log import ReadLog
from infra.replay.rules import ReplayRules
from infra.replay.supervise import Supervision
from infra.replay.telling import ReportedEvent, reported_events, reported_facts

MAX_SUBJECT = 200  # an event's id is its subject and more, and has room for 256
MAX_CHUNK = 100
DELIVERY = timedelta(seconds=5)  # what the source that posts has promised at the least
_SOON = timedelta(minutes=1)
_TOGETHER = timedelta(minutes=5)  # what is noticed ten minutes late counts as an outage
_AS_IT_IS = "/:@!$&'()*+,;=-._~"


class PostedEvent(Struct, frozen=True):
    """An event to be posted, when it happened, and the latest clock that it may be posted at.

    *latest* is None where nothing that the stage does depends on knowing of it in time.
    """

    at: datetime
    latest: datetime | None
    event: dict[str, Any]

    @property
    def until(self) -> datetime:
        """The latest clock that it may be posted at in time."""
        in_time = self.at + DELIVERY
        return in_time if self.latest is None else min(in_time, self.latest)


class FeedStory(Struct, frozen=True):
    """The events to post in order, the stops of the clock, the end, and how days are counted."""

    posted: tuple[PostedEvent, ...]
    stops: tuple[datetime, ...]
    ends: datetime
    counting: Mapping[str, str]


def story_of(
    log: ReadLog,
    source: str,
    rules: ReplayRules,
    cases: int | None = None,
    *,
    on_time: bool = False,
) -> FeedStory:
    """Return the story of the first *cases* of *log*, posted by *source*. Raises BadInput.

    *on_time*: the clock stops at each crossing, so that the stage notices it when it happens.
    Otherwise it notices late the crossings between two chunks, and calls that an outage of its own.
    """
    if log.cut_off is None:
        zh = "日志里没有一个时间，没有可报送的"
        en = "nothing in the log says any time, so there is nothing to feed"
        raise BadInput(zh=zh, en=en, where="LOG")
    ends = instant_of(log.cut_off)
    readings = first_accepted(log.readings(), cases)
    supervision = Supervision(rules, ends)
    noticed = readings if on_time else []
    crossed = (at for reading in noticed for _, at in supervision.issued(reading))
    posted = tuple(events_of(readings, source, rules))
    return FeedStory(
        posted, tuple(stops(crossed)), ends, {**rules.map_counting, "region": rules.region}
    )


def stops(crossed: Iterable[datetime]) -> Iterator[datetime]:
    """Yield where the clock stops, so that all *crossed* limits are noticed within minutes."""
    group: list[datetime] = []
    for at in sorted(crossed):
        if group and at - group[0] > _TOGETHER:
            yield group[-1] + _SOON
            group = []
        group.append(at)
    if group:
        yield group[-1] + _SOON


def first_accepted(readings: Iterator[Reading], cases: int | None) -> list[Reading]:
    """Return the first *cases* by their time of acceptance; all where no number is given."""
    accepted = [reading for reading in readings if reading.accepted is not None]
    accepted.sort(key=lambda reading: reading.accepted or 0)
    return accepted[:cases]


def events_of(readings: Sequence[Reading], source: str, rules: ReplayRules) -> list[PostedEvent]:
    """Return all events of the cases, as *source* posts them, in order of time."""
    posted: list[PostedEvent] = []
    for number, reading in enumerate(readings):
        subject = case_subject(reading, number)
        events = reported_events(reading, rules.counting)
        facts = reported_facts(events, subject, rules)
        limits = _next_crossings(CaseHistory().joined_by(facts), rules)
        posted.extend(
            PostedEvent(event.at, latest, cloud_event(event, source, subject, rules.region))
            for event, latest in zip(events, limits, strict=True)
        )
    return sorted(posted, key=lambda event: event.at)


def case_subject(reading: Reading, number: int) -> str:
    """Return the case number on the wire: ASCII, else percent-encoded. Raises BadInput."""
    subject = quote(reading.id or f"unnamed {number + 1}", safe=_AS_IT_IS)
    if len(subject) > MAX_SUBJECT:
        text = Bilingual(f"超过 {MAX_SUBJECT} 个字符", f"longer than {MAX_SUBJECT} characters")
        raise BadInput(text, f"case {reading.id[:40]!r}")
    return subject


def chunks(posted: Sequence[PostedEvent]) -> Iterator[list[PostedEvent]]:
    """Cut *posted*, in order of time, so that no event is past its *latest* or delivery time."""
    chunk: list[PostedEvent] = []
    for event in posted:
        if len(chunk) == MAX_CHUNK or any(event.at > each.until for each in chunk):
            yield chunk
            chunk = []
        chunk.append(event)
    if chunk:
        yield chunk


def _next_crossings(case: CaseHistory, rules: Rules) -> list[datetime | None]:
    """Return for each fact the first crossing from then on, judged without it or with it."""
    evaluations = [evaluate(case.until(n), rules) for n in range(len(case) + 1)]
    crossings = [
        [finding.at for finding in evaluation.limits.findings] for evaluation in evaluations
    ]
    return [
        min((at for at in crossings[n] + crossings[n + 1] if at >= fact.at), default=None)
        for n, fact in enumerate(case.facts)
    ]


def cloud_event(event: ReportedEvent, source: str, subject: str, region: str) -> dict[str, Any]:
    """Return *event* of the case *subject* as *source* posts it; an opening has its *region*."""
    is_opening = "region" in event.data
    return {
        "specversion": "1.0",
        "id": f"{subject}/{event.id}",
        "source": source,
        "subject": subject,
        "type": event.kind,
        "time": text(event.at),
        "sequence": event.sequence,
        "datacontenttype": "application/json",
        "data": {**event.data, "region": region} if is_opening else event.data,
    }
