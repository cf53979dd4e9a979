"""The snapshots of cases against what the decider says of their facts.

A snapshot is a cache: the facts it counts, judged when it was judged by the rules that it names,
give all of it, the keys of its indexes too. Who edits one can hide a case from the sweep, from a
department's list, from the inspector's claims.

One that differs is written as it is derived, at the same instant and by the same rules: so what
changes since, `due.revised` among it, is found as ever. One that cannot have been judged so (more
facts than there are, an instant to come, rules that nobody stated) is dropped, and its case nudged:
then it is judged anew, as after a loss of the table.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cases.decision import NOT_YET, recorded_before
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.errors import DomainError, in_chinese
from chalicelib.instant import parse, text
from chalicelib.plumbing.services import Services
from chalicelib.supervision.deciders import decider_of, snapshot_of
from infra.recovery.difference import Differences
from infra.recovery.stated_rules import StatedRules

_PAGE = 500
_SKEW = timedelta(hours=1)  # by how much a function's clock may be ahead of an operator's

Attributes = Mapping[str, Any]


class WrongSnapshotError(DomainError):
    """A snapshot cannot have been judged as it says; the text says why."""


def stored_snapshots(services: Services) -> Iterator[tuple[str, Attributes]]:
    """Yield all snapshots as stored, by their cases, whatever is in them."""
    after = None
    while True:
        stored, after = services.cases.stored_page(after, _PAGE)
        yield from stored
        if after is None:
            return


def count_in(stored: Attributes) -> int:
    """Return how many facts a snapshot counts that is *stored* so."""
    return int(stored.get("n") or 0)


class SnapshotCheck(Struct):
    """Compares all snapshots; *public* counts the public facts of each case."""

    services: Services
    rules: StatedRules
    public: Counter[str]
    differences: Differences
    writes: bool

    def compare(self, nameless: Collection[str]) -> None:
        """Compare them all; *nameless* cases are judged no more, and have none."""
        seen: dict[str, int] = {}
        for case, stored in stored_snapshots(self.services):
            if case not in nameless:
                seen[case] = count_in(stored)
                self._compare(case, stored)
        for case, count in self.public.items():
            if case in nameless or seen.get(case, 0) >= count:
                continue
            had = seen.get(case)
            zh = "没有" if had is None else f"只计入 {had} 条事实，已公开 {count} 条"
            en = "it is missing" if had is None else f"counts {had} facts, and {count} are public"
            self._add(case, zh, en)

    def _compare(self, case: str, stored: Attributes) -> None:
        cases = self.services.cases
        try:
            derived = self._judge_again(case, stored)
        except WrongSnapshotError as wrong:
            self._add(case, *wrong.text)
            if self.writes:
                # Crash after the drop: no snapshot, which the next restore finds and nudges.
                cases.drop(case, stored)
                self.services.inbox.put_nudge(case, self.services.now(), self.services.now())
            return
        wanted = cases.attributes_of(derived)
        names = [n for n in (wanted.keys() | stored.keys()) if wanted.get(n) != stored.get(n)]
        for name in sorted(names):
            was, now = stored.get(name), wanted.get(name)
            self._add(case, f"{name} 是 {was!r}，应为 {now!r}", f"{name} is {was!r}, not {now!r}")
        if names and self.writes:
            cases.correct(derived, stored)  # crash before it: as it was, for the next restore

    def _judge_again(self, case: str, stored: Attributes) -> CaseSnapshot:
        """Return the snapshot that its own facts, instant and rules give.

        Of several rules of one name the first that gives what is *stored* is meant. Raises
        WrongSnapshotError.
        """
        records, n = self.services.facts.of_case(case), count_in(stored)
        if not 0 < n <= len(records):
            zh = f"计入 {n} 条事实，实有 {len(records)} 条"
            raise WrongSnapshotError(zh, f"counts {n} facts, and {len(records)} are there")
        history = CaseHistory(record.fact for record in records[:n])
        judged_at = _judged_at(stored, history, self.services.now())
        first: CaseSnapshot | None = None
        decider = decider_of(case)
        for rules in self.rules.between(decider.region(history), judged_at, judged_at, 1 << 60):
            if self.rules.are_stated and stored.get("rules") not in rules.names:
                continue
            try:
                decision = decider.decide(history, rules, judged_at)
            except (DomainError, LookupError, TypeError, ValueError) as error:
                zh, en = f"无法重新裁断：{in_chinese(error)}", f"cannot be judged again: {error!r}"
                raise WrongSnapshotError(zh, en) from error
            # A case that waits for its turn after an outage is woken for what follows.
            waits = recorded_before(decision, NOT_YET, judged_at)
            derived = snapshot_of(case, records[0].public_case, history, waits, judged_at)
            derived = replace(derived, rules=str(stored.get("rules", "")))
            if self.services.cases.attributes_of(derived) == stored:
                return derived
            if decision.append:
                continue  # something would have followed: not by these rules, or not then
            first = first or derived
        if first is None:
            named = f"{stored.get('rules')} {text(judged_at)}"
            zh, en = f"当时声明的规则裁断不出它：{named}", f"no rules of then give it: {named}"
            raise WrongSnapshotError(zh, en)
        return first

    def _add(self, case: str, zh: str, en: str) -> None:
        self.differences.add("cases", f"案件 {case} 的快照：{zh}", f"snapshot of {case}: {en}")


def _judged_at(stored: Attributes, history: CaseHistory, now: datetime) -> datetime:
    """Return when a snapshot was judged: no earlier than its facts, and not in time to come."""
    try:
        judged_at = parse(str(stored["judged_at"]))
    except ValueError as error:
        raise WrongSnapshotError(f"judged_at 不是时刻：{error}", f"judged_at: {error}") from error
    if not history.latest <= judged_at <= max(now, history.latest) + _SKEW:
        at = text(judged_at)
        raise WrongSnapshotError(f"裁断于 {at}，不可能", f"judged at {at}, which cannot be")
    return judged_at
