"""The public log of a county in memory, as anybody sees it."""

from tests.stranger.notes import Key, read_key
from tests.support.memory_stage import MemoryWorld


def log_key(county: MemoryWorld) -> Key:
    """The log's public key, of which there is one; as whoever came first would have kept it."""
    objects = county.cloud.bucket.objects
    (vkey,) = (raw for name, raw in objects.items() if name.startswith("vkeys/"))
    return read_key(vkey.decode().removesuffix("\n"))
