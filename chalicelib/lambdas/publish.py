"""Publish (公布): make the committed entries public, under a signed checkpoint (AUDIT_LOG §5.4).

An idempotent projection of the log's table: objects that are written once, then the signature, then
the checkpoint that leads to them. Every step may be done again and by several at once. The
stream's records only say that entries were added, and gather for a window. A schedule looks every
minute, and publishes only what should have come by the stream: else each window would end with it.
"""

import json
import time
from collections.abc import Iterator, Mapping
from functools import cache, partial
from itertools import islice
from typing import Any

from msgspec import Struct

from chalicelib.errors import Conflict, Corrupt
from chalicelib.instant import parse
from chalicelib.log.commit import TreeHead
from chalicelib.log.objects import CHECKPOINT, strict_reader
from chalicelib.log.quorum import Quorum
from chalicelib.log.signing import Prove, SignedAhead, empty_checkpoint, request_signature
from chalicelib.log.tlog import tree
from chalicelib.log.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.log.tlog.note import Note, SignatureLine, read_note, require_signature
from chalicelib.log.tlog.proof import consistency, frontier_by_tiles, recompute_root
from chalicelib.log.tlog.tile import grow
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, current_services

STEP = 4096  # entries under one checkpoint, where many wait: what one run holds in memory
_TRIES = 8
_SECONDS = 40.0  # of the minute that a run may take; what is begun then comes to its end


class _PublicCheckpoint(Struct, frozen=True):
    """The published checkpoint, with its signatures, and the tag to replace it by."""

    checkpoint: Checkpoint
    lines: tuple[SignatureLine, ...] = ()
    tag: str | None = None


def run(event: Mapping[str, Any]) -> dict[str, Any]:
    """Publish to the log's end. An error is raised: the stream retries, and so does the minute.

    Records are hints. The schedule says from how many seconds on an entry is *overdue*.
    """
    services = current_services()
    try:
        publish(services, overdue=event.get("overdue", 0))
    except Corrupt as error:
        telemetry.logger.error("not published", why=str(error))
        telemetry.count(telemetry.CHECKPOINTS_REFUSED)
        raise
    return {"batchItemFailures": []}


def publish(services: Services, seconds: float = _SECONDS, overdue: int = 0) -> Checkpoint | None:
    """Publish the committed entries that are not public yet. Return the newest checkpoint made.

    None if there was nothing to publish, or nothing *overdue* as `_are_young` has it. After a lost
    race it reads again. Raises Corrupt if the table and the public log contradict each other, or
    the signer refuses: no more is published.
    """
    ends, lost, signed = time.monotonic() + seconds, 0, 0
    newest: Checkpoint | None = None
    while True:
        public_checkpoint = _read_public(services)
        head = services.log.head()  # read last: never the older one
        if head.size < signed:
            zh = f"已签署 {signed} 条，而表中只有 {head.size} 条"
            raise Corrupt(zh, f"{signed} entries were signed, and the table has {head.size}")
        if _are_young(services, public_checkpoint.checkpoint.size, head.size, overdue):
            return None
        goals = [
            goal for goal in _list_goals(services, public_checkpoint, head) if goal.size >= signed
        ]
        try:
            for goal in goals:
                public_checkpoint = _read_public(services) if newest else public_checkpoint
                is_published = _publish(services, public_checkpoint, goal)
                newest = goal
                if not is_published or time.monotonic() > ends:
                    return newest  # withheld for lack of witnesses, or the next run goes on
        except Conflict as conflict:
            # The signer is ahead if we are late, or if a checkpoint was taken back: go on from it.
            signed = conflict.size if isinstance(conflict, SignedAhead) else signed
            lost += 1
            if lost == _TRIES:
                raise
        else:
            if not goals:
                telemetry.seconds(telemetry.CHECKPOINT_LAG_SECONDS, 0)
            return newest


def _are_young(services: Services, public: int, size: int, overdue: int) -> bool:
    """Return whether all entries behind the *public* ones are younger than *overdue* seconds.

    The schedule leaves such entries to the stream. False where none wait, and where one is recorded
    as of a time to come: a clock was set back.
    """
    if not overdue or public >= size:
        return False
    first = next(services.log_reader.rows(public), None)
    return first is not None and 0 <= _note_wait(services, first) < overdue


def _note_wait(services: Services, row: Mapping[str, Any]) -> int:
    """Record and return for how many seconds the entry in *row* has waited to be public."""
    waited = services.now() - parse(json.loads(row["leaf"])["rec"])
    seconds = int(waited.total_seconds())
    telemetry.seconds(telemetry.CHECKPOINT_LAG_SECONDS, seconds)
    return seconds


def _read_public(services: Services) -> _PublicCheckpoint:
    stored = services.objects.get_tagged(CHECKPOINT)
    if stored is None:
        return _PublicCheckpoint(empty_checkpoint(services.settings.log_origin))
    note = read_note(stored[0])
    return _PublicCheckpoint(read_checkpoint(note.text), note.lines, stored[1])


def _list_goals(
    services: Services, public_checkpoint: _PublicCheckpoint, head: TreeHead
) -> Iterator[Checkpoint]:
    """Yield the states to be published in turn: one every STEP entries, and the head at last.

    Those between have no root in the table. So all waiting entries are hashed to the head's root
    first: no state is signed that the head does not contain.
    """
    origin, public = services.settings.log_origin, public_checkpoint.checkpoint
    goal, size = Checkpoint(origin, head.size, head.root), public.size
    if public.origin != origin or head.contradicts(public):
        raise Corrupt(
            f"已公开 {size} 条，而表中的 {head.size} 条与之不同，或者更少",
            f"{size} entries are public, and the table has {head.size} others or fewer",
        )
    if public == goal and public_checkpoint.tag is not None:
        return
    between = set(range((size // STEP + 1) * STEP, head.size, STEP))
    if between:
        frontier = frontier_by_tiles(size, cache(strict_reader(services.objects)))
        for leaf in _read_leaves(services, size, head.size):
            frontier = tree.append(size, frontier, tree.leaf_hash(leaf))
            size += 1
            if size in between:
                yield Checkpoint(origin, size, tree.root(frontier))
        if tree.root(frontier) != head.root:
            zh = "各批条目与日志的根不符"
            raise Corrupt(zh, "the batches do not hash to the head of the log")
    yield goal


def _publish(services: Services, public_checkpoint: _PublicCheckpoint, goal: Checkpoint) -> bool:
    """Publish *goal* after *public_checkpoint*. Return False if it lacks witnesses.

    A crash leaves objects that no checkpoint leads to yet: the next run writes the same bytes, and
    finds them there. After the signature no other state of this size can ever be signed.
    """
    old, strict_read = public_checkpoint.checkpoint.size, cache(strict_reader(services.objects))
    if old > goal.size:
        zh = "同时有另一次运行在发布，而且更靠前"
        raise Conflict(zh, "somebody else publishes the same, and is further")
    new_objects = grow(old, strict_read, list(_read_leaves(services, old, goal.size)))

    def read_object(path: str) -> bytes:
        return new_objects[path] if path in new_objects else strict_read(path)

    # Checked before the signature, on the very bytes: a signed state can never be corrected.
    if recompute_root(old, goal.size, read_object) != goal.root:
        zh = f"前 {goal.size} 条的对象与已签署的根不符"
        raise Corrupt(zh, f"the objects of {goal.size} entries do not hash to the committed root")
    for path, body in new_objects.items():
        services.objects.put_new(path, body)
    quorum = services.witnesses.quorum()
    prove = partial(consistency, size=goal.size, read=read_object)
    note = _sign(services, public_checkpoint, goal, quorum, prove)
    _archive(services, goal, note)
    if not quorum.met_by(note):
        telemetry.count(telemetry.QUORUMS_MISSED)
        return False
    services.objects.replace(CHECKPOINT, note.written, public_checkpoint.tag)
    return True


def _sign(
    services: Services,
    public_checkpoint: _PublicCheckpoint,
    goal: Checkpoint,
    quorum: Quorum,
    prove: Prove,
) -> Note:
    """Return the checkpoint with our signature and those of the witnesses that cosigned."""
    old = public_checkpoint.checkpoint.size
    line, vkey = request_signature(services.signatory, goal, old, prove)
    note = Note(goal.text, (line,))
    require_signature(note, vkey)
    if (vkey.name, vkey.id) not in {(line.name, line.id) for line in public_checkpoint.lines}:
        # A reader of the note finds the key by the id in it. A crash here leaves a key unused.
        services.objects.put_new(f"vkeys/{vkey.id.hex()}", f"{vkey.text}\n".encode())
    cosigned = services.witnesses.cosign(note.written, goal.size, prove, quorum)
    return Note(goal.text, (line, *cosigned))


def _archive(services: Services, goal: Checkpoint, note: Note) -> None:
    """Save the first note of this size. Cosignatures have times, so a second one may differ."""
    path = f"checkpoints/{goal.size}"
    try:
        services.objects.put_new(path, note.written)
    except Corrupt:
        archived = services.objects.get(path)
        if archived is None or read_note(archived).text != goal.text:
            raise


def _read_leaves(services: Services, start: int, end: int) -> Iterator[bytes]:
    """Yield the entries from the table; record for how long the first one waited."""
    count = 0
    for row in islice(services.log_reader.rows(start), end - start):
        if not count:
            _note_wait(services, row)
        count += 1
        yield row["leaf"].encode()
    if count < end - start:
        zh = f"日志有 {end} 条，其中缺一批"
        raise Corrupt(zh, f"the log has {end} entries, and a batch of them is missing")
