"""Signed notes, keys and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature).

Nothing is tolerated that the specification does not name: what two readers could read in two ways
is a place to lie.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.stranger.merkle import EMPTY
from tests.stranger.untrue import Untrue, require

LOG = 1
COSIGNER = 4
_DASH = "\u2014"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def unbase64(text: str) -> bytes:
    """Read standard Base64, in the one form that its bytes have."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError as error:
        raise Untrue(f"not Base64: {text}") from error
    require(b64encode(raw).decode() == text, f"not the Base64 of its bytes: {text}")
    return raw


@dataclass(frozen=True)
class Key:
    """A public key under its name."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that a signature names its key by."""
        raw = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(raw).digest()[:4]

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Whether the key signed *text*."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


def read_key(vkey: str) -> Key:
    """Read `name+id+key`."""
    parts = vkey.split("+", 2)
    require(len(parts) == 3, f"not a key: {vkey}")
    raw = unbase64(parts[2])
    require(len(raw) == 33 and raw[0] in (LOG, COSIGNER), f"not an Ed25519 key: {vkey}")
    key = Key(parts[0], raw[0], raw[1:])
    require(_is_name(key.name) and key.id.hex() == parts[1], f"the id is another key's: {vkey}")
    return key


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(char.isspace() for char in name)


@dataclass(frozen=True)
class Note:
    """A text and who put a signature under it: name, key id, signature."""

    text: str
    lines: tuple[tuple[str, bytes, bytes], ...]


def read_note(raw: bytes) -> Note:
    """Take a signed note apart; no signature is checked yet."""
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Untrue("a note is not UTF-8") from error
    require(not _CONTROL.search(whole), "a note holds control characters")
    text, gap, signatures = whole.rpartition("\n\n")
    require(bool(gap and text and signatures.endswith("\n")), "not a signed note")
    return Note(text + "\n", tuple(map(_signature, signatures[:-1].split("\n"))))


def _signature(line: str) -> tuple[str, bytes, bytes]:
    parts = line.split(" ")
    require(len(parts) == 3 and parts[0] == _DASH and _is_name(parts[1]), f"no signature: {line}")
    raw = unbase64(parts[2])
    require(len(raw) > 4, f"too short for a signature: {line}")
    return parts[1], raw[:4], raw[4:]


def signers(note: Note, keys: Iterable[Key]) -> Mapping[Key, int | None]:
    """Which of *keys* signed the note; a cosigner's with its time, in seconds since 1970.

    A signature of a known key that does not hold is a lie; those of unknown keys say nothing.
    """
    known = {(key.name, key.id): key for key in keys}
    found: dict[Key, int | None] = {}
    for name, key_id, blob in note.lines:
        key = known.get((name, key_id))
        if key is None:
            continue
        if key.kind == LOG:
            is_signed, at = key.signed(note.text.encode(), blob), None
        else:
            require(len(blob) == 72, f"the cosignature of {name} has {len(blob)} bytes")
            at = int.from_bytes(blob[:8], "big")
            said = f"cosignature/v1\ntime {at}\n{note.text}".encode()
            is_signed = key.signed(said, blob[8:])
        require(is_signed, f"the signature of {name} does not hold")
        found[key] = max(at, found.get(key) or 0) if at is not None else None
    return found


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself."""

    origin: str
    size: int
    root: bytes


def read_checkpoint(text: str) -> Checkpoint:
    """Read the three lines of a checkpoint."""
    lines = text.split("\n")
    require(len(lines) == 4 and lines[3] == "", "a checkpoint has three lines")
    origin, size, root = lines[:3]
    require(_is_name(origin), f"no key has this origin for its name: {origin}")
    require(bool(_SIZE.fullmatch(size)) and int(size) < 2**63, f"not a size: {size}")
    read = Checkpoint(origin, int(size), unbase64(root))
    require(len(read.root) == 32, "a root has 32 bytes")
    require((read.size == 0) == (read.root == EMPTY), "only nothing has the root of nothing")
    return read
