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

from chalicelib.audit.commit import TreeHead
from chalicelib.audit.objects import CHECKPOINT, strict_reader
from chalicelib.audit.quorum import Quorum
from chalicelib.audit.signing import Prove, SignedAhead, empty_checkpoint, request_signature
from chalicelib.audit.tlog import tree
from chalicelib.audit.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.audit.tlog.note import Note, SignatureLine, read_note, require_signature
from chalicelib.audit.tlog.proof import consistency, frontier_by_tiles, recompute_root
from chalicelib.audit.tlog.tile import grow
from chalicelib.errors import Conflict, Corrupt
from chalicelib.instant import parse
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, current_services

STEP = 4096  # entries under one checkpoint, where many wait: what one run holds in memory
_TRIES = 8
_SECONDS = 40.0  # of the minute that a run may take; what is begun then comes to its end


@dataclass(frozen=True, slots=True)
class _PublicCheckpoint:
    """What the public sees: a checkpoint, with its signatures, and the tag to replace it by."""

    checkpoint: Checkpoint
    lines: tuple[SignatureLine, ...] = ()
    tag: str | None = None


def run(event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - records are hints
    """Publish to the log's end. An error is raised: the stream retries, and so does the minute."""
    services = current_services()
    try:
        checkpoint(services)
    except Corrupt as error:
        telemetry.logger.error("not published", why=str(error))
        telemetry.count(telemetry.CHECKPOINTS_REFUSED)
        raise
    return {"batchItemFailures": []}


def checkpoint(services: Services, seconds: float = _SECONDS) -> Checkpoint | None:
    """Publish what is committed and not yet public; give the newest checkpoint this made.

    None where there was nothing to do. Who loses a race reads again. Raises Corrupt where the table
    and what is public contradict each other, or the signer refuses: then nothing more is shown.
    """
    ends, lost, signed = time.monotonic() + seconds, 0, 0
    made: Checkpoint | None = None
    while True:
        public_checkpoint = _shown(services)
        head = services.log.head()  # read last: never the older one
        if head.size < signed:
            raise Corrupt(f"{signed} entries were signed, and the table has {head.size}")
        goals = [goal for goal in _goals(services, public_checkpoint, head) if goal.size >= signed]
        try:
            for goal in goals:
                public_checkpoint = _shown(services) if made else public_checkpoint
                is_shown = _publish(services, public_checkpoint, goal)
                made = goal
                if not is_shown or time.monotonic() > ends:
                    return made  # kept back for want of witnesses, or the next run goes on
        except Conflict as conflict:
            # The signer is ahead of who is late, and where a checkpoint was taken back: on from it.
            signed = conflict.size if isinstance(conflict, SignedAhead) else signed
            lost += 1
            if lost == _TRIES:
                raise
        else:
            if not goals:
                telemetry.seconds(telemetry.CHECKPOINT_LAG_SECONDS, 0)
            return made


def _shown(services: Services) -> _PublicCheckpoint:
    found = services.objects.get_tagged(CHECKPOINT)
    if found is None:
        return _PublicCheckpoint(empty_checkpoint(services.settings.log_origin))
    note = read_note(found[0])
    return _PublicCheckpoint(read_checkpoint(note.text), note.lines, found[1])


def _goals(
    services: Services, public_checkpoint: _PublicCheckpoint, head: TreeHead
) -> Iterator[Checkpoint]:
    """Tell the states to be published in turn: the head, and before it one every STEP entries.

    Those between have no root in the table: all that waits is hashed to the head's root first, so
    that none is signed which the head does not contain.
    """
    origin, size = services.settings.log_origin, public_checkpoint.checkpoint.size
    goal = Checkpoint(origin, head.size, head.root)
    if head.size < size or (head.size == size and goal != public_checkpoint.checkpoint):
        raise Corrupt(f"{size} entries are public, and the table has {head.size} others or fewer")
    if public_checkpoint.checkpoint == goal and public_checkpoint.tag is not None:
        return
    between = set(range((size // STEP + 1) * STEP, head.size, STEP))
    if between:
        frontier = frontier_by_tiles(size, cache(strict_reader(services.objects)))
        for leaf in _leaves(services, size, head.size):
            frontier = tree.append(size, frontier, tree.leaf_hash(leaf))
            size += 1
            if size in between:
                yield Checkpoint(origin, size, tree.root(frontier))
        if tree.root(frontier) != head.root:
            raise Corrupt("the batches do not hash to the head of the log")
    yield goal


def _publish(services: Services, public_checkpoint: _PublicCheckpoint, goal: Checkpoint) -> bool:
    """Publish *goal* after *public_checkpoint*; say whether the public is shown it.

    A crash leaves objects that no checkpoint leads to yet: the next run writes the same bytes, and
    finds them there. After the signature the state is the only one that can ever be signed.
    """
    old, known = public_checkpoint.checkpoint.size, cache(strict_reader(services.objects))
    if old > goal.size:
        raise Conflict("somebody else publishes the same, and is further")
    made = grow(old, known, list(_leaves(services, old, goal.size)))

    def read(path: str) -> bytes:
        return made[path] if path in made else known(path)

    # Before anything is public, by the very bytes: what was once signed can never be mended.
    if recompute_root(old, goal.size, read) != goal.root:
        raise Corrupt(f"the objects of {goal.size} entries do not hash to the committed root")
    for path, body in made.items():
        services.objects.put_new(path, body)
    quorum = services.witnesses.quorum()
    note = _signed(
        services, public_checkpoint, goal, quorum, lambda size: consistency(size, goal.size, read)
    )
    _archive(services, goal, note)
    if not quorum.met_by(note):
        telemetry.count(telemetry.QUORUMS_MISSED)
        return False
    services.objects.replace(CHECKPOINT, note.written, public_checkpoint.tag)
    return True


def _signed(
    services: Services,
    public_checkpoint: _PublicCheckpoint,
    goal: Checkpoint,
    quorum: Quorum,
    prove: Prove,
) -> Note:
    """Give the checkpoint with our signature and those of the witnesses that gave theirs."""
    line, vkey = request_signature(
        services.signatory, goal, public_checkpoint.checkpoint.size, prove
    )
    note = Note(goal.text, (line,))
    require_signature(note, vkey)
    if vkey.id not in {one.id for one in public_checkpoint.lines if one.name == vkey.name}:
        # Whoever reads the note finds the key by the id in it. A crash here leaves a key unused.
        services.objects.put_new(f"vkeys/{vkey.id.hex()}", f"{vkey.text}\n".encode())
    cosigned = services.witnesses.cosign(note.written, goal.size, prove, quorum)
    return Note(goal.text, (line, *cosigned))


def _archive(services: Services, goal: Checkpoint, note: Note) -> None:
    """Keep the first note of this size. Cosignatures have times, so a second one may differ."""
    path = f"checkpoints/{goal.size}"
    try:
        services.objects.put_new(path, note.written)
    except Corrupt:
        kept = services.objects.get(path)
        if kept is None or read_note(kept).text != goal.text:
            raise


def _leaves(services: Services, start: int, end: int) -> Iterator[bytes]:
    """Read the entries from the table, and record for how long the first one waited."""
    found = 0
    for row in islice(services.log_reader.rows(start), end - start):
        if not found:
            waited = services.now() - parse(row["recorded_at"])
            telemetry.seconds(telemetry.CHECKPOINT_LAG_SECONDS, int(waited.total_seconds()))
        found += 1
        yield row["leaf"].encode()
    if found < end - start:
        raise Corrupt(f"the log has {end} entries, and a batch of them is missing")
