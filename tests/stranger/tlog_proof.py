"""Proofs that can be checked without the log: `c2sp.org/tlog-proof@v1`, and receipts."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.stranger.leaves import Leaf
from tests.stranger.merkle import check_inclusion, leaf_hash
from tests.stranger.notes import Checkpoint, Key, read_checkpoint, read_note, signers, unbase64
from tests.stranger.untrue import Untrue, require

_FIRST = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_SECONDS = re.compile(r"(at|by) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)", re.ASCII)


def check_proof(text: str, entry: bytes, log: Key) -> Checkpoint:
    """Check that *entry* is in *log* where the proof says; give the checkpoint it is under."""
    head, gap, note_text = text.partition("\n\n")
    require(bool(gap), "a proof without checkpoint")
    first, *lines = head.split("\n")
    require(first == _FIRST and bool(lines), "not a tlog-proof")
    match = _INDEX.fullmatch(lines[0])
    if match is None:
        raise Untrue(f"no index: {lines[0]}")
    path = [unbase64(line) for line in lines[1:]]
    require(all(len(one) == 32 for one in path), "a hash has 32 bytes")
    note = read_note(note_text.encode())
    require(log in signers(note, [log]), "the log did not sign this")
    checkpoint = read_checkpoint(note.text)
    require(checkpoint.origin == log.name, "a checkpoint of another log")
    check_inclusion(leaf_hash(entry), int(match[1]), checkpoint.size, path, checkpoint.root)
    return checkpoint


@dataclass(frozen=True)
class Receipt:
    """A promise: what has this hash will be in the log *by* then."""

    hash: bytes
    at: datetime
    by: datetime


def read_receipt(raw: bytes, key: Key) -> Receipt:
    """Read a receipt that *key* signed."""
    note = read_note(raw)
    require(key in signers(note, [key]), "nobody known signed this receipt")
    lines = note.text.split("\n")
    require(len(lines) == 5 and lines[4] == "", "a receipt has four lines")
    require(lines[0] == key.name, "a receipt of another log")
    promised = unbase64(lines[1])
    require(len(promised) == 32, "a hash has 32 bytes")
    receipt = Receipt(promised, _instant("at", lines[2]), _instant("by", lines[3]))
    require(receipt.at <= receipt.by, "due before it was made")
    return receipt


def _instant(word: str, line: str) -> datetime:
    match = _SECONDS.fullmatch(line)
    if match is None or match[1] != word:
        raise Untrue(f"no instant: {line}")
    return datetime.strptime(match[2], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def is_honoured(receipt: Receipt, leaves: Iterable[Leaf]) -> bool:
    """Whether an entry of that second is what was promised, or commits to it in its digests."""
    digest = urlsafe_b64encode(receipt.hash).rstrip(b"=").decode()
    whole = b64encode(receipt.hash).decode()
    second = receipt.at.strftime("%Y-%m-%dT%H:%M:%S.")
    return any(
        str(leaf.said["rec"]).startswith(second)
        for leaf in leaves
        if whole == leaf.hash or digest in _digests(leaf)
    )


def _digests(leaf: Leaf) -> Collection[str]:
    found = leaf.said.get("d", [])
    return found if isinstance(found, list) else []
