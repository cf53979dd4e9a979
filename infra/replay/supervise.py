"""What supervision makes of one case: its due instant, and what would have been issued.

The cases run through the live `decide`, from wake to wake (`chalicelib.cards.simulate`).
"""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.cards.simulate import Simulation
from chalicelib.clock.pause import Pause
from chalicelib.clock.timeline import Course, stretches
from chalicelib.errors import Unknown
from infra.replay.case_reading import Reading
from infra.replay.moment import instant as instant_of
from infra.replay.rules import Rules
from infra.replay.telling import Told, as_facts, due_instant, ended, tell

_ISSUED = frozenset({"warning.issued", "card.issued"})
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
class _Course:
    """How a case without pauses goes while it is open: what is *issued* *through* an instant."""

    due_at: datetime
    through: datetime
    issued: list[Issued]


class Supervision:
    """One set of rules, one cut-off; many cases."""

    def __init__(self, rules: Rules, cut_off: datetime) -> None:
        """Judge every case by *rules*, up to *cut_off*."""
        self._simulation = Simulation(rules.policy, rules.calendar)
        self._counting = self._simulation.counting
        self._cut_off = cut_off
        self._seen: dict[tuple[object, ...], _Course] = {}

    def of(self, reading: Reading) -> Supervised:
        """Supervise the case that *reading* describes."""
        if reading.accepted is None or (reading.due is None and reading.limit is None):
            return Supervised(None)
        try:
            due_at, issued = self._judged(reading)
        except (Unknown, OverflowError):
            return Supervised(None, is_beyond=True)
        return Supervised(due_at, tuple([level for level, _ in issued]))

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
        if reading.pauses or reading.extension:
            return self._due(reading), self._run(self._told_open(reading), reading.id, end)
        like = (reading.accepted, reading.due, reading.limit)
        seen = self._seen.get(like)
        if seen is None or seen.through < end:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            issued = self._run(self._told_open(reading), reading.id, end)
            seen = self._seen[like] = _Course(self._due(reading), end, issued)
        if not seen.issued:
            return seen.due_at, []
        return seen.due_at, [one for one in seen.issued if one[1] < end]

    def _told_open(self, reading: Reading) -> list[Told]:
        return [one for one in tell(reading, self._counting) if one.kind != "case.decided"]

    def _run(self, told: list[Told], case: str, until: datetime) -> list[Issued]:
        facts = self._simulation.run(as_facts(told, case), until)
        return [(fact.text("level"), fact.at) for fact in facts if fact.kind in _ISSUED]

    def _due(self, reading: Reading) -> datetime:
        """When the case was due, in the end; what was crossed before a pause stays crossed."""
        if reading.due is not None:
            return due_instant(reading.due, self._counting)
        assert reading.limit is not None  # noqa: S101 - the callers have looked
        assert reading.accepted is not None  # noqa: S101 - likewise
        course = self._course(reading) if reading.pauses or reading.extension else Course()
        start = instant_of(reading.accepted)
        *_, last = stretches(start, reading.limit, course, self._counting)
        if last.due is None:
            raise Unknown("the end of a pause")
        return last.due.at

    def _course(self, reading: Reading) -> Course:
        """The pauses and the extension; an open pause runs to the end of what is known."""
        told = tell(reading, self._counting)
        end = ended(reading) or self._cut_off
        ends = {one.data["procedure"]: one.at for one in told if one.kind == "case.resumed"}
        pauses = [
            Pause(one.at, ends.get(one.data["procedure"], end))
            for one in told
            if one.kind == "case.suspended"
        ]
        extended = next((one for one in told if one.kind == "case.extended"), None)
        if extended is None or reading.extension is None:
            return Course(pauses)
        return Course(pauses, [(extended.at, reading.extension.limit)])
