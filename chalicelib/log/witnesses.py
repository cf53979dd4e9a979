"""The witnesses of our log: who they are, and their cosignatures over HTTP (AUDIT_LOG §5.4, §5.6).

A witness is the machine of another party. A wrong or missing answer costs a checkpoint at most the
deadline and one cosignature. The log trusts only signatures by keys that an operator registered.
"""

from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPSConnection
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from urllib.parse import urlsplit

from chalicelib.errors import Conflict, Corrupt
from chalicelib.instant import text
from chalicelib.log.quorum import Quorum, Witness, read_quorum
from chalicelib.log.signing import Prove
from chalicelib.log.tlog.note import SignatureLine, read_note
from chalicelib.log.witness import MAX_BYTES, Submission, find_cosignature, read_size
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.registry import Registry

DEADLINE_SECONDS = 2.0
_REGISTRY_KEY = ("LOG", "WITNESSES")
_TRIES = 3
_TEXT = "text/plain; charset=utf-8"


class Witnesses:
    """The witnesses that the registry names."""

    def __init__(self, registry: Registry, deadline: float = DEADLINE_SECONDS) -> None:
        """Ask each for *deadline* seconds at most, all at the same time."""
        self._registry = registry
        self._deadline = deadline
        self._sizes: dict[str, int] = {}  # the size in the last answer of each: a guess

    def quorum(self) -> Quorum:
        """Read the witnesses and how many are needed, consistently."""
        return read_quorum(self._registry.get(*_REGISTRY_KEY))

    def change(self, edit: Callable[[Quorum], Quorum]) -> Quorum:
        """Replace the document by the result of *edit*; an operator's command only."""
        for _ in range(_TRIES):
            document = self._registry.get(*_REGISTRY_KEY)
            quorum = edit(read_quorum(document))
            new = {**quorum.written(), "at": text(datetime.now(UTC))}
            is_new = document is None
            with suppress(Conflict):  # another operator was faster: edit their document
                self._registry.put(*_REGISTRY_KEY, new, new=is_new, instead_of=document)
                return quorum
        raise Conflict(
            "见证人一直有人在更改，请稍后再试", "the witnesses are changed by others all the time"
        )

    def cosign(
        self, note: bytes, size: int, prove: Prove, quorum: Quorum | None = None
    ) -> list[SignatureLine]:
        """Return the cosignatures of the *quorum* on the signed checkpoint *note*.

        *prove* gives the consistency proof from an old size to *size*. Nothing is written here. A
        crash leaves witnesses ahead of the published log; their next answer gives their size.
        """
        witnesses = (self.quorum() if quorum is None else quorum).witnesses
        answers: SimpleQueue[SignatureLine | None] = SimpleQueue()
        deadline = monotonic() + self._deadline
        for witness in witnesses:
            # A daemon: one that drips its answer byte by byte must not hold the process open.
            Thread(
                target=lambda of=witness: answers.put(self._ask(of, note, size, prove)), daemon=True
            ).start()
        lines: list[SignatureLine] = []
        for _ in witnesses:
            try:
                answer = answers.get(timeout=max(0.0, deadline - monotonic()))
            except Empty:
                break
            lines += [answer] if answer else []
        if len(lines) < len(witnesses):
            telemetry.count(telemetry.COSIGNATURES_MISSING, len(witnesses) - len(lines))
        return sorted(lines, key=lambda line: line.name)

    def _ask(self, witness: Witness, note: bytes, size: int, prove: Prove) -> SignatureLine | None:
        """Return the cosignature of one; None, and a line in the function's log, without one."""
        name = witness.vkey.name
        try:
            return self._request_cosignature(witness, note, size, prove)
        except Exception as error:  # noqa: BLE001 - the log goes on, whatever a witness does
            telemetry.logger.warning("no cosignature", witness=name, why=str(error)[:200])
            return None

    def _request_cosignature(
        self, witness: Witness, note: bytes, size: int, prove: Prove
    ) -> SignatureLine:
        name, text = witness.vkey.name, read_note(note).text
        for _ in range(_TRIES):
            old = min(self._sizes.get(name, 0), size)
            proof = tuple(prove(old)) if 0 < old < size else ()
            status, body = _post(witness.url, Submission(old, proof, note).written, self._deadline)
            if status == HTTPStatus.OK:
                line = find_cosignature(text, body, witness.vkey)
                self._sizes[name] = size
                return line
            if status != HTTPStatus.CONFLICT:
                zh = f"答复 {status}：{body[:100].decode('utf-8', 'replace')}"
                raise Corrupt(zh, f"{status}: {body[:100].decode('utf-8', 'replace')}")
            self._sizes[name] = read_size(body)
            if self._sizes[name] > size:
                # Another publisher is ahead of us, or our log was set back and this must not pass.
                zh = f"它已副署 {self._sizes[name]} 条，多于我们的 {size} 条"
                raise Corrupt(zh, f"it has cosigned size {self._sizes[name]}, beyond our {size}")
        raise Corrupt("每次所在的大小都不同", "it was elsewhere each time")


def _post(url: str, body: bytes, seconds: float) -> tuple[int, bytes]:
    """Post to `add-checkpoint` under *url*, without redirects. Raises OSError, HTTPException."""
    parts = urlsplit(url)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=seconds)
    with closing(connection):
        connection.request("POST", f"{parts.path}/add-checkpoint", body, {"Content-Type": _TEXT})
        answer = connection.getresponse()
        return answer.status, answer.read(MAX_BYTES)
