"""`duban log restore`: rebuild from the public log what tables have lost, and go on from there.

Public → facts that are missing → batches, cursors and head of the log → the signer's memory. The
functions that seal must rest meanwhile; what they write all the same is noticed, and all of it can
be done again. Nothing public is ever written here, and nothing is signed.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from itertools import islice

from chalicelib.audit.checkpoint import Checkpoint
from chalicelib.audit.commit import MAX_BYTES, MAX_CASES, LogHead, Row, row_of
from chalicelib.audit.proof import frontier_by_tiles
from chalicelib.audit.vkey import Vkey
from chalicelib.audit.wire import base64
from chalicelib.cases.head import Head
from chalicelib.lambdas.seal import seal
from chalicelib.plumbing.services import Services
from infra.recovery.public import leaves, newest, reader
from infra.recovery.rewriting import Rewriting

_PAGE = 500


@dataclass
class Restored:
    """How the tables stood against *goal*, the newest state that was ever signed.

    The signer remembered *signed* entries. The log's table had *had*, of which the first *agreed*
    are the public ones. In *cases* cases *facts* facts were missing from theirs; of *nameless* ones
    nobody knows any more whose they are. Afterwards *sealed* facts that waited were sealed again.
    """

    goal: Checkpoint
    signed: int | None
    had: int
    agreed: int
    facts: int
    cases: int
    nameless: int
    sealed: int = 0

    @property
    def was_whole(self) -> bool:
        """Whether there was nothing to do."""
        return self.agreed == self.goal.size == (self.signed or 0) and not self.facts

    def told(self) -> dict[str, object]:
        """As one document."""
        told = {name: value for name, value in asdict(self).items() if name != "goal"}
        root = base64(self.goal.root)
        return {"origin": self.goal.origin, "size": self.goal.size, "root": root, **told}

    def lines(self) -> Iterator[str]:
        """For people."""
        root = base64(self.goal.root)
        yield f"{self.goal.origin}: {self.goal.size} entries are public, root {root}"
        yield f"log table: had {self.had}, the first {self.agreed} of them as they are public"
        yield f"signer: remembered {'nothing' if self.signed is None else self.signed}"
        yield f"facts missing: {self.facts} in {self.cases} cases, {self.nameless} without a name"
        yield f"sealed again: {self.sealed}"


def restore(services: Services, trusted: Vkey | None = None, *, writes: bool) -> Restored:
    """Compare the tables with what is public; where *writes*, make them agree with it.

    Raises BadInput where nothing is public, Corrupt where what is public cannot be believed or a
    table has other facts in its place, Conflict where somebody writes at the same time.
    """
    signed = services.signed.last(services.settings.log_origin)
    goal = newest(services.objects, signed, trusted)
    head = services.log.head()
    agreed = _agreed(services, head.size, goal.size)
    rewriting = Rewriting(services, _heads(services), writes=writes)
    counts = _rows(services, goal, head, agreed, rewriting)
    found = Restored(
        goal=goal,
        signed=signed.size if signed else None,
        had=head.size,
        agreed=agreed,
        facts=sum(rewriting.missing.values()),
        cases=len(rewriting.missing),
        nameless=len(rewriting.nameless),
    )
    if writes:
        if agreed < goal.size:
            _lead_on(services, head, goal, counts)
        if signed != goal:  # all was audited, so it extends what was signed; it never goes back
            services.signed.advance(signed, goal)
        _judge_again(services, counts, rewriting.nameless)
        found.sealed = _seal(services) if agreed < goal.size else 0
    return found


def _rows(
    services: Services, goal: Checkpoint, head: LogHead, agreed: int, rewriting: Rewriting
) -> Counter[str]:
    """Go through all public entries, bring facts back and write batches; how many a case has."""
    first = services.log_reader.first_of_batch(agreed)
    writes = rewriting.writes and agreed < goal.size
    if writes:
        services.log.discard(first, max(head.size, goal.size))
    counts: Counter[str] = Counter()
    for at, rows in _runs(services, goal.size, first, rewriting):
        counts.update(str(row["case"]) for row in rows)
        if writes and at >= first:
            services.log.refill(at, json.dumps(rows, ensure_ascii=False, separators=(",", ":")))
    return counts


def _judge_again(services: Services, counts: Counter[str], nameless: Collection[str]) -> None:
    """Nudge the cases whose heads count fewer facts than are public; a lost nudge is no harm.

    A crash in between leaves some: who restores again finds their heads as they are.
    """
    judged = {head.case: head.n for head in _heads(services)}
    late = {case for case, count in counts.items() if judged.get(case, 0) < count}
    for case in late.difference(nameless):
        services.inbox.put_nudge(case, services.now(), services.now())


def _lead_on(services: Services, head: LogHead, goal: Checkpoint, counts: Counter[str]) -> None:
    """Set the head of the log, and every cursor that is not as the public entries have it."""
    cursors = dict(services.log.cursors())
    wrong = {
        case: counts[case] for case in {*cursors, *counts} if cursors.get(case) != counts[case]
    }
    after = LogHead(goal.size, frontier_by_tiles(goal.size, reader(services.objects)))
    services.log.restore(head, after, wrong)


def _agreed(services: Services, had: int, size: int) -> int:
    """How many of the *had* entries in the table are the first of those that are public."""
    agreed, public = 0, leaves(services.objects, size)
    for row, leaf in zip(islice(services.log_reader.rows(0), had), public, strict=False):
        if row["leaf"].encode() != leaf:
            break
        agreed += 1
    return agreed


def _runs(
    services: Services, size: int, first: int, rewriting: Rewriting
) -> Iterator[tuple[int, list[Row]]]:
    """All public entries as the log's table has them, in batches; one of them begins at *first*."""
    rows: list[Row] = []
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


def _heads(services: Services) -> Iterator[Head]:
    after = None
    while True:
        heads, after = services.cases.page(after, _PAGE)
        yield from heads
        if after is None:
            return


def _seal(services: Services) -> int:
    """Seal what waits: its pending marks may have gone with a commit that is no more."""
    waiting = [head.case for head in _heads(services) if head.n > services.log.cursor(head.case)]
    starts = range(0, len(waiting), MAX_CASES)
    return sum(seal(services, waiting[start : start + MAX_CASES]) for start in starts)
