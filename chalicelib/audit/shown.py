"""What the public is shown of the log: the note that is its `checkpoint`. Pure."""

from chalicelib.audit.objects import CHECKPOINT, Objects
from chalicelib.audit.tlog.checkpoint import read_checkpoint
from chalicelib.audit.tlog.note import read_note


def shown_size(objects: Objects) -> int:
    """How many entries are public, by one read; 0 where there is no checkpoint yet.

    Nothing is verified: it is for gauges, not for proofs. Raises Corrupt on what is no checkpoint.
    """
    found = objects.get(CHECKPOINT)
    return read_checkpoint(read_note(found).text).size if found else 0
