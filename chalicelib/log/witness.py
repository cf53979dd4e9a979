"""The witness protocol (c2sp.org/tlog-witness): a log's submission to a witness, and its answer.

Pure, and for both ends: the log's client writes a submission and reads the answer, a witness reads
the submission and checks it by the last checkpoint that it cosigned for the same origin. A witness
trusts signatures and proofs alone; a log trusts no answer but a cosignature that verifies.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from chalicelib.errors import Corrupt, Rejected
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.note import MAX_BYTES as MAX_NOTE
from chalicelib.log.tlog.note import Note, SignatureLine, Vkey, read_note, verify_note
from chalicelib.log.tlog.proof import check_consistency
from chalicelib.log.tlog.tree import EMPTY
from chalicelib.log.tlog.wire import HASH, base64, decimal, unbase64

MAX_PROOF = 63  # hashes in a submission
MAX_BYTES = MAX_NOTE + 4096  # of a submission or an answer: a note, and the lines before it
SIZE_TYPE = "text/x.tlog.size"


class Submission(Struct, frozen=True):
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
        zh = "提交的检查点之前应有空行"
        raise Corrupt(zh, "a submission has an empty line before its checkpoint")
    try:
        first, *proof = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        zh = "检查点之前各行应为 ASCII"
        raise Corrupt(zh, "the lines before the checkpoint are ASCII") from error
    word, _, old = first.partition(" ")
    if word != "old":
        raise Corrupt("第一行是 old 和大小", "the first line is “old” and a size")
    if len(proof) > MAX_PROOF:
        raise Corrupt(f"证明最多 {MAX_PROOF} 个哈希", f"a proof has at most {MAX_PROOF} hashes")
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


class AuthenticatedCheckpoint(Struct, frozen=True):
    """A *checkpoint* that its log has signed; its *note* has the verified signatures only."""

    checkpoint: Checkpoint
    note: Note


def authenticate(raw: bytes, logs: Mapping[str, Sequence[Vkey]]) -> AuthenticatedCheckpoint:
    """Return the checkpoint in the note *raw*; *logs* gives the trusted keys by origin.

    Raises Rejected, in this order: 400 no note, 404 another log's, 403 not signed by a trusted key,
    or wrongly, 400 no checkpoint, 422 not the root of no entries.
    """
    try:
        note = read_note(raw)
    except Corrupt as error:
        raise _unreadable(error) from error
    origin = note.text.partition("\n")[0]
    if origin not in logs:
        raise Rejected(
            404, zh=f"此处不见证日志 {origin}。", en=f"no log {origin} is witnessed here"
        )
    lines = _trusted_lines(note, logs[origin])
    try:
        checkpoint = read_foreign(note.text)
    except Corrupt as error:
        raise _unreadable(error) from error
    if not checkpoint.size and checkpoint.root != EMPTY:
        raise Rejected(422, zh="空日志的根有误。", en="no entries have another root")
    return AuthenticatedCheckpoint(checkpoint, Note(note.text, lines))


def _trusted_lines(note: Note, keys: Sequence[Vkey]) -> tuple[SignatureLine, ...]:
    """Return the signatures of *note* by *keys*. Raises Rejected (403): wrong, or there is none."""
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
    return tuple(line for line in note.lines if (line.name, line.id) in trusted)


def _unreadable(error: Corrupt) -> Rejected:
    return Rejected(400, zh="不是检查点，无法读取。", en=str(error))


def read_foreign(text: str) -> Checkpoint:
    """Read the checkpoint of any log. Raises Corrupt.

    Nothing is assumed of its origin (C2SP tlog-checkpoint): it may have spaces, and need not be the
    name of a key. Extension lines may follow, and are ignored. Our own log writes neither.
    """
    match text.removesuffix("\n").split("\n"):
        case [origin, size, root, *extensions] if origin and all(extensions):
            return Checkpoint(origin, decimal(size), unbase64(root, HASH))
        case _:
            zh = "检查点至少三行，没有空行"
            raise Corrupt(zh, "a checkpoint has three lines or more, and none is empty")


def check_growth(submission: Submission, checkpoint: Checkpoint, last: Checkpoint | None) -> None:
    """Check that *checkpoint* extends *last*, the last one cosigned. Rejected: 400, 409 or 422.

    The caller holds the lock under which *last* was read until *checkpoint* is stored in its
    place. Otherwise two submissions could roll each other back.
    """
    if submission.old > checkpoint.size:
        raise Rejected(
            400, zh="旧的大小超过检查点的大小。", en="the old size is larger than the checkpoint's"
        )
    size = last.size if last else 0
    if submission.old != size:
        raise NotAtThatSize(size)
    try:
        before = last.root if last else EMPTY
        check_consistency(size, before, checkpoint.size, checkpoint.root, submission.proof)
    except Corrupt as error:
        raise Rejected(422, zh="证明不成立。", en=str(error)) from error


def read_size(body: bytes) -> int:
    """Read the size that a 409 answers with. Raises Corrupt."""
    text = body.decode("ascii", "replace")
    if not text.endswith("\n"):
        zh = "见证人应以一行写明所在的大小"
        raise Corrupt(zh, "a witness that is elsewhere says at which size, in one line")
    return decimal(text.removesuffix("\n"))


def find_cosignature(text: str, body: bytes, witness: Vkey) -> SignatureLine:
    """Find the cosignature by *witness* on *text* in the *body* of a 200. Raises Corrupt."""
    note = read_note(text.encode() + b"\n" + body)
    if note.text != text or not any(verify_note(note, [witness]).values()):  # nor one without time
        raise Corrupt(f"没有 {witness.name} 的副署", f"no cosignature by {witness.name}")
    return next(line for line in note.lines if (line.name, line.id) == (witness.name, witness.id))
