"""The witness itself: judges a submission, remembers it, and only then answers."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from chalicelib.errors import Corrupt, Rejected
from chalicelib.log.tlog.note import Note, Vkey, cosign
from chalicelib.log.tlog.signer import Signer
from chalicelib.log.witness import authenticate, check_growth, read_submission
from infra.witness.store import Memory


class Cosigner(Struct, frozen=True):
    """Cosigns as *vkey* checkpoints of the *logs*, keys by origin; *clock* gives POSIX seconds."""

    vkey: Vkey
    signer: Signer
    logs: Mapping[str, Sequence[Vkey]]
    memory: Memory
    clock: Callable[[], int]

    def add_checkpoint(self, raw: bytes) -> bytes:
        """Return the answer to the body of `add-checkpoint`. Raises Rejected.

        The signature is made before the note is kept, and answered after it. Crash in between: the
        note is kept but was not answered. The log asks again from its old size, gets 409 with the
        kept size, and asks from there.
        """
        try:
            submission = read_submission(raw)
        except Corrupt as error:
            raise Rejected(400, zh="不是检查点的提交，无法读取。", en=str(error)) from error
        authenticated = authenticate(submission.note, self.logs)
        origin = authenticated.checkpoint.origin
        with self.memory.locked():
            check_growth(submission, authenticated.checkpoint, self.memory.last(origin))
            line = cosign(authenticated.note.text, self.vkey.name, self.clock(), self.signer)
            self.memory.keep(
                origin, Note(authenticated.note.text, (*authenticated.note.lines, line))
            )
        return line.text.encode()
