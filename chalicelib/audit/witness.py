"""The witness protocol (c2sp.org/tlog-witness): a log's submission to a witness, and its answer.

Pure, and for both ends: the log's client writes a submission and reads the answer, a witness reads
the submission and checks it by the last checkpoint that it cosigned for the same origin. A witness
trusts signatures and proofs alone; a log trusts no answer but a cosignature that verifies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.audit.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.audit.tlog.note import Note, SignatureLine, Vkey, read_note, verify_note
from chalicelib.audit.tlog.proof import check_consistency
from chalicelib.audit.tlog.tree import EMPTY
from chalicelib.audit.tlog.wire import HASH, base64, decimal, unbase64
from chalicelib.errors import Corrupt, Rejected

MAX_PROOF = 63  # hashes in a submission
MAX_BYTES = 64 * 1024  # of a submission or an answer; a checkpoint has some hundreds
SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Submission:
    """The body of `add-checkpoint`: a signed *note*, and the *proof* that it extends size *old*."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    @property
    def written(self) -> bytes:
        """The bytes as posted."""
        lines = [f"old {self.old}", *map(base64, self.proof), "", ""]
        return "\n".join(lines).encode("ascii") + self.note


def read_submission(raw: bytes) -> Submission:
    """Read the body of `add-checkpoint`, strictly. Raises Corrupt; the note itself is not read."""
    head, blank, note = raw.partition(b"\n\n")
    if not blank:
        raise Corrupt("a submission has an empty line before its checkpoint")
    try:
        first, *proof = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Corrupt("the lines before the checkpoint are ASCII") from error
    word, _, old = first.partition(" ")
    if word != "old":
        raise Corrupt("the first line is “old” and a size")
    if len(proof) > MAX_PROOF:
        raise Corrupt(f"a proof has at most {MAX_PROOF} hashes")
    return Submission(decimal(old), tuple(unbase64(line, HASH) for line in proof), note)


class NotAtThatSize(Rejected):
    """The submission does not start at the witness's own *size* (409)."""

    def __init__(self, size: int) -> None:
        super().__init__(
            409,
            zh=f"上次会签的检查点大小为 {size}。",
            en=f"the last checkpoint cosigned is of size {size}",
        )
        self.size = size


@dataclass(frozen=True, slots=True)
class AuthenticatedCheckpoint:
    """A *checkpoint* that its log has signed; its *note* has the verified signatures only."""

    checkpoint: Checkpoint
    note: Note


def authenticate(raw: bytes, logs: Mapping[str, Sequence[Vkey]]) -> AuthenticatedCheckpoint:
    """Return the checkpoint in the note *raw*; *logs* gives the trusted keys by origin.

    Raises Rejected: 400 unreadable, 404 another log's, 403 not signed by a trusted key, or wrongly.
    """
    note, checkpoint = _read_note_and_checkpoint(raw)
    if checkpoint.origin not in logs:
        raise Rejected(
            404,
            zh=f"此处不见证日志 {checkpoint.origin}。",
            en=f"no log {checkpoint.origin} is witnessed here",
        )
    keys = logs[checkpoint.origin]
    try:
        signed = verify_note(note, keys)
    except Corrupt as error:
        raise Rejected(403, zh="签名有误。", en=str(error)) from error
    if not signed:
        raise Rejected(
            403,
            zh="没有由此日志受信密钥作出的签名。",
            en="no signature is by a key that is trusted for this log",
        )
    trusted = {(key.name, key.id) for key in keys}
    lines = tuple(line for line in note.lines if (line.name, line.id) in trusted)
    return AuthenticatedCheckpoint(checkpoint, Note(note.text, lines))


def _read_note_and_checkpoint(raw: bytes) -> tuple[Note, Checkpoint]:
    try:
        note = read_note(raw)
    except Corrupt as error:
        raise Rejected(400, zh="不是检查点，无法读取。", en=str(error)) from error
    try:
        return note, read_foreign(note.text)
    except Corrupt as error:
        of_nothing = note.text.split("\n")[1] == "0"  # its root is fixed, and is asked for as proof
        status = 422 if of_nothing else 400
        raise Rejected(status, zh="不是检查点，无法读取。", en=str(error)) from error


def read_foreign(text: str) -> Checkpoint:
    """Read the checkpoint of any log: extension lines may follow, and are ignored.

    Our own log writes none. Raises Corrupt.
    """
    lines = text.removesuffix("\n").split("\n")
    if "" in lines:
        raise Corrupt("a checkpoint has no empty line")
    return read_checkpoint("\n".join([*lines[:3], ""]))


def check_growth(submission: Submission, checkpoint: Checkpoint, last: Checkpoint | None) -> None:
    """Check that *checkpoint* extends *last*, the last one cosigned. Rejected: 400, 409 or 422.

    The caller holds the lock under which *last* was read until *checkpoint* is stored in its
    place. Otherwise two submissions could roll each other back.
    """
    if submission.old > checkpoint.size:
        raise Rejected(
            400,
            zh="旧的大小超过检查点的大小。",
            en="the old size is larger than the checkpoint's",
        )
    size = last.size if last else 0
    if submission.old != size:
        raise NotAtThatSize(size)
    try:
        before = last.root if last else EMPTY
        check_consistency(
            submission.old, before, checkpoint.size, checkpoint.root, submission.proof
        )
    except Corrupt as error:
        raise Rejected(422, zh="证明不成立。", en=str(error)) from error


def read_size(body: bytes) -> int:
    """Read the size that a 409 answers with. Raises Corrupt."""
    text = body.decode("ascii", "replace")
    if not text.endswith("\n"):
        raise Corrupt("a witness that is elsewhere says at which size, in one line")
    return decimal(text.removesuffix("\n"))


def find_cosignature(text: str, body: bytes, witness: Vkey) -> SignatureLine:
    """Find in the *body* of a 200 the cosignature by *witness* on the checkpoint *text*.

    Other signatures are ignored. Raises Corrupt where there is none, or it does not verify.
    """
    note = read_note(text.encode() + b"\n" + body)
    if note.text != text or not verify_note(note, [witness]):
        raise Corrupt(f"no cosignature by {witness.name}")
    return next(line for line in note.lines if (line.name, line.id) == (witness.name, witness.id))
