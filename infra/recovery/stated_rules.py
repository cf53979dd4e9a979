"""The rules that were in force when something was judged, as the public log states them.

What a row and a snapshot hold was derived by the rules of its day. So it is derived again by those,
and not by the ones in force now.

The lamp of a case after each fact, with what the rates need, stands beside the fact and in the row
of the log, and no leaf has it. Supervise weighed the case before it wrote a fact, or with the last
report that it wrote, by rules that were in force then. So what is stored is right if any of these
gives it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.stored_fact import LampState, Record, read_fact
from chalicelib.errors import Corrupt
from chalicelib.intake.event_types import Reported
from chalicelib.log.objects import rules_path
from chalicelib.plumbing.services import Services
from chalicelib.supervision.deciders import decider_of
from infra.recovery.public import leaves
from infra.verify.supervision.rules import versions_of
from infra.verify.supervision.statement_reader import StatementReader

_STATES = f'"k":"{Reported.RULES_ADOPTED}"'.encode()


class StatedRules:
    """All statements of a log of *size* public entries."""

    def __init__(self, services: Services, size: int) -> None:
        self._services = services
        public = enumerate(leaves(services.objects, size))
        stated = ((index, read_fact(leaf.decode())) for index, leaf in public if _STATES in leaf)
        self._book, _ = StatementReader(self._document).read_statements(stated)

    @property
    def are_stated(self) -> bool:
        """Return whether the log states any rules; else only those in force now are known."""
        return bool(self._book.statements)

    def between(self, region: str, since: datetime, until: datetime, index: int) -> list[Rules]:
        """Return the rules of a *region* that may have judged between two instants, latest first.

        Those in force now come last: they may not be stated yet. *index* is that of the leaf.
        """
        stated = self._book.around(since, index, until)
        found = [self._book.rules(statement, region) for statement in reversed(stated)]
        found.append(self._services.rules(region))
        return list({versions_of(rules): rules for rules in reversed(found)}.values())[::-1]

    def _document(self, digest: str) -> bytes:
        body = self._services.objects.get(rules_path(digest))
        if body is None:
            raise Corrupt(f"{rules_path(digest)} 缺失", f"{rules_path(digest)} is missing")
        return body


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
