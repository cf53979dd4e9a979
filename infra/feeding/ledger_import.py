"""Reports the cases of a ledger (台账) to a stage, for a county whose systems post no webhooks.

The same events as a replay judges, signed as a source's. Their times are claims, received when they
are imported (DOMAIN LED-05): what is late is late news, and what occurred before the stage's
live-from makes no card. An event's id is made of the case and its kind, so the same file again
changes nothing, and a later export of the same ledger adds what happened since.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from chalicelib.clock.counting import Counting
from chalicelib.errors import Bilingual
from infra.feeding.feed_log import case_subject, cloud_event
from infra.feeding.sender import MAX_BATCH
from infra.replay.case_reading import Reading
from infra.replay.read_log import Progress, ReadLog, no_progress
from infra.replay.telling import reported_events
from infra.terminal.language import say

Post = Callable[[Sequence[Mapping[str, Any]]], list[dict[str, Any]]]
"""Posts events and returns their results in order; a `Courier` does it over HTTP."""

_NO_REGION = Bilingual(
    "没有区划（表中没有的，请加 --region）", "no region (give --region where the file has none)"
)


class Import(Struct):
    """The *events* of a ledger, in order of time; *unsent* says why of the cases that have none."""

    events: list[dict[str, Any]] = field(default_factory=list)
    unsent: list[Bilingual] = field(default_factory=list)
    cases: int = 0


class Outcome(Struct):
    """Counts of the events by their *results*; those that were *refused*, each with its reason."""

    results: "Counter[str]" = field(default_factory=Counter)
    refused: list[Bilingual] = field(default_factory=list)


def events_of_ledger(log: ReadLog, source: str, region: str | None, counting: Counting) -> Import:
    """Return what *source* has to report of *log*; *region* is that of cases that name none."""
    made = Import()
    for number, reading in enumerate(log.readings()):
        lacks = _lacks(reading, region)
        if lacks:
            zh = reading.id or f"（第 {number + 1} 件，无编号）"
            en = reading.id or f"(number {number + 1}, without an id)"
            made.unsent.append(Bilingual(f"办件 {zh}：{lacks.zh}", f"case {en}: {lacks.en}"))
            continue
        made.cases += 1
        subject = case_subject(reading, number)
        where = reading.opening.get("region") or region or ""
        events = reported_events(reading, counting)
        made.events += [cloud_event(event, source, subject, where) for event in events]
    made.events.sort(key=lambda event: str(event["time"]))
    return made


def _lacks(reading: Reading, region: str | None) -> Bilingual:
    """Return what *reading* needs to be reported and does not have; empty where it has all."""
    needs = {
        Bilingual("没有编号", "no id"): reading.id,
        Bilingual("没有受理时间", "no acceptance"): reading.accepted,
        Bilingual("没有事项编码", "no code of an item"): reading.opening.get("item"),
        Bilingual("没有部门", "no department"): reading.department,
        _NO_REGION: reading.opening.get("region") or region,
    }
    lacks = [text for text, value in needs.items() if not value]
    return Bilingual("、".join(each.zh for each in lacks), ", ".join(each.en for each in lacks))


def post_ledger(made: Import, post: Post, progress: Progress = no_progress) -> Outcome:
    """Post the events. Crash anywhere: the same call again; what was posted before is known."""
    outcome, show = Outcome(), progress(say("导入", "importing"), len(made.events))
    for first in range(0, len(made.events), MAX_BATCH):
        batch = made.events[first : first + MAX_BATCH]
        for event, answer in zip(batch, post(batch), strict=True):
            outcome.results[answer["status"]] += 1
            if answer["status"] == "refused":
                why = answer.get("problem", {}).get("detail", "")
                zh, en = why or "没有说明原因", why or "no reason given"
                outcome.refused.append(Bilingual(f"{event['id']}：{zh}", f"{event['id']}: {en}"))
        show(sum(outcome.results.values()))
    return outcome
