"""Facts from their leaves: each one that is public and no longer in its table is written again.

All that judging goes by is in the leaf. What is not public is found where else it is known: the
case's own name in the vault, the item that led to a told fact in the inbox. Nothing is overwritten.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from chalicelib.cards.docket import decider_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.head import CaseSnapshot
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import kind_of
from chalicelib.cases.record import LampState, Record, fact_in
from chalicelib.cases.telling import told_key
from chalicelib.errors import Conflict, Corrupt
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import Reported
from chalicelib.lambdas.shredding import shred
from chalicelib.plumbing.services import Services

NAMELESS = "lost"  # the source of a case of which nobody knows any more whose it was


class Rewriting:
    """Brings facts back; without *writes* it only looks. Cases have their names from the vault.

    Or, where that lost them, from their *heads*. *nameless* are those that have none any more.
    """

    def __init__(self, services: Services, heads: Iterable[CaseSnapshot], *, writes: bool) -> None:
        self._services = services
        self.writes = writes
        self.names = {snapshot.public_case: snapshot.case for snapshot in heads}
        self.names |= {public: case for case, public in services.vault.names()}
        self.nameless: set[str] = set()
        self.missing: dict[str, int] = {}  # how many facts of a case were not in their table
        self._held: dict[str, list[Record]] = {}
        self._causes: dict[str, Mapping[str, str]] = {}

    def forget(self) -> None:
        """Drop what was read of cases: others come next. What was missing stays known."""
        self._held = {case: held for case, held in self._held.items() if case in self.missing}
        self._causes.clear()

    def record(self, leaf: str) -> tuple[str, Record]:
        """The case and the stored fact of *leaf*, put back where it was missing.

        Raises Corrupt where the table has another fact in its place: it was written after the
        table was restored, and no right exists to take a fact away.
        """
        said = json.loads(leaf)
        case = self._name(said)
        if case not in self._held:
            self._held[case] = self._services.facts.of_case(case)
        held, n = self._held[case], int(said["n"])
        if n > len(held):
            raise Corrupt(f"{said['case']}.{n} is public, and the one before it is not")
        if n == len(held):
            held.append(self._made(case, leaf, held))
            self.missing[case] = self.missing.get(case, 0) + 1
            self._put(case, held[n])
        if held[n].leaf != leaf:
            raise Corrupt(f"{said['case']}.{n} is public, and its table has another fact there")
        if self.writes and said["k"] == Reported.CASE_SHREDDED:
            # A backup may have brought back what was told before.
            shred(self._services, case, held[: n + 1], n)
        return case, held[n]

    def _put(self, case: str, record: Record) -> None:
        """A crash after the write leaves a fact that is public: whoever restores again finds it."""
        if not self.writes:
            return
        try:
            self._services.facts.append(case, record)
        except Conflict:
            (there, *_) = self._services.facts.of_case(case, record.fact.n)
            if there.leaf != record.leaf:  # else it is our own, and its answer was lost
                raise

    def _name(self, said: Mapping[str, object]) -> str:
        public = str(said["case"])
        if public not in self.names:
            own = str(said.get("own", ""))
            self.names[public] = own or f"{NAMELESS}:{public}"
            if own and self.writes:
                self._services.vault.name(own, public)
            if not own:
                self.nameless.add(self.names[public])
        return self.names[public]

    def _made(self, case: str, leaf: str, before: list[Record]) -> Record:
        fact = self._read(case, leaf)
        history = CaseHistory(record.fact for record in before)
        was = before[-1].now if before else LampState()
        (now,) = decider_of(case).lamp_states(history, [fact])
        public = str(json.loads(leaf)["case"])
        return Record(public, fact, leaf, self._cause(case, fact), was, now)

    def _read(self, case: str, leaf: str) -> Fact:
        """Read a fact back; what we tell comes from the case its key names, or from its own."""
        fact = fact_in(leaf)
        if not fact.told or not fact.key.startswith(f"{OURS}/"):
            return fact
        public = fact.key.removeprefix(f"{OURS}/").partition(".")[0]
        return replace(fact, origin=self.names.get(public, case))

    def _cause(self, case: str, fact: Fact) -> str:
        """The inbox item that told *fact*; what else led to facts is settled and gone."""
        if not fact.told:
            return ""
        if case not in self._causes:
            self._causes[case] = _causes(self._services, case)
        return self._causes[case].get(fact.key, "")


def _causes(services: Services, case: str) -> dict[str, str]:
    """The inbox items of *case* by the keys that what they told is on record under."""
    ids = list(services.inbox.ids(case))
    told = {f"{OURS}/{one[2:]}": one for one in ids if one.startswith("A#")}
    posted = [one for one in ids if one.startswith("E#")]
    if posted and kind_of(case) == "permit":
        secret, source = services.vault.secret(case).key, case.partition(":")[0]
        told |= {told_key({"source": source, "id": one[2:]}, secret): one for one in posted}
    return told
