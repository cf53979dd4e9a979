"""What the signer is asked, what it answers, and what it will sign (AUDIT_LOG §5.5).

Pure. It trusts neither the tables nor whoever asks: only its own memory of what it last signed, and
a proof that the new state contains that one. So no forked or shortened log can get a signature.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.audit.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.audit.tlog.note import SignatureLine, read_signature
from chalicelib.audit.tlog.proof import check_consistency
from chalicelib.audit.tlog.tree import EMPTY
from chalicelib.audit.tlog.vkey import Vkey, read_vkey
from chalicelib.audit.tlog.wire import HASH, base64, unbase64
from chalicelib.errors import Conflict, Corrupt

SignMessage = Mapping[str, Any]
Signatory = Callable[
    [SignMessage], SignMessage
]  # the signer, wherever it is: `Request.said` in, an answer out
Prove = Callable[[int], Sequence[bytes]]

_TRIES = 5


class SignedAhead(Conflict):
    """*size* entries were signed already, which is more than was asked for."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} entries were signed meanwhile")
        self.size = size


@dataclass(frozen=True, slots=True)
class Request:
    """Sign *checkpoint*; *proof* shows that it contains the log of *old* entries."""

    checkpoint: Checkpoint
    old: int
    proof: Sequence[bytes]

    def said(self) -> SignMessage:
        """As it is sent."""
        proof = [base64(node) for node in self.proof]
        return {"checkpoint": self.checkpoint.text, "old": self.old, "proof": proof}


def read_request(said: SignMessage) -> Request:
    """Read what `Request.said` wrote. Raises Corrupt."""
    match said:
        case {"checkpoint": str(text), "old": int(old), "proof": [*proof]}:
            nodes = [unbase64(str(node), HASH) for node in proof]
            return Request(read_checkpoint(text), old, nodes)
        case _:
            raise Corrupt("not a request for a signature")


def check_request(request: Request, last: Checkpoint) -> int | None:
    """Whether *request* may be signed by who *last* signed that: None, or the size to prove from.

    A size beyond the wanted one says that it never will be. Raises Corrupt where it may not,
    whatever the proof: it is another log.
    """
    wanted = request.checkpoint
    if wanted.origin != last.origin:
        raise Corrupt(f"this signer signs {last.origin}, not {wanted.origin}")
    if wanted.size < last.size:
        return last.size  # who asks is late, or was set back: in neither case there is a signature
    if wanted.size > last.size and request.old != last.size:
        return last.size
    proof = request.proof if wanted.size > last.size else ()
    check_consistency(last.size, last.root, wanted.size, wanted.root, proof)
    return None


def first(origin: str) -> Checkpoint:
    """What stands before anything was signed: the empty log."""
    return Checkpoint(origin, 0, EMPTY)


def signature(
    signatory: Signatory, checkpoint: Checkpoint, old: int, prove: Prove
) -> tuple[SignatureLine, Vkey]:
    """Ask for the signature on *checkpoint*, and by which key it is; *prove* proves from a size.

    *old* is a guess of what was signed last; the signer says where it stands if it is wrong. Raises
    Ahead where it has signed more by now, Corrupt where it refuses.
    """
    for _ in range(_TRIES):
        proof = prove(old) if old <= checkpoint.size else ()
        match signatory(Request(checkpoint, old, proof).said()):
            case {"signature": str(line), "vkey": str(vkey)}:
                return read_signature(line.removesuffix("\n")), read_vkey(vkey)
            case {"size": int(size)} if size > checkpoint.size:
                raise SignedAhead(size)
            case {"size": int(size)}:
                old = size
            case {"refused": str(why)}:
                raise Corrupt(f"the signer refuses: {why}")
            case other:
                raise Corrupt(f"the signer gave no answer: {str(other)[:100]}")
    raise Corrupt("the signer was elsewhere each time")
