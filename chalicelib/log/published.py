"""What is public of the log, read from the note that is its `checkpoint`. Pure.

Nothing is verified: it is for gauges, not for proofs.
"""

from chalicelib.log.commit import TreeHead
from chalicelib.log.objects import CHECKPOINT, Objects
from chalicelib.log.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.log.tlog.note import read_note


def published(objects: Objects) -> Checkpoint | None:
    """Return the public checkpoint, by one read; None where there is none yet.

    Raises Corrupt: not a checkpoint.
    """
    body = objects.get(CHECKPOINT)
    return read_checkpoint(read_note(body).text) if body else None


def published_size(objects: Objects) -> int:
    """Return how many entries are public, as `published`."""
    checkpoint = published(objects)
    return checkpoint.size if checkpoint else 0


def contradicts(checkpoint: Checkpoint, head: TreeHead) -> bool:
    """Return whether what is public is more than the log's *head*, or other than that."""
    if head.size == checkpoint.size:
        return head.root != checkpoint.root
    return head.size < checkpoint.size
