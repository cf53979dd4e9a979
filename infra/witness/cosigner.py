"""The witness itself: judges a submission, remembers it, and only then answers.

It remembers for each log the last checkpoint that it cosigned, as a note in one file, named as in
its HTTP path. A file is replaced as a whole, so after a crash it holds the note before or the note
after, never half of one; its directory entry is on the disk too before anything is answered.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from msgspec import Struct

from chalicelib.errors import BadInput, Corrupt, Rejected
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.note import Note, Vkey, cosign, read_note
from chalicelib.log.tlog.signer import Signer
from chalicelib.log.witness import authenticate, check_growth, read_foreign, read_submission


def log_name(origin: str) -> str:
    """Return the name of a log as in `GET /<name>/checkpoint`: the SHA-256 of its origin."""
    return hashlib.sha256(origin.encode()).hexdigest()


class Memory:
    """The notes in *folder*. Several threads and several processes may share one."""

    def __init__(self, folder: Path) -> None:
        """Open *folder*, made where it is not there. Raises BadInput."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            zh = "这里建不了目录，请核对名称和权限"
            en = f"no folder can be made here, look at its name and rights: {error.strerror}"
            raise BadInput(zh=zh, en=en, where=str(folder)) from error
        self._folder = folder
        self._lock = Lock()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else read and replace within the block: two could roll each other back."""
        with self._lock, (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # let go of when the file is closed, however that is
            yield

    def note(self, name: str) -> bytes | None:
        """Return the note of the log *name*; None where nothing was cosigned yet."""
        try:
            return (self._folder / f"{name}.note").read_bytes()
        except FileNotFoundError:
            return None

    def last(self, origin: str) -> Checkpoint | None:
        """Return the last checkpoint that was cosigned of the log *origin*.

        Raises Corrupt where the file cannot be read: to begin again would be to forget.
        """
        raw = self.note(log_name(origin))
        if raw is None:
            return None
        checkpoint = read_foreign(read_note(raw).text)
        if checkpoint.origin != origin:
            zh = f"{origin} 的签名文属于 {checkpoint.origin}"
            raise Corrupt(zh, f"the note of {origin} is about {checkpoint.origin}")
        return checkpoint

    def keep(self, origin: str, note: Note) -> None:
        """Replace the note of *origin*, durably.

        A crash before the rename leaves the note before, and a temporary file that the next one
        overwrites; nothing was answered yet, so the log asks again.
        """
        path = self._folder / f"{log_name(origin)}.note"
        temporary = path.with_suffix(".new")
        with temporary.open("wb") as file:
            file.write(note.written)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


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
            cosigned = Note(authenticated.note.text, (*authenticated.note.lines, line))
            self.memory.keep(origin, cosigned)
        return line.text.encode()
