"""A log as the specification has it, written the slow way: to try the stranger on, and others.

In: the entries, and at which sizes there were checkpoints. Out: every object by its name.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.stranger.merkle import leaf_hash, root
from tests.stranger.notes import COSIGNER, LOG, Key
from tests.stranger.tiles import FULL, named, required


class Signatory:
    """Whoever holds a private key: made from words, so that it is the same in every run."""

    def __init__(self, name: str, words: str, kind: int = LOG) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(
            hashlib.sha256(words.encode()).digest()
        )
        self.key = Key(name, kind, self._private.public_key().public_bytes_raw())

    def line(self, text: str, at: int = 0) -> str:
        """Sign *text*; a cosigner says when, in seconds since 1970."""
        said, time = text, b""
        if self.key.kind == COSIGNER:
            said, time = f"cosignature/v1\ntime {at}\n{text}", at.to_bytes(8, "big")
        blob = self.key.id + time + self._private.sign(said.encode())
        return f"\u2014 {self.key.name} {b64encode(blob).decode()}\n"

    def note(self, text: str) -> bytes:
        """Make a note of *text*, signed."""
        return f"{text}\n{self.line(text)}".encode()


def checkpoint_text(origin: str, hashes: Sequence[bytes]) -> str:
    """The three lines of a checkpoint over leaf *hashes*."""
    return f"{origin}\n{len(hashes)}\n{b64encode(root(hashes)).decode()}\n"


def naive_log(by: Signatory, entries: Sequence[bytes], sizes: Iterable[int]) -> dict[str, bytes]:
    """Write all objects of a log that had checkpoints at *sizes*; the last is the one served."""
    hashes = [leaf_hash(entry) for entry in entries]
    objects: dict[str, bytes] = {}
    for size in sizes:
        for level, number, width in required(size):
            name = named(level, number, width)
            start = number * FULL
            if level == "entries":
                run = entries[start : start + width]
                objects[name] = b"".join(len(one).to_bytes(2, "big") + one for one in run)
            else:
                step = FULL ** int(level)
                starts = range(start * step, (start + width) * step, step)
                objects[name] = b"".join(root(hashes[at : at + step]) for at in starts)
        note = by.note(checkpoint_text(by.key.name, hashes[:size]))
        objects[f"checkpoints/{size}"] = objects["checkpoint"] = note
    return objects
