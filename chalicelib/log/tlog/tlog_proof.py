"""A proof as one text (C2SP tlog-proof): that an entry is in a log that witnesses have cosigned.

It holds the entry's index, the hashes from it to the root, and the signed checkpoint, but not the
entry. It can be checked for ever, without asking anybody.
"""

from collections.abc import Sequence

from msgspec import Struct

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.log.tlog.note import Note, Vkey, read_note, require_signature
from chalicelib.log.tlog.proof import check_inclusion
from chalicelib.log.tlog.wire import HASH, base64, decimal, unbase64

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63

_EXTRA = "extra "
_INDEX = "index "


class TlogProof(Struct, frozen=True):
    """A proof that the entry at *index* is under the checkpoint in *note*; *extra* is unsigned."""

    index: int
    proof: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint in the note, no signature checked."""
        return read_checkpoint(self.note.text)


def write_proof(index: int, proof: Sequence[bytes], note: Note) -> str:
    """Write a proof; of *proof*, the leaf's sibling comes first (RFC 6962 section 2.1.1)."""
    hashes = "".join(base64(node) + "\n" for node in proof)
    return f"{HEADER}\n{_INDEX}{index}\n{hashes}\n{note.written.decode()}"


def read_proof(text: str) -> TlogProof:
    """Read a proof; nothing is checked yet (`check_proof`). Raises Corrupt."""
    head, empty_line, note = text.partition("\n\n")
    header, *lines = head.split("\n")
    if header != HEADER or not empty_line:
        raise Corrupt("不是 tlog-proof", "not a tlog-proof")
    extra = None
    if lines and lines[0].startswith(_EXTRA):
        extra = unbase64(lines.pop(0).removeprefix(_EXTRA))
    if not lines or not lines[0].startswith(_INDEX):
        raise Corrupt("tlog-proof 须写明序号", "a tlog-proof names an index")
    index = decimal(lines.pop(0).removeprefix(_INDEX))
    if len(lines) > MAX_HASHES:
        raise Corrupt("tlog-proof 过长", "a tlog-proof is too long")
    hashes = tuple(unbase64(line, HASH) for line in lines)
    proof = TlogProof(index, hashes, read_note(note.encode()), extra)
    if index >= proof.checkpoint.size:
        zh = f"{proof.checkpoint.size} 条的日志没有第 {index} 条"
        raise Corrupt(zh, f"no entry {index} in a log of {proof.checkpoint.size}")
    return proof


def check_proof(proof: TlogProof, leaf: bytes, log: Vkey) -> Checkpoint:
    """Return the checkpoint under which *proof* shows the leaf hash *leaf*.

    Raises Corrupt unless *log* signed it, as a checkpoint of its own, and the hashes lead there.
    Cosignatures are checked apart (`note.verify_note`).
    """
    require_signature(proof.note, log)
    checkpoint = proof.checkpoint
    if checkpoint.origin != log.name:
        zh = f"检查点属于 {checkpoint.origin}，却由 {log.name} 签署"
        raise Corrupt(zh, f"a checkpoint of {checkpoint.origin}, signed by {log.name}")
    check_inclusion(leaf, proof.index, checkpoint.size, proof.proof, checkpoint.root)
    return checkpoint
