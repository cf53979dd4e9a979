"""Checkpoint: make public what is committed (AUDIT_LOG §5.4).

An idempotent projection of the log's table: objects that are written once, then the signature, then
the checkpoint that leads to them. Every step may be done again and by several at once. The
stream's records only say that there is something new; a schedule does the same every minute.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from chalicelib.audit.commit import LogHead
from chalicelib.audit.objects import CHECKPOINT, reader
from chalicelib.audit.quorum import Quorum
from chalicelib.audit.signing import Ahead, Prove, first, signature
from chalicelib.audit.tlog import tree
from chalicelib.audit.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.audit.tlog.note import Note, SignatureLine, read_note, require
from chalicelib.audit.tlog.proof import consistency, frontier_by_tiles, recomputed
from chalicelib.audit.tlog.tile import grow
from chalicelib.errors import Conflict, Corrupt
from chalicelib.instant import parse
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, services

STEP = 4096  # entries under one checkpoint, where many wait: what one run holds in memory
_TRIES = 8
_SECONDS = 40.0  # of the minute that a run may take; what is begun then comes to its end


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the public sees: a checkpoint, with its signatures, and the tag to replace it by."""

    checkpoint: Checkpoint
    lines: tuple[SignatureLine, ...] = ()
    tag: str | None = None


def run(event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - records are hints
    """Publish to the log's end. An error is raised: the stream retries, and so does the minute."""
    chosen = services()
    try:
        checkpoint(chosen)
    except Corrupt as error:
        telemetry.logger.error("not published", why=str(error))
        telemetry.count(telemetry.CHECKPOINTS_REFUSED)
        raise
    return {"batchItemFailures": []}


def checkpoint(chosen: Services, seconds: float = _SECONDS) -> Checkpoint | None:
    """Publish what is committed and not yet public; give the newest checkpoint this made.

    None where there was nothing to do. Who loses a race reads again. Raises Corrupt where the table
    and what is public contradict each other, or the signer refuses: then nothing more is shown.
    """
    ends, lost, signed = time.monotonic() + seconds, 0, 0
    made: Checkpoint | None = None
    while True:
        shown = _shown(chosen)
        head = chosen.log.head()  # read last: never the older one
        if head.size < signed:
            raise Corrupt(f"{signed} entries were signed, and the table has {head.size}")
        goals = [goal for goal in _goals(chosen, shown, head) if goal.size >= signed]
        try:
            for goal in goals:
                shown = _shown(chosen) if made else shown
                is_shown = _publish(chosen, shown, goal)
                made = goal
                if not is_shown or time.monotonic() > ends:
                    return made  # kept back for want of witnesses, or the next run goes on
        except Conflict as conflict:
            # The signer is ahead of who is late, and where a checkpoint was taken back: on from it.
            signed = conflict.size if isinstance(conflict, Ahead) else signed
            lost += 1
            if lost == _TRIES:
                raise
        else:
            if not goals:
                telemetry.seconds(telemetry.CHECKPOINT_LAG_SECONDS, 0)
            return made


def _shown(chosen: Services) -> _Shown:
    found = chosen.objects.tagged(CHECKPOINT)
    if found is None:
        return _Shown(first(chosen.settings.log_origin))
    note = read_note(found[0])
    return _Shown(read_checkpoint(note.text), note.lines, found[1])


def _goals(chosen: Services, shown: _Shown, head: LogHead) -> Iterator[Checkpoint]:
    """Tell the states to be published in turn: the head, and before it one every STEP entries.

    Those between have no root in the table: all that waits is hashed to the head's root first, so
    that none is signed which the head does not contain.
    """
    origin, size = chosen.settings.log_origin, shown.checkpoint.size
    goal = Checkpoint(origin, head.size, head.root)
    if head.size < size or (head.size == size and goal != shown.checkpoint):
        raise Corrupt(f"{size} entries are public, and the table has {head.size} others or fewer")
    if shown.checkpoint == goal and shown.tag is not None:
        return
    between = set(range((size // STEP + 1) * STEP, head.size, STEP))
    if between:
        frontier = frontier_by_tiles(size, cache(reader(chosen.objects)))
        for leaf in _leaves(chosen, size, head.size):
            frontier = tree.append(size, frontier, tree.leaf_hash(leaf))
            size += 1
            if size in between:
                yield Checkpoint(origin, size, tree.root(frontier))
        if tree.root(frontier) != head.root:
            raise Corrupt("the batches do not hash to the head of the log")
    yield goal


def _publish(chosen: Services, shown: _Shown, goal: Checkpoint) -> bool:
    """Publish *goal* after *shown*; say whether the public is shown it.

    A crash leaves objects that no checkpoint leads to yet: the next run writes the same bytes, and
    finds them there. After the signature the state is the only one that can ever be signed.
    """
    old, known = shown.checkpoint.size, cache(reader(chosen.objects))
    if old > goal.size:
        raise Conflict("somebody else publishes the same, and is further")
    made = grow(old, known, list(_leaves(chosen, old, goal.size)))

    def read(path: str) -> bytes:
        return made[path] if path in made else known(path)

    # Before anything is public, by the very bytes: what was once signed can never be mended.
    if recomputed(old, goal.size, read) != goal.root:
        raise Corrupt(f"the objects of {goal.size} entries do not hash to the committed root")
    for path, body in made.items():
        chosen.objects.put_new(path, body)
    quorum = chosen.witnesses.quorum()
    note = _signed(chosen, shown, goal, quorum, lambda size: consistency(size, goal.size, read))
    _archive(chosen, goal, note)
    if not quorum.met_by(note):
        telemetry.count(telemetry.QUORUMS_MISSED)
        return False
    chosen.objects.replace(CHECKPOINT, note.written, shown.tag)
    return True


def _signed(
    chosen: Services, shown: _Shown, goal: Checkpoint, quorum: Quorum, prove: Prove
) -> Note:
    """Give the checkpoint with our signature and those of the witnesses that gave theirs."""
    line, vkey = signature(chosen.signatory, goal, shown.checkpoint.size, prove)
    note = Note(goal.text, (line,))
    require(note, vkey)
    if vkey.id not in {one.id for one in shown.lines if one.name == vkey.name}:
        # Whoever reads the note finds the key by the id in it. A crash here leaves a key unused.
        chosen.objects.put_new(f"vkeys/{vkey.id.hex()}", f"{vkey.text}\n".encode())
    cosigned = chosen.witnesses.cosign(note.written, goal.size, prove, quorum)
    return Note(goal.text, (line, *cosigned))


def _archive(chosen: Services, goal: Checkpoint, note: Note) -> None:
    """Keep the first note of this size. Cosignatures have times, so a second one may differ."""
    path = f"checkpoints/{goal.size}"
    try:
        chosen.objects.put_new(path, note.written)
    except Corrupt:
        kept = chosen.objects.get(path)
        if kept is None or read_note(kept).text != goal.text:
            raise


def _leaves(chosen: Services, start: int, end: int) -> Iterator[bytes]:
    """Read the entries from the table, and record for how long the first one waited."""
    found = 0
    for row in islice(chosen.log_reader.rows(start), end - start):
        if not found:
            waited = chosen.now() - parse(row["recorded_at"])
            telemetry.seconds(telemetry.CHECKPOINT_LAG_SECONDS, int(waited.total_seconds()))
        found += 1
        yield row["leaf"].encode()
    if found < end - start:
        raise Corrupt(f"the log has {end} entries, and a batch of them is missing")
