"""`duban log restore`: rebuild from the public log what tables have lost, and go on from there.

Public → facts that are missing → batches, cursors and head of the log → the signer's memory. The
functions that seal must rest meanwhile; a write of theirs is noticed, and everything can be done
again. Nothing public is ever written here, and nothing is signed.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass

from chalicelib.audit.commit import MAX_BYTES, MAX_CASES, EntryRow, row_of
from chalicelib.audit.tlog.checkpoint import Checkpoint
from chalicelib.audit.tlog.vkey import Vkey
from chalicelib.audit.tlog.wire import base64
from chalicelib.cases.head import CaseSnapshot
from chalicelib.lambdas.seal import seal
from chalicelib.plumbing.services import Services
from infra.recovery.public import leaves, newest_checkpoint
from infra.recovery.refilling import Refilling, compare_table
from infra.recovery.rewriting import Rewriting

_PAGE = 500


@dataclass
class Restored:
    """The tables compared with *goal*, the newest state that was ever signed.

    The signer remembered *signed* entries. The log's table had *had* entries, of which the first
    *agreed* are the public ones; *sound*: its rows, head and cursors were consistent. *facts* facts
    of *cases* cases were missing; the names of *nameless* cases are lost. Afterwards *sealed* facts
    that waited were sealed again.
    """

    goal: Checkpoint
    signed: int | None
    had: int
    agreed: int
    sound: bool
    facts: int
    cases: int
    nameless: int
    sealed: int = 0

    @property
    def was_whole(self) -> bool:
        """Return whether there was nothing to do."""
        is_there = self.agreed == self.goal.size and self.sound and not self.facts
        return is_there and self.signed == self.goal.size

    def written(self) -> dict[str, object]:
        """Return the result as one JSON document."""
        fields = {name: value for name, value in asdict(self).items() if name != "goal"}
        root = base64(self.goal.root)
        return {"origin": self.goal.origin, "size": self.goal.size, "root": root, **fields}

    def lines(self) -> Iterator[str]:
        """Yield the result as lines for people."""
        root = base64(self.goal.root)
        yield f"{self.goal.origin}: {self.goal.size} entries are public, root {root}"
        yield f"log table: had {self.had}, the first {self.agreed} of them as they are public"
        if not self.sound:
            yield "log table: rows, head and cursors did not fit together"
        yield f"signer: remembered {'nothing' if self.signed is None else self.signed}"
        yield f"facts missing: {self.facts} in {self.cases} cases, {self.nameless} without a name"
        yield f"sealed again: {self.sealed}"


def restore(services: Services, trusted: Vkey | None = None, *, writes: bool) -> Restored:
    """Compare the tables with what is public; where *writes*, make them agree with it.

    Raises BadInput where nothing is public, Corrupt where the public log is not sound or a table
    has other facts, Conflict where a function writes at the same time.
    """
    signed = services.signer_memory.last(services.settings.log_origin)
    goal = newest_checkpoint(services.objects, signed, trusted)
    head = services.log.head()
    agreed, is_sound = compare_table(services, head, goal.size)
    is_behind = agreed < goal.size or not is_sound
    rewriting = Rewriting(services, _snapshots(services), writes=writes)
    first = services.log_reader.first_of_batch(agreed) if is_sound else 0
    refilling = Refilling(services, head, first, goal.size) if is_behind and writes else None
    counts = _walk(services, goal, first, rewriting, refilling)
    restored = Restored(
        goal=goal,
        signed=signed.size if signed else None,
        had=head.size,
        agreed=agreed,
        sound=is_sound,
        facts=sum(rewriting.missing.values()),
        cases=len(rewriting.missing),
        nameless=len(rewriting.nameless),
    )
    if refilling:
        refilling.finish(goal.size, counts)
    if writes:
        if signed != goal:  # all was audited, so it extends what was signed; it never goes back
            services.signer_memory.advance(signed, goal)
        _nudge_late_cases(services, counts, rewriting.nameless)
        restored.sealed = _seal(services) if refilling else 0
    return restored


def _walk(
    services: Services,
    goal: Checkpoint,
    first: int,
    rewriting: Rewriting,
    refilling: Refilling | None,
) -> Counter[str]:
    """Bring facts of all public entries back and write batches; return the entries of each case."""
    counts: Counter[str] = Counter()
    for at, rows in _runs(services, goal.size, first, rewriting):
        counts.update(str(row["case"]) for row in rows)
        if refilling and at >= first:
            refilling.write(at, rows)
    return counts


def _nudge_late_cases(services: Services, counts: Counter[str], nameless: Collection[str]) -> None:
    """Nudge the cases whose snapshots count fewer facts than are public.

    Crash in between: some cases are not nudged; the next restore finds their snapshots unchanged.
    """
    judged = {snapshot.case: snapshot.n for snapshot in _snapshots(services)}
    late = {case for case, count in counts.items() if judged.get(case, 0) < count}
    for case in late.difference(nameless):
        services.inbox.put_nudge(case, services.now(), services.now())


def _runs(
    services: Services, size: int, first: int, rewriting: Rewriting
) -> Iterator[tuple[int, list[EntryRow]]]:
    """Yield all public entries as rows of the log's table, in batches; one begins at *first*."""
    rows: list[EntryRow] = []
    start = used = 0
    for index, leaf in enumerate(leaves(services.objects, size)):
        if len(rows) == MAX_CASES or used > MAX_BYTES or (rows and index == first):
            yield start, rows
            rewriting.forget()
            rows, start, used = [], index, 0
        row = row_of(index, *rewriting.record(leaf.decode()))
        used += len(json.dumps(row, ensure_ascii=False).encode())
        rows.append(row)
    if rows:
        yield start, rows


def _snapshots(services: Services) -> Iterator[CaseSnapshot]:
    after = None
    while True:
        snapshots, after = services.cases.page(after, _PAGE)
        yield from snapshots
        if after is None:
            return


def _seal(services: Services) -> int:
    """Seal waiting facts; return their number. Their pending marks may be lost with a commit."""
    waiting = [
        snapshot.case
        for snapshot in _snapshots(services)
        if snapshot.n > services.log.cursor(snapshot.case)
    ]
    starts = range(0, len(waiting), MAX_CASES)
    return sum(seal(services, waiting[start : start + MAX_CASES]) for start in starts)
