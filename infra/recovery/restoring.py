"""`duban log restore`: rebuild from the public log what tables have lost, and go on from there.

Public → facts that are missing → batches, cursors and head of the log → the signer's memory. The
functions that seal must rest meanwhile; a write of theirs is noticed, and everything can be done
again. Nothing public is ever written here, and nothing is signed.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from chalicelib.cases.stored_fact import Record
from chalicelib.lambdas.seal import seal
from chalicelib.log.commit import MAX_BYTES, MAX_CASES, EntryRow, row_of
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.vkey import Vkey
from chalicelib.log.tlog.wire import base64
from chalicelib.plumbing.services import Services
from infra.recovery.board import compare_board
from infra.recovery.difference import Differences
from infra.recovery.log_table import Refilling, RowCheck, compare_table
from infra.recovery.passkeys import restore_passkeys
from infra.recovery.public import leaves, newest_checkpoint
from infra.recovery.rewriting import Rewriting
from infra.recovery.snapshots import SnapshotCheck, count_in, stored_snapshots
from infra.recovery.stated_rules import LampStates, StatedRules, differing_fields
from infra.terminal.language import say


class Restored(Struct, frozen=True):
    """The tables compared with *goal*, the newest state that was ever signed.

    The signer remembered *signed* entries. The log's table had *had* entries, of which the first
    *agreed* are the public ones; *sound*: its rows, head and cursors were consistent. *facts* facts
    of *cases* cases were missing; the names of *nameless* cases are lost. Afterwards *sealed* facts
    that waited were sealed again. *passkeys* were not as the log states them. The *differences*
    are those of rows, facts, snapshots and board; a board *is_compared* only where the log's table
    is whole.
    """

    goal: Checkpoint
    signed: int | None
    had: int
    agreed: int
    sound: bool
    facts: int
    cases: int
    nameless: int
    differences: Differences
    is_compared: bool
    sealed: int
    passkeys: int = 0

    @property
    def was_whole(self) -> bool:
        """Return whether there was nothing to do."""
        is_there = self.agreed == self.goal.size and self.sound and not self.facts
        is_same = not (self.differences.counts or self.passkeys)
        return is_there and self.signed == self.goal.size and is_same

    @property
    def is_whole(self) -> bool:
        """Return whether nothing is left to do after a restore that writes."""
        return not self.differences.lasting

    def written(self) -> dict[str, object]:
        """Return the result as one JSON document."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__[1:]}
        root = base64(self.goal.root)
        of_log = {"origin": self.goal.origin, "size": self.goal.size, "root": root}
        return {**of_log, **fields, "differences": self.differences.written()}

    def lines(self) -> Iterator[str]:
        """Yield the result as lines for people."""
        origin, size, root = self.goal.origin, self.goal.size, base64(self.goal.root)
        en = f"{origin}: {size} entries are public, root {root}"
        yield say(f"{origin}：已公布 {size} 条，根 {root}", en)
        en = f"log table: had {self.had}, the first {self.agreed} of them as they are public"
        yield say(f"日志表：有 {self.had} 条，前 {self.agreed} 条与公布的一致", en)
        if not self.sound:
            zh, en = "日志表：行、头、游标互不相符", "log table: rows, head and cursors did not fit"
            yield say(zh, f"{en} together")
        signed = "–" if self.signed is None else self.signed
        yield say(f"签名器所记条数：{signed}", f"signer: remembered {signed}")
        facts, cases, nameless = self.facts, self.cases, self.nameless
        en = f"facts missing: {facts} in {cases} cases, {nameless} without a name"
        yield say(f"缺失事实 {facts} 条，涉及 {cases} 件，其中无名 {nameless} 条", en)
        yield say(f"重新入链：{self.sealed}", f"sealed again: {self.sealed}")
        if self.passkeys:
            zh = f"通行密钥缺失或有出入 {self.passkeys} 把：公钥和归属取自日志，凭据编号无从恢复"
            en = f"passkeys not as the log states: {self.passkeys}; it has no credential ids"
            yield say(zh, en)
        yield from self.differences.lines()
        if not self.is_compared:
            yield say("公示须在日志表完好后核对", "board: compared once the log's table is whole")


def restore(services: Services, trusted: Vkey | None = None, *, writes: bool) -> Restored:
    """Compare the tables with the public log; where *writes*, make them agree with it.

    Raises BadInput where nothing is public, Corrupt where the public log is not sound or a table
    has other facts, Conflict where a function writes at the same time.
    """
    signed = services.signer_memory.last(services.settings.log_origin)
    goal, head = newest_checkpoint(services.objects, signed, trusted), services.log.head()
    agreed, is_sound = compare_table(services, head, goal.size)
    is_behind = agreed < goal.size or not is_sound
    rules, differences = StatedRules(services, goal.size), Differences()
    rewriting = Rewriting(services, stored_snapshots(services), rules, writes=writes)
    first = services.log_reader.first_of_batch(agreed) if is_sound else 0
    refilling = Refilling(services, head, first, goal.size) if is_behind and writes else None
    checked = RowCheck(services, differences, first if refilling else agreed, writes=writes)
    derived = _Derived(services, goal.size, first, rewriting, LampStates(rules), differences)
    counts = _walk(derived, checked, refilling)
    if refilling:
        refilling.finish(goal.size, counts)
    if writes and signed != goal:  # all was audited, so it extends what was signed
        services.signer_memory.advance(signed, goal)
    snapshots = SnapshotCheck(services, rules, counts, differences, writes)
    snapshots.compare(rewriting.nameless)
    sealed = _go_on(snapshots, rewriting.nameless, seals=refilling is not None) if writes else 0
    if is_compared := (writes or not is_behind):
        compare_board(services, differences, writes=writes)
    return Restored(
        goal=goal,
        signed=signed.size if signed else None,
        had=head.size,
        agreed=agreed,
        sound=is_sound,
        facts=sum(rewriting.missing.values()),
        cases=len(rewriting.missing),
        nameless=len(rewriting.nameless),
        differences=differences,
        is_compared=is_compared,
        sealed=sealed,
        passkeys=restore_passkeys(services, goal.size, writes=writes),
    )


def _go_on(snapshots: SnapshotCheck, nameless: Collection[str], *, seals: bool) -> int:
    """Nudge the cases whose snapshots count fewer facts than are public, and seal what waits.

    Return how many facts were sealed: their pending marks may be lost with a commit. Crash in
    between: some cases are not nudged; the next restore finds their snapshots unchanged.
    """
    services, public = snapshots.services, snapshots.public
    judged = {case: count_in(stored) for case, stored in stored_snapshots(services)}
    late = {case for case, count in public.items() if judged.get(case, 0) < count}
    for case in late.difference(nameless):
        services.inbox.put_nudge(case, services.now(), services.now())
    if not seals:
        return 0
    waiting = [case for case, count in judged.items() if count > services.log.cursor(case)]
    waiting += public.keys() - judged.keys()  # without a snapshot any more, it may have some too
    starts = range(0, len(waiting), MAX_CASES)
    return sum(seal(services, waiting[start : start + MAX_CASES]) for start in starts)


def _walk(derived: "_Derived", checked: RowCheck, refilling: Refilling | None) -> Counter[str]:
    """Bring facts of all public entries back, compare and write rows; count those of each case."""
    counts: Counter[str] = Counter()
    for at, rows in derived.runs():
        counts.update(str(row["case"]) for row in rows)
        checked.compare(at, rows)
        if refilling and at >= derived.first:
            refilling.write(at, rows)
    return counts


class _Derived(Struct, frozen=True):
    """The rows of the log's table as they follow from *size* public entries and their facts."""

    services: Services
    size: int
    first: int
    rewriting: Rewriting
    states: LampStates
    differences: Differences

    def runs(self) -> Iterator[tuple[int, list[EntryRow]]]:
        """Yield them in batches, each with the index of its first; one begins at *first*."""
        rows: list[EntryRow] = []
        start = used = 0
        came = datetime.min.replace(tzinfo=UTC)
        for index, leaf in enumerate(leaves(self.services.objects, self.size)):
            if len(rows) == MAX_CASES or used > MAX_BYTES or (rows and index == self.first):
                yield start, rows
                self.rewriting.forget()
                rows, start, used = [], index, 0
            case, records = self.rewriting.records(leaf.decode())
            came = max(came, records[-1].fact.recorded_at)
            row = row_of(index, case, self._settled(case, records, index, came))
            used += len(json.dumps(row, ensure_ascii=False).encode())
            rows.append(row)
        if rows:
            yield start, rows

    def _settled(self, case: str, records: Sequence[Record], index: int, came: datetime) -> Record:
        """Return the last of *records* with the states that follow; note where it has others."""
        record = self.states.settle(case, records, index, came)
        for name, was, now in differing_fields(records[-1], record):
            place = f"{record.public_case}.{record.fact.n}"
            zh = f"{place} 的 {name} 是 {was!r}，应为 {now!r}"
            self.differences.add("facts", zh, f"{place}: {name} is {was!r}, not {now!r}")
        return record
