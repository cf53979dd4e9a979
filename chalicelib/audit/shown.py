"""The published size of the log, read from the note that is its `checkpoint`. Pure."""

from chalicelib.audit.objects import CHECKPOINT, Objects
from chalicelib.audit.tlog.checkpoint import read_checkpoint
from chalicelib.audit.tlog.note import read_note


def published_size(objects: Objects) -> int:
    """Return how many entries are public, by one read; 0 where there is no checkpoint yet.

    Nothing is verified: it is for gauges, not for proofs. Raises Corrupt: not a checkpoint.
    """
    body = objects.get(CHECKPOINT)
    return read_checkpoint(read_note(body).text).size if body else 0
