"""A log as the events of an intake system, and the order in which a stage may be told of them.

Pure: readings in, chunks of CloudEvents out. The stage's clock is set to the end of a chunk before
the chunk is posted, so nothing comes from the future. And no chunk reaches beyond an instant at
which the stage, not yet told of an event in it, would issue what that event makes groundless: so
what the stage issues is what `duban replay` says, and nothing has to be taken back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from chalicelib.cards.decide import look
from chalicelib.cases.fact import Fact
from chalicelib.clock.counting import Counting
from chalicelib.errors import BadInput
from chalicelib.instant import text
from infra.replay.case_reading import Reading
from infra.replay.rules import Rules
from infra.replay.telling import Told, as_facts, sequence, tell

MAX_SUBJECT = 200  # an event's id is its subject and more, and has room for 256
MAX_CHUNK = 100
_AS_IT_IS = "/:@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True)
class Posted:
    """An event to be posted, when it happened, and the latest clock that may be shown before it.

    *before* is None where nothing that the stage could do depends on knowing the event in time.
    """

    at: datetime
    before: datetime | None
    event: dict[str, Any]


def first_accepted(readings: Iterator[Reading], cases: int | None) -> list[Reading]:
    """The first *cases* by their time of acceptance; all where no number is given."""
    accepted = [reading for reading in readings if reading.accepted is not None]
    accepted.sort(key=lambda reading: reading.accepted or 0)
    return accepted[:cases]


def events_of(readings: Sequence[Reading], source: str, rules: Rules) -> list[Posted]:
    """All that *source* has to tell about the cases, in order of time."""
    counting = Counting(rules.calendar, rules.policy)
    posted: list[Posted] = []
    for number, reading in enumerate(readings):
        subject = subject_of(reading, number)
        told = tell(reading, counting)
        limits = _limits(as_facts(told, subject), rules, counting)
        posted.extend(
            Posted(one.at, before, _cloud_event(one, source, subject))
            for one, before in zip(told, limits, strict=True)
        )
    return sorted(posted, key=lambda one: one.at)


def subject_of(reading: Reading, number: int) -> str:
    """The case number on the wire: ASCII, percent-encoded where it is not. Raises BadInput."""
    subject = quote(reading.id or f"unnamed {number + 1}", safe=_AS_IT_IS)
    if len(subject) > MAX_SUBJECT:
        raise BadInput(f"longer than {MAX_SUBJECT} characters", f"case {reading.id[:40]!r}")
    return subject


def chunks(posted: Sequence[Posted]) -> Iterator[list[Posted]]:
    """Cut *posted*, which is in order of time, where the clock may not go on without being told."""
    chunk: list[Posted] = []
    until: datetime | None = None
    for one in posted:
        if chunk and (len(chunk) == MAX_CHUNK or (until is not None and one.at > until)):
            yield chunk
            chunk, until = [], None
        chunk.append(one)
        if one.before is not None:
            until = one.before if until is None else min(until, one.before)
    if chunk:
        yield chunk


def _limits(facts: Sequence[Fact], rules: Rules, counting: Counting) -> list[datetime | None]:
    """For each fact: the first crossing from then on, as things look without the fact."""
    limits: list[datetime | None] = []
    for known, fact in enumerate(facts):
        before = [one.numbered(n) for n, one in enumerate(facts[:known])]
        findings = look(before, rules.policy, counting).survey.findings if before else ()
        limits.append(next((f.at for f in findings if f.at >= fact.at), None))
    return limits


def _cloud_event(told: Told, source: str, subject: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{subject}/{told.id}",
        "source": source,
        "subject": subject,
        "type": told.kind,
        "time": text(told.at),
        "sequence": sequence(told),
        "datacontenttype": "application/json",
        "data": told.data,
    }
