"""The requests to the signer, its answers, and the checks before it signs (AUDIT_LOG §5.5).

Pure. The signer trusts neither the tables nor the caller. It trusts its own memory of the last
signed state, and a proof that the new state contains it. So no forked or shortened log is signed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from chalicelib.errors import Conflict, Corrupt
from chalicelib.log.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.log.tlog.note import SignatureLine, read_signature
from chalicelib.log.tlog.proof import check_consistency
from chalicelib.log.tlog.tree import EMPTY
from chalicelib.log.tlog.vkey import Vkey, read_vkey
from chalicelib.log.tlog.wire import HASH, base64, unbase64

SignMessage = Mapping[str, Any]
Signatory = Callable[[SignMessage], SignMessage]  # the signer, wherever it is
Prove = Callable[[int], Sequence[bytes]]

_TRIES = 5


class SignedAhead(Conflict):
    """*size* entries were signed already, which is more than the request has."""

    def __init__(self, size: int) -> None:
        super().__init__(f"同时已签署 {size} 条", f"{size} entries were signed meanwhile")
        self.size = size


class SignRequest(Struct, frozen=True):
    """Sign *checkpoint*; *proof* shows that it contains the log of *old* entries."""

    checkpoint: Checkpoint
    old: int
    proof: Sequence[bytes]

    def payload(self) -> SignMessage:
        """Return the request as it is sent."""
        proof = [base64(node) for node in self.proof]
        return {"checkpoint": self.checkpoint.text, "old": self.old, "proof": proof}


def read_sign_request(payload: SignMessage) -> SignRequest:
    """Read a request from the *payload* that `SignRequest.payload` made. Raises Corrupt."""
    match payload:
        case {"checkpoint": str(text), "old": int(old), "proof": [*proof]}:
            nodes = [unbase64(str(node), HASH) for node in proof]
            return SignRequest(read_checkpoint(text), old, nodes)
        case _:
            raise Corrupt("不是签名请求", "not a request for a signature")


def check_sign_request(request: SignRequest, last: Checkpoint) -> int | None:
    """Return None where the signer of *last* may sign *request*, else the size to prove from.

    A size beyond the wanted one means that it will never sign. Raises Corrupt where no proof could
    help: it is another log.
    """
    wanted = request.checkpoint
    if wanted.origin != last.origin:
        zh = f"此签名函数签 {last.origin}，不签 {wanted.origin}"
        raise Corrupt(zh, f"this signer signs {last.origin}, not {wanted.origin}")
    if wanted.size < last.size:
        return last.size  # who asks is late, or was set back: in neither case there is a signature
    if wanted.size > last.size and request.old != last.size:
        return last.size
    proof = request.proof if wanted.size > last.size else ()
    check_consistency(last.size, last.root, wanted.size, wanted.root, proof)
    return None


def empty_checkpoint(origin: str) -> Checkpoint:
    """Return the checkpoint before the first signature: the empty log."""
    return Checkpoint(origin, 0, EMPTY)


def request_signature(
    signatory: Signatory, checkpoint: Checkpoint, old: int, prove: Prove
) -> tuple[SignatureLine, Vkey]:
    """Return the signature on *checkpoint* and its key; *prove* makes the proof from a size.

    *old* is a guess of the last signed size; the signer answers with the right one. Raises
    SignedAhead where it has signed a larger size, Corrupt where it refuses.
    """
    for _ in range(_TRIES):
        proof = prove(old) if old <= checkpoint.size else ()
        match signatory(SignRequest(checkpoint, old, proof).payload()):
            case {"signature": str(line), "vkey": str(vkey)}:
                return read_signature(line.removesuffix("\n")), read_vkey(vkey)
            case {"size": int(size)} if size > checkpoint.size:
                raise SignedAhead(size)
            case {"size": int(size)}:
                old = size
            case {"refused": str(why)}:
                raise Corrupt(f"签名函数拒绝签名：{why}", f"the signer refuses: {why}")
            case other:
                zh = f"签名函数没有答复：{str(other)[:100]}"
                raise Corrupt(zh, f"the signer gave no answer: {str(other)[:100]}")
    raise Corrupt("签名函数每次所在的大小都不同", "the signer was elsewhere each time")
