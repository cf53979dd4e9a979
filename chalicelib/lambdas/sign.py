"""Sign: the one function that holds the log's key, and a memory of its own (AUDIT_LOG §5.5).

Only `publish` calls it. It reads neither facts nor the log's table. It signs a state only with a
proof that the state contains the last one it signed; else it refuses any caller.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import Conflict, Corrupt
from chalicelib.log.signing import (
    SignMessage,
    SignRequest,
    check_sign_request,
    empty_checkpoint,
    read_sign_request,
)
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.note import sign_note
from chalicelib.log.tlog.vkey import ED25519, Vkey
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, current_services

_TRIES = 5


def run(event: Mapping[str, Any]) -> SignMessage:
    """Return the signature that is requested, or a size to prove from, or a refusal."""
    try:
        return sign(current_services(), read_sign_request(event))
    except Corrupt as error:
        telemetry.logger.error("not signed", why=str(error))
        telemetry.count(telemetry.CHECKPOINTS_REFUSED)
        return {"refused": str(error)}


def sign(services: Services, request: SignRequest) -> SignMessage:
    """Remember, then sign: a signature exists only for a state that is remembered for ever.

    A crash between the two leaves a state without a signature; asked again, the same bytes are
    signed, and Ed25519 makes the same signature of them. Raises Corrupt where it must not sign.
    """
    origin = services.settings.log_origin
    for _ in range(_TRIES):
        last = _last_signed(services, origin)
        size = check_sign_request(request, last or empty_checkpoint(origin))
        if size is not None:
            return {"size": size}
        try:
            if last != request.checkpoint:
                services.signer_memory.advance(last, request.checkpoint)
        except Conflict:
            continue
        line = sign_note(request.checkpoint.text, origin, services.signer)
        return {"signature": line.text, "vkey": Vkey(origin, ED25519, services.signer.public).text}
    raise Conflict("签名一直有人在做，请稍后再试", "others sign all the time")


def _last_signed(services: Services, origin: str) -> Checkpoint | None:
    """Return the checkpoint that was signed last; None if there is none yet.

    Raises Corrupt if there is a log all the same: the signer's memory was lost, and a second log
    must not begin.
    """
    last = services.signer_memory.last(origin)
    if last is None and (name := next(services.objects.names("checkpoint"), None)):
        last = services.signer_memory.last(origin)  # the first signature may be newer than *last*
        if last is None:
            raise Corrupt(
                f"从未签过名，却已有 {name}：请看 duban log restore",
                f"nothing was ever signed, yet there is {name}: see duban log restore",
            )
    return last
