"""A small log of which every size is known, and witnesses that run on this machine."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from pathlib import Path

from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.note import COSIGNATURE, ED25519, Note, Vkey, sign_note
from chalicelib.log.tlog.proof import consistency, root_by_tiles
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.log.tlog.tile import grow
from chalicelib.log.witness import Submission
from infra.witness.cosigner import Cosigner, Memory
from infra.witness.server import Server

ORIGIN = "log.test/log"
LOG = SeedSigner(hashlib.sha256(b"log").digest())
KEY = Vkey(ORIGIN, ED25519, LOG.public)
AT = 1763712000


class SmallLog:
    """A log of 300 entries; with a *word* another history, that differs from entry 2 on."""

    def __init__(self, word: str = "") -> None:
        self.objects: dict[str, bytes] = {}
        for n in range(300):  # every size is served
            leaf = f"{n}{word if n >= 2 else ''}".encode()
            self.objects |= grow(n, self.objects.__getitem__, [leaf])

    def note(self, size: int) -> bytes:
        """Give the signed checkpoint of *size*."""
        root = root_by_tiles(size, self.objects.__getitem__)
        text = Checkpoint(ORIGIN, size, root).text
        return Note(text, (sign_note(text, ORIGIN, LOG),)).written

    def proof(self, old: int, size: int) -> tuple[bytes, ...]:
        """Prove that *size* extends *old*."""
        return tuple(consistency(old, size, self.objects.__getitem__))

    def prover(self, size: int) -> Callable[[int], tuple[bytes, ...]]:
        """Give what proves that *size* extends an old size."""
        return lambda old: self.proof(old, size)

    def submission(self, old: int, size: int) -> bytes:
        """Give the body of `add-checkpoint` for *size* after *old*."""
        proof = self.proof(old, size) if 0 < old < size else ()
        return Submission(old, proof, self.note(size)).written


HONEST, FORKED = SmallLog(), SmallLog("x")


class Run:
    """A running witness."""

    def __init__(self, name: str, folder: Path, log: Vkey = KEY, origin: str = "") -> None:
        self.name = name
        self.origin = origin or log.name
        signer = SeedSigner(hashlib.sha256(name.encode()).digest())
        self.vkey = Vkey(name, COSIGNATURE, signer.public)
        self.memory = Memory(folder)
        cosigner = Cosigner(self.vkey, signer, {self.origin: [log]}, self.memory, lambda: AT)
        self.server = Server(("127.0.0.1", 0), cosigner)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.kind = ""  # the media type of the last answer

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Ask for anything; give the status and the body."""
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        connection = HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=5)
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        self.kind = answer.headers["Content-Type"]
        response = answer.status, answer.read()
        connection.close()
        return response

    def submit(self, old: int, size: int, log: SmallLog = HONEST) -> tuple[int, bytes]:
        """Submit size *size* of *log* after *old*."""
        return self.ask("POST", "/add-checkpoint", log.submission(old, size))

    def size(self) -> int:
        """What it has cosigned last."""
        last = self.memory.last(self.origin)
        return last.size if last else 0


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    """Let *server* serve for the block."""
    thread = threading.Thread(target=lambda: server.serve_forever(0.01), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def witness(
    folder: Path, name: str = "w1.test/w", log: Vkey = KEY, origin: str = ""
) -> Iterator[Run]:
    """Run a witness of *log* whose state is in *folder*; its *origin* is the key's name else."""
    run = Run(name, folder, log, origin)
    with serving(run.server):
        yield run
