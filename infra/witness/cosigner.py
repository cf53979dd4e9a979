"""The witness itself: judges a submission, remembers it, and only then answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.audit.tlog.note import Note, Vkey, cosign
from chalicelib.audit.tlog.signer import Signer
from chalicelib.audit.witness import authenticate, check_growth, read_submission
from chalicelib.errors import Corrupt, Rejected
from infra.witness.memory import Memory


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Cosigns as *vkey* what the *logs*, keys by origin, submit; *clock* tells POSIX seconds."""

    vkey: Vkey
    signer: Signer
    logs: Mapping[str, Sequence[Vkey]]
    memory: Memory
    clock: Callable[[], int]

    def add_checkpoint(self, raw: bytes) -> bytes:
        """Take the body of `add-checkpoint`, and give the one of its answer. Raises Rejected.

        The signature is made before the note is kept, and answered after it: a crash between leaves
        a note that is kept and was not answered. The log then asks again, from its size before, is
        told to be behind (409), and asks from the size that was kept.
        """
        try:
            given = read_submission(raw)
        except Corrupt as error:
            raise Rejected(400, str(error)) from error
        seen = authenticate(given.note, self.logs)
        origin = seen.checkpoint.origin
        with self.memory.locked():
            check_growth(given, seen.checkpoint, self.memory.last(origin))
            line = cosign(seen.note.text, self.vkey.name, self.clock(), self.signer)
            self.memory.keep(origin, Note(seen.note.text, (*seen.note.lines, line)))
        return line.text.encode()
