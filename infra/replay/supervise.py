"""What supervision makes of one case: its due instant, and what would have been issued.

The cases run through the live `decide`, from wake to wake (`chalicelib.cards.simulate`).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.cards.simulate import Simulation
from chalicelib.cases.rules import Rules
from chalicelib.clock.pause import Pause
from chalicelib.clock.timeline import Interruptions, periods
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import ISSUED_TYPES
from chalicelib.policy.limit import Limit
from infra.replay.case_reading import Reading
from infra.replay.moment import instant as instant_of
from infra.replay.moment import moment
from infra.replay.telling import ReportedEvent, as_facts, due_instant, ended, tell

_REMEMBERED = 20_000

Issued = tuple[str, datetime]
"""A level (warning, yellow, red) and its legal instant."""


@dataclass(frozen=True, slots=True)
class Supervised:
    """A case as supervision saw it: when it was due, and the levels of what was issued.

    *is_beyond*: it is due in a year that no calendar can even guess.
    """

    due_at: datetime | None
    issued: tuple[str, ...] = ()
    is_beyond: bool = False


@dataclass(frozen=True, slots=True)
class _OpenCourse:
    """How a case without pauses goes while it is open: what is *issued* *through* an instant."""

    due_at: datetime
    through: datetime
    issued: list[Issued]


@dataclass(frozen=True, slots=True)
class _Day:
    """How an open case goes that was accepted at the first instant of a day, and at the last.

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
        self._seen: dict[tuple[object, ...], _OpenCourse] = {}
        self._days: dict[tuple[date, Limit], _Day | None] = {}

    def of(self, reading: Reading) -> Supervised:
        """Supervise the case that *reading* describes."""
        if reading.accepted is None or (reading.due is None and reading.limit is None):
            return Supervised(None)
        try:
            by_day = self._by_day(reading)
            if by_day is not None:
                return by_day
            due_at, issued = self._judged(reading)
        except (Unknown, OverflowError):
            return Supervised(None, is_beyond=True)
        return Supervised(due_at, tuple([level for level, _ in issued]))

    def _by_day(self, reading: Reading) -> Supervised | None:
        """What is the same for all cases of a day, None where the hour makes a difference.

        Most cases end well before or well after whatever is crossed: a large log has a few
        thousand days, and then needs as many simulations instead of one per case.
        """
        limit = reading.limit
        if limit is None or limit.unit in ("h", "wh") or not reading.is_plain:
            return None
        accepted = instant_of(reading.accepted or 0).astimezone(self._counting.zone)
        like = (accepted.date(), limit)
        if like not in self._days:
            self._days[like] = self._day(reading, accepted)
        day = self._days[like]
        if day is None:
            return None
        end, levels = ended(reading) or self._cut_off, []
        for level, first, last in day.issued:
            if last < end:
                levels.append(level)
            elif first < end:
                return None
        return Supervised(day.due_at, tuple(levels))

    def _day(self, reading: Reading, accepted: datetime) -> _Day | None:
        """Simulate a case like *reading* from the first and from the last instant of its day."""
        midnight = accepted.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        ends = (midnight, midnight.replace(hour=23, minute=59, second=59, microsecond=999_000))
        found = []
        for end in ends:
            case = replace(reading, accepted=moment(end), completed=None)
            told = self._told_open(case)
            found.append((self._due(case), self._run(told, reading.id, self._cut_off)))
        (due_at, first), (other_due_at, last) = found
        if due_at != other_due_at or [one[0] for one in first] != [one[0] for one in last]:
            return None
        pairs = zip(first, last, strict=True)
        return _Day(due_at, [(level, early, late) for (level, early), (_, late) in pairs])

    def issued(self, reading: Reading) -> list[Issued]:
        """What was issued by the end of the case, or by the cut-off."""
        if reading.accepted is None or (reading.due is None and reading.limit is None):
            return []
        return self._judged(reading)[1]

    def _judged(self, reading: Reading) -> tuple[datetime, list[Issued]]:
        """When it was due and what was issued. Raises Unknown.

        The end itself issues nothing: what is crossed at it or after it never happens. So a case is
        simulated as open and until its end, and a case like it that ended sooner needs no new run.
        """
        if reading.ended_before_start:
            told = tell(reading, self._counting)
            return self._due(reading), self._run(told, reading.id, self._cut_off)
        end = ended(reading) or self._cut_off
        if not reading.is_plain:
            return self._due(reading), self._run(self._told_open(reading), reading.id, end)
        like = (reading.accepted, reading.due, reading.limit)
        seen = self._seen.get(like)
        if seen is None or seen.through < end:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            issued = self._run(self._told_open(reading), reading.id, end)
            seen = self._seen[like] = _OpenCourse(self._due(reading), end, issued)
        if not seen.issued:
            return seen.due_at, []
        return seen.due_at, [one for one in seen.issued if one[1] < end]

    def _told_open(self, reading: Reading) -> list[ReportedEvent]:
        return [event for event in tell(reading, self._counting) if event.kind != "case.decided"]

    def _run(self, told: list[ReportedEvent], case: str, until: datetime) -> list[Issued]:
        facts = self._simulation.run(as_facts(told, case), until)
        return [(fact.text("level"), fact.at) for fact in facts if fact.kind in ISSUED_TYPES]

    def _due(self, reading: Reading) -> datetime:
        """When the case was due, in the end; what was crossed before a pause stays crossed."""
        if reading.due is not None:
            return due_instant(reading.due, self._counting)
        assert reading.limit is not None  # noqa: S101 - the callers have looked
        assert reading.accepted is not None  # noqa: S101 - likewise
        interruptions = Interruptions() if reading.is_plain else self._course(reading)
        start = instant_of(reading.accepted)
        *_, last = periods(start, reading.limit, interruptions, self._counting)
        if last.due is None:
            raise Unknown("the end of a pause")
        return last.due.at

    def _course(self, reading: Reading) -> Interruptions:
        """The pauses and the extension; an open pause runs to the end of what is known."""
        told = tell(reading, self._counting)
        end = ended(reading) or self._cut_off
        ends = {event.data["procedure"]: event.at for event in told if event.kind == "case.resumed"}
        pauses = [
            Pause(one.at, ends.get(one.data["procedure"], end))
            for one in told
            if one.kind == "case.suspended"
        ]
        extended = next((one for one in told if one.kind == "case.extended"), None)
        if extended is None or reading.extension is None:
            return Interruptions(pauses)
        return Interruptions(pauses, [(extended.at, reading.extension.limit)])
