"""The witnesses of our log: who they are, and their cosignatures over HTTP (AUDIT_LOG §5.4, §5.6).

A witness is somebody else's machine. Whatever it answers, or does not, costs a checkpoint at most
the deadline and one cosignature, and nothing is believed but a signature by the key that an
operator registered.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPSConnection
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from urllib.parse import urlsplit

from chalicelib.audit.quorum import Quorum, Witness, read_quorum
from chalicelib.audit.tlog.note import SignatureLine, read_note
from chalicelib.audit.witness import MAX_BYTES, Submission, cosignature, read_size
from chalicelib.errors import Conflict, Corrupt
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.registry import Registry

Prove = Callable[[int], Sequence[bytes]]

DEADLINE_SECONDS = 2.0
_PLACE = ("LOG", "WITNESSES")
_TRIES = 3
_TEXT = "text/plain; charset=utf-8"


class Witnesses:
    """Those whom the registry names."""

    def __init__(self, registry: Registry, deadline: float = DEADLINE_SECONDS) -> None:
        """Ask each for *deadline* seconds at most, all at the same time."""
        self._registry = registry
        self._deadline = deadline
        self._sizes: dict[str, int] = {}  # where each stood when it last answered: a guess

    def quorum(self) -> Quorum:
        """Read who they are and how many it takes, consistently."""
        return read_quorum(self._registry.get(*_PLACE))

    def change(self, changed: Callable[[Quorum], Quorum]) -> Quorum:
        """Replace the document by what *changed* makes of it; an operator's command only."""
        for _ in range(_TRIES):
            document = self._registry.get(*_PLACE)
            after = changed(read_quorum(document))
            try:
                is_new = document is None
                self._registry.put(*_PLACE, after.written(), new=is_new, instead_of=document)
            except Conflict:
                continue  # another operator was faster: what they wrote is what is changed
            return after
        raise Conflict("the witnesses are changed by others all the time")

    def cosign(
        self, note: bytes, size: int, prove: Prove, quorum: Quorum | None = None
    ) -> list[SignatureLine]:
        """Ask all witnesses of the *quorum* for their cosignatures on the signed checkpoint *note*.

        *prove* gives the consistency proof from an old size to *size*. Nothing is written here; a
        crash leaves witnesses that are ahead of what was published, and say so when asked again.
        """
        asked = (self.quorum() if quorum is None else quorum).witnesses
        answers: SimpleQueue[SignatureLine | None] = SimpleQueue()
        ends = monotonic() + self._deadline
        for witness in asked:
            # A daemon: one that drips its answer byte by byte must not hold the process open.
            Thread(
                target=lambda of=witness: answers.put(self._asked(of, note, size, prove)),
                daemon=True,
            ).start()
        lines: list[SignatureLine] = []
        for _ in asked:
            try:
                answer = answers.get(timeout=max(0.0, ends - monotonic()))
            except Empty:
                break
            lines += [answer] if answer else []
        if len(lines) < len(asked):
            telemetry.count(telemetry.COSIGNATURES_MISSING, len(asked) - len(lines))
        return sorted(lines, key=lambda line: line.name)

    def _asked(
        self, witness: Witness, note: bytes, size: int, prove: Prove
    ) -> SignatureLine | None:
        """Ask one; None, and a line in the function's log, where it gives no cosignature."""
        name = witness.vkey.name
        try:
            return self._cosigned(witness, note, size, prove)
        except Exception as error:  # noqa: BLE001 - the log goes on, whatever a witness does
            telemetry.logger.warning("no cosignature", witness=name, why=str(error)[:200])
            return None

    def _cosigned(self, witness: Witness, note: bytes, size: int, prove: Prove) -> SignatureLine:
        name, text = witness.vkey.name, read_note(note).text
        for _ in range(_TRIES):
            old = min(self._sizes.get(name, 0), size)
            proof = tuple(prove(old)) if 0 < old < size else ()
            status, body = _post(witness.url, Submission(old, proof, note).written, self._deadline)
            if status == HTTPStatus.OK:
                line = cosignature(text, body, witness.vkey)
                self._sizes[name] = size
                return line
            if status != HTTPStatus.CONFLICT:
                raise Corrupt(f"{status}: {body[:100].decode('utf-8', 'replace')}")
            self._sizes[name] = read_size(body)
            if self._sizes[name] > size:
                # Another publisher is ahead of us, or our log was set back and this must not pass.
                raise Corrupt(f"it has cosigned size {self._sizes[name]}, beyond our {size}")
        raise Corrupt("it was elsewhere each time")


def _post(url: str, body: bytes, seconds: float) -> tuple[int, bytes]:
    """Post to `add-checkpoint` under *url*; any status is an answer, and nobody is followed.

    Raises OSError or HTTPException.
    """
    parts = urlsplit(url)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=seconds)
    with closing(connection):
        connection.request("POST", f"{parts.path}/add-checkpoint", body, {"Content-Type": _TEXT})
        answer = connection.getresponse()
        return answer.status, answer.read(MAX_BYTES)
