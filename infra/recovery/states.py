"""The lamp of a case after each fact, with what the rates need: derived from its facts again.

It stands beside a fact and in the row of the log, and no leaf has it. Supervise weighed the case
before it wrote a fact, or with the last report that it wrote, by rules that were in force then. So
what is stored is right if any of these gives it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.stored_fact import LampState, Record
from chalicelib.supervision.deciders import decider_of
from infra.recovery.stated_rules import StatedRules


class LampStates:
    """Settles records one after another, each case in its order."""

    def __init__(self, rules: StatedRules) -> None:
        self._rules = rules
        self._last: dict[str, LampState] = {}

    def settle(self, case: str, records: Sequence[Record], index: int, came: datetime) -> Record:
        """Return the last of a *case*'s *records* with the states that follow from its facts.

        It is the leaf at *index*, which had *come* into the log by an instant.
        """
        record = records[-1]
        was = self._last.get(case, LampState()) if record.fact.n else LampState()
        now: LampState | None = None
        for state in self._derived(case, CaseHistory(each.fact for each in records), index, came):
            if state == record.now:
                now = state
                break
            now = now or state
        self._last[case] = now or record.now
        return replace(record, was=was, now=self._last[case])

    def _derived(
        self, case: str, history: CaseHistory, index: int, came: datetime
    ) -> Iterator[LampState]:
        """Yield the states that may follow the last fact of *history*, the likeliest first."""
        decider, last = decider_of(case), history.facts[-1]
        told = next((fact.n for fact in reversed(history.facts) if fact.told), last.n)
        region = decider.region(history)
        for rules in self._rules.between(region, last.recorded_at, came, index):
            for n in dict.fromkeys((told, last.n)):
                before, new = history.until(n), history.facts[n:]
                yield decider.lamp_states(before, new, rules.as_of(max(came, last.recorded_at)))[-1]


def differing_fields(stored: Record, settled: Record) -> Iterator[tuple[str, object, object]]:
    """Yield each field of the states that differs: name, *stored* and *settled* value."""
    for name in ("was", "now"):
        was, now = getattr(stored, name), getattr(settled, name)
        for field in LampState.__struct_fields__:
            one, other = getattr(was, field), getattr(now, field)
            if one != other:
                yield f"{name}.{field}", one, other
