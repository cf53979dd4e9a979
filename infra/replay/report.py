"""Replays a log: judges every case as it stood at the cut-off, and counts (DESIGN §9 Replay).

The report is counts, and nothing but counts: integers.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from chalicelib.instant import local
from infra.replay.case_reading import Reading
from infra.replay.moment import Moment, instant_of, is_before, is_date_only, milliseconds, moment_of
from infra.replay.read_log import STEP, Progress, ReadLog, no_progress
from infra.replay.rules import ReplayRules
from infra.replay.supervise import Supervised, Supervision
from infra.terminal.language import say

if TYPE_CHECKING:  # few replays ask for it, and it needs all kinds of cases
    from infra.replay.climbing import Answers

LEVELS = ("warning", "yellow", "red")
DIRTY = ("ended_before_start", "event_before_start", "event_after_end", "unreadable_time")


class Climbed(Struct):
    """Counts of cards: *climbed* to a level, *proposed* to, made by *repeated* ones (by rule)."""

    climbed: "Counter[str]" = field(default_factory=Counter)
    proposed: "Counter[str]" = field(default_factory=Counter)
    repeated: "Counter[str]" = field(default_factory=Counter)

    def written(self) -> dict[str, object]:
        """Return the counts as a JSON object."""
        levels = ("red", "supervision", "referral")
        return {
            "climbed": {level: self.climbed[level] for level in levels},
            "proposed": {level: self.proposed[level] for level in levels},
            "repeated": dict(sorted(self.repeated.items())),
        }


def _written(tally: Counter[str], crossings: Sequence[int]) -> dict[str, object]:
    """Return the counts of *tally*, by their names, as a JSON object."""
    names = ("cases", "events", "not_accepted", "without_due", "closed")
    return {
        **{name: tally[name] for name in names},
        "open": tally["cases"] - tally["closed"],
        "closed_late": tally["closed_late"],
        "open_overdue": tally["open_overdue"],
        "breached": tally["closed_late"] + tally["open_overdue"],
        "crossed": {
            str(percent): {"total": tally[f"crossed {percent}"], "open": tally[f"open {percent}"]}
            for percent in crossings
        },
        "cards": {level: tally[level] for level in LEVELS},
    }


class Report:
    """Counts the cases of one log as they stood at its cut-off, and what is dirty in it.

    *climbed* is what the cards led to in each department, where that was asked for.
    """

    def __init__(self, log: ReadLog, crossings: Sequence[int], answers: str | None) -> None:
        """Count the *crossings* (per cent of the time budget) in *log*."""
        self._crossings = crossings
        self._zone = log.zone
        self._cut_off = None if log.cut_off is None else instant_of(log.cut_off)
        self._now = None if self._cut_off is None else moment_of(self._cut_off)
        self._departments: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._stray_events = log.stray_events
        self.remarks = log.records.remarks
        self._answers = answers
        self.climbed: Mapping[str, Climbed] = {}
        self.dirty = Counter(log.records.dirty)

    def add(self, reading: Reading, supervised: Supervised) -> None:
        """Count one case."""
        tally = self._departments[reading.department]
        tally["cases"] += 1
        tally["events"] += reading.events
        tally["closed"] += reading.completed is not None
        if reading.accepted is None:
            tally["not_accepted"] += 1
        elif supervised.due_at is None:
            tally["without_due"] += 1
        else:
            self._count_time(reading, reading.accepted, moment_of(supervised.due_at), tally)
        tally.update(supervised.issued)
        self.dirty["ended_before_start"] += reading.ended_before_start
        self.dirty["event_before_start"] += reading.events_before_start
        self.dirty["event_after_end"] += reading.events_after_end
        self.dirty["beyond_calendar"] += supervised.is_beyond

    @property
    def has_accepted(self) -> bool:
        """Return whether of the cases, where there are any, one was accepted."""
        tallies = self._departments.values()
        return not tallies or any(tally["cases"] > tally["not_accepted"] for tally in tallies)

    @property
    def is_complete(self) -> bool:
        """Return whether all was read, and something judged."""
        return not self.remarks.times_unread and self.has_accepted

    def _count_time(
        self, reading: Reading, accepted: Moment, due: Moment, tally: Counter[str]
    ) -> None:
        """Count the time that the case used of its budget, and whether that was too much."""
        done = reading.completed
        end = self._now if done is None else done
        if end is None:
            return
        used = milliseconds(end) - milliseconds(accepted)
        budget = milliseconds(due) - milliseconds(accepted)
        self.dirty["due_before_start"] += budget < 0
        # An end known only by date is compared by date.
        is_late = is_before(due, end, self._zone) if is_date_only(end) else used > budget
        tally["open_overdue" if done is None else "closed_late"] += is_late
        for percent in {*self._crossings}:
            if used * 100 > percent * budget:
                tally[f"crossed {percent}"] += 1
                tally[f"open {percent}"] += done is None

    def written(self) -> dict[str, object]:
        """Return the whole report as a JSON object."""
        everything = Counter({"events": self._stray_events})
        for tally in self._departments.values():
            everything.update(tally)
        named = {name: self.dirty[name] for name in DIRTY}
        more = {name: count for name, count in sorted(self.dirty.items()) if count}
        return {
            **_written(everything, self._crossings),
            "by_department": {
                name: _written(tally, self._crossings)
                for name, tally in sorted(self._departments.items())
            },
            "dirty": {**named, **more},
            "cut_off": local(self._cut_off, self._zone) if self._cut_off else None,
            **(self._ladder() if self._answers else {}),
            **self.remarks.written(),
        }

    def _ladder(self) -> dict[str, object]:
        everything = Climbed()
        for climbed in self.climbed.values():
            everything.climbed += climbed.climbed
            everything.proposed += climbed.proposed
            everything.repeated += climbed.repeated
        by_department = {name: each.written() for name, each in sorted(self.climbed.items())}
        ladder = {**everything.written(), "by_department": by_department}
        return {"answers": self._answers, "ladder": ladder}


def replay_log(
    log: ReadLog,
    rules: ReplayRules,
    crossings: Sequence[int],
    progress: Progress = no_progress,
    answers: "Answers | None" = None,
) -> Report:
    """Judge every case of *log* by *rules* and count.

    With *answers*, also what its cards lead to, if each is answered at once or none ever is.
    """
    report = Report(log, crossings, answers)
    # Where nothing says any time, nothing was accepted either, and no instant will be asked for.
    ends = instant_of(log.cut_off or 0)
    supervision, climbing = Supervision(rules, ends), None
    if answers:
        from infra.replay.climbing import Climbing

        climbing = Climbing(rules, answers)
    show = progress(say("裁断", "judging"), len(log.records))
    for number, reading in enumerate(log.readings()):
        supervised = supervision.of(reading)
        report.add(reading, supervised)
        if climbing is not None and supervised.due_at is not None:
            climbing.add_due(reading, supervised.due_at)
        if climbing is not None and supervised.issued:
            climbing.add(f"{number}", supervision.facts(reading))
        if number % STEP == 0:
            show(number)
    show(len(log.records))
    if climbing is not None:
        report.climbed = climbing.run(ends)
    return report
