"""Facts from their leaves: each one that is public and no longer in its table is written again.

The leaf holds everything that judging needs. The rest comes from other tables: the case's own name
from the vault, the item of a reported fact from the inbox. Nothing is overwritten.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from chalicelib.cases.case_id import is_ours
from chalicelib.cases.fact import Fact
from chalicelib.cases.from_event import told_key
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.stored_fact import LampState, Record, read_fact
from chalicelib.errors import Conflict, Corrupt
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import Reported
from chalicelib.lambdas.appending import shred
from chalicelib.plumbing.services import Services
from chalicelib.supervision.deciders import decider_of
from infra.recovery.stated_rules import StatedRules

NAMELESS = "lost"  # the source of a case whose own name is lost
Snapshots = Iterable[tuple[str, Mapping[str, Any]]]


class Rewriting:
    """Brings facts back; without *writes* it only compares. Names of cases are in the vault.

    Where the vault lost them, they are in the *snapshots*. *nameless* cases have lost theirs.
    """

    def __init__(
        self, services: Services, snapshots: Snapshots, rules: StatedRules, *, writes: bool
    ) -> None:
        self._services = services
        self._rules = rules
        self.writes = writes
        self.names = {str(stored.get("public_case")): case for case, stored in snapshots}
        self.names |= {public: case for case, public in services.vault.names()}
        self.nameless: set[str] = set()
        self.missing: dict[str, int] = {}  # how many facts of a case were not in their table
        self._held: dict[str, list[Record]] = {}
        self._causes: dict[str, Mapping[str, str]] = {}

    def forget(self) -> None:
        """Drop the facts that were read, except of cases with missing ones."""
        self._held = {case: held for case, held in self._held.items() if case in self.missing}
        self._causes.clear()

    def records(self, leaf: str) -> tuple[str, list[Record]]:
        """Return the case and its stored facts to that of *leaf*; store that where it was missing.

        Raises Corrupt where the table has another fact with its number. That was written after
        the table was restored, and no right exists to delete a fact.
        """
        payload = json.loads(leaf)
        case = self._case_name(payload)
        if case not in self._held:
            self._held[case] = self._services.facts.of_case(case)
        held, n = self._held[case], int(payload["n"])
        if n > len(held):
            zh = f"{payload['case']}.{n} 已公开，而前一项没有"
            raise Corrupt(zh, f"{payload['case']}.{n} is public, and the one before it is not")
        if n == len(held):
            held.append(self._make_record(case, leaf, held))
            self.missing[case] = self.missing.get(case, 0) + 1
            self._append(case, held[n])
        if held[n].leaf != leaf:
            raise Corrupt(
                f"{payload['case']}.{n} 已公开，而表中该处是另一项事实",
                f"{payload['case']}.{n} is public, and its table has another fact there",
            )
        if self.writes and payload["k"] == Reported.CASE_SHREDDED:
            # A backup may have brought back private fields of earlier facts.
            shred(self._services, case, held[: n + 1], n)
        return case, held[: n + 1]

    def _append(self, case: str, record: Record) -> None:
        """Store a fact. Crash after it: the fact is public, and the next restore finds it."""
        if not self.writes:
            return
        try:
            self._services.facts.append(case, record)
        except Conflict:
            (stored, *_) = self._services.facts.of_case(case, record.fact.n)
            if stored.leaf != record.leaf:  # else it is our own, and its answer was lost
                raise

    def _case_name(self, payload: Mapping[str, object]) -> str:
        public = str(payload["case"])
        if public not in self.names:
            own = str(payload.get("own", ""))
            self.names[public] = own or f"{NAMELESS}:{public}"
            if own and self.writes:
                self._services.vault.restore_name(own, public)
            if not own:
                self.nameless.add(self.names[public])
        return self.names[public]

    def _make_record(self, case: str, leaf: str, before: list[Record]) -> Record:
        fact = self._read_fact(case, leaf)
        history = CaseHistory(record.fact for record in before)
        was = before[-1].now if before else LampState()
        decider = decider_of(case)
        region, at = decider.region(history.followed_by([fact])), fact.recorded_at
        rules = self._rules.between(region, at, at, 0)[0]
        (now,) = decider.lamp_states(history, [fact], rules)
        public = str(json.loads(leaf)["case"])
        return Record(public, fact, leaf, self._cause(case, fact), was, now)

    def _read_fact(self, case: str, leaf: str) -> Fact:
        """Read a fact; the origin of a notification is the case in its key, or its own case."""
        fact = read_fact(leaf)
        if not fact.told or not fact.key.startswith(f"{OURS}/"):
            return fact
        public = fact.key.removeprefix(f"{OURS}/").partition(".")[0]
        return replace(fact, origin=self.names.get(public, case))

    def _cause(self, case: str, fact: Fact) -> str:
        """Return the inbox item of a reported *fact*, "" for a derived one."""
        if not fact.told:
            return ""
        if case not in self._causes:
            self._causes[case] = _causes(self._services, case)
        return self._causes[case].get(fact.key, "")


def _causes(services: Services, case: str) -> dict[str, str]:
    """Return the inbox items of *case* by the keys of the facts that they reported."""
    ids = list(services.inbox.ids(case))
    causes = {f"{OURS}/{item_id[2:]}": item_id for item_id in ids if item_id.startswith("A#")}
    posted = [item_id for item_id in ids if item_id.startswith("E#")]
    if posted and not is_ours(case):
        secret, source = services.vault.secret(case).key, case.partition(":")[0]
        for item_id in posted:
            causes[told_key({"source": source, "id": item_id[2:]}, secret)] = item_id
    return causes
