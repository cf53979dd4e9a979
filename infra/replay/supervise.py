"""Supervision of one case: its due instant, and the cards that it would have issued.

The cases run through the live `decide`, from wake to wake (`chalicelib.permit.simulate`).
"""

from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.clock.pause import Pause
from chalicelib.clock.timeline import Extension, Interruptions, periods
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import ISSUED_TYPES, Reported
from chalicelib.permit.simulate import Simulation
from chalicelib.policy.limit import Limit
from infra.replay.case_reading import Reading
from infra.replay.moment import end_of_day, instant_of, moment_of
from infra.replay.telling import (
    ReportedEvent,
    due_instant,
    ended_at,
    reported_events,
    reported_facts,
    told_pauses,
)

_REMEMBERED = 20_000

Issued = tuple[str, datetime]
"""A level (warning, yellow, red) and its legal instant."""


class Supervised(Struct, frozen=True):
    """A case when supervised; *is_beyond*: it is due in a year that no calendar can even guess."""

    due_at: datetime | None
    issued: tuple[str, ...] = ()
    is_beyond: bool = False


class _OpenRun(Struct, frozen=True):
    """The run of an open case without pauses: the cards *issued* *through* an instant."""

    due_at: datetime
    through: datetime
    issued: list[Issued]


class _Day(Struct, frozen=True):
    """The runs of two open cases, accepted at the first and at the last instant of a day.

    *issued* pairs each level with the two instants. A later acceptance never brings a crossing
    forward, so an acceptance in between has its crossings in between.
    """

    due_at: datetime
    issued: list[tuple[str, datetime, datetime]]


class Supervision:
    """One set of rules, one cut-off; many cases."""

    def __init__(self, rules: Rules, cut_off: datetime) -> None:
        """Judge every case by *rules*, up to *cut_off*."""
        self._simulation = Simulation(rules)
        self._counting = rules.counting
        self._cut_off = cut_off
        self._known_runs: dict[tuple[object, ...], _OpenRun] = {}
        self._days: dict[tuple[date, Limit], _Day | None] = {}

    def of(self, reading: Reading) -> Supervised:
        """Supervise the case that *reading* describes."""
        if reading.accepted is None or (reading.due is None and reading.limit is None):
            return Supervised(None)
        try:
            by_day = self._by_day(reading)
            if by_day is not None:
                return by_day
            due_at, issued = self._decide_case(reading)
        except (Unknown, OverflowError):
            return Supervised(None, is_beyond=True)
        return Supervised(due_at, tuple([level for level, _ in issued]))

    def _by_day(self, reading: Reading) -> Supervised | None:
        """Return the result for all cases of a day, None where the hour makes a difference.

        Most cases end well before or well after a crossing. A large log has a few thousand days,
        and then needs as many simulations instead of one per case.
        """
        limit = reading.limit
        if limit is None or limit.unit in ("h", "wh") or not reading.is_plain:
            return None
        accepted = instant_of(reading.accepted or 0).astimezone(self._counting.zone)
        key = (accepted.date(), limit)
        if key not in self._days:
            self._days[key] = self._day(reading, accepted)
        day = self._days[key]
        if day is None:
            return None
        end, levels = ended_at(reading) or self._cut_off, []
        for level, first, last in day.issued:
            if last < end:
                levels.append(level)
            elif first < end:
                return None
        return Supervised(day.due_at, tuple(levels))

    def _day(self, reading: Reading, accepted: datetime) -> _Day | None:
        """Simulate a case like *reading* from the first and from the last instant of its day."""
        midnight = accepted.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        ends = (midnight, instant_of(end_of_day(moment_of(midnight), self._counting.zone)))
        runs = []
        for end in ends:
            case = replace(reading, accepted=moment_of(end), completed=None)
            events = self._open_events(case)
            runs.append((self._due(case), self._run(events, reading.id, self._cut_off)))
        (due_at, first), (other_due_at, last) = runs
        if due_at != other_due_at or [level for level, _ in first] != [level for level, _ in last]:
            return None
        pairs = zip(first, last, strict=True)
        return _Day(due_at, [(level, early, late) for (level, early), (_, late) in pairs])

    def issued(self, reading: Reading) -> list[Issued]:
        """Return the cards issued by the end of the case, or by the cut-off."""
        if reading.accepted is None or (reading.due is None and reading.limit is None):
            return []
        return self._decide_case(reading)[1]

    def _decide_case(self, reading: Reading) -> tuple[datetime, list[Issued]]:
        """Return when the case was due and its cards. Raises Unknown.

        The end itself issues nothing: a crossing at it or after it never happens. So a case is
        simulated as open until its end, and a similar case that ended sooner needs no new run.
        """
        if reading.ended_before_start:
            events = reported_events(reading, self._counting)
            return self._due(reading), self._run(events, reading.id, self._cut_off)
        end = ended_at(reading) or self._cut_off
        if not reading.is_plain:
            return self._due(reading), self._run(self._open_events(reading), reading.id, end)
        key = (reading.accepted, reading.due, reading.limit)
        run = self._known_runs.get(key)
        if run is None or run.through < end:
            if len(self._known_runs) >= _REMEMBERED:
                self._known_runs.clear()
            issued = self._run(self._open_events(reading), reading.id, end)
            run = self._known_runs[key] = _OpenRun(self._due(reading), end, issued)
        if not run.issued:
            return run.due_at, []
        return run.due_at, [card for card in run.issued if card[1] < end]

    def _open_events(self, reading: Reading) -> list[ReportedEvent]:
        return [
            event
            for event in reported_events(reading, self._counting)
            if event.kind != Reported.CASE_DECIDED
        ]

    def facts(self, reading: Reading) -> list[Fact]:
        """Return all facts of the case, with its end, as they stand at the cut-off."""
        events = reported_events(reading, self._counting)
        return self._record(events, reading.id, self._cut_off)

    def _record(self, events: list[ReportedEvent], case: str, until: datetime) -> list[Fact]:
        reported = reported_facts(events, case, self._simulation.rules)
        return self._simulation.run(reported, until)

    def _run(self, events: list[ReportedEvent], case: str, until: datetime) -> list[Issued]:
        facts = self._record(events, case, until)
        return [(fact.text("level"), fact.at) for fact in facts if fact.kind in ISSUED_TYPES]

    def _due(self, reading: Reading) -> datetime:
        """Return when the case was due in the end; a crossing before a pause stays a crossing."""
        if reading.due is not None:
            return due_instant(reading.due, self._counting)
        assert reading.limit is not None  # noqa: S101 - the callers have looked
        assert reading.accepted is not None  # noqa: S101 - likewise
        interruptions = Interruptions() if reading.is_plain else self._interruptions(reading)
        start = instant_of(reading.accepted)
        *_, last = periods(start, reading.limit, interruptions, self._counting)
        if last.due is None:
            raise Unknown("the end of a pause")
        return last.due.at

    def _interruptions(self, reading: Reading) -> Interruptions:
        """Return the pauses and the extension; an open pause runs to the end or the cut-off."""
        events = reported_events(reading, self._counting)
        closed = ended_at(reading)
        pauses = [
            Pause(start, end or closed or self._cut_off)
            for _, start, end in told_pauses(reading, closed)
        ]
        extended = next((event for event in events if event.kind == Reported.CASE_EXTENDED), None)
        if extended is None or reading.extension is None:
            return Interruptions(pauses)
        return Interruptions(pauses, [Extension(extended.at, reading.extension.limit)])
