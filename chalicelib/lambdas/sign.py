"""Sign: the one function that holds the log's key, and a memory of its own (AUDIT_LOG §5.5).

It is called by `checkpoint`, and by nobody else. It reads neither facts nor the log's table: what
it signs must contain what it signed before, or it refuses, whoever asks and whatever they show.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.audit.signing import (
    SignMessage,
    SignRequest,
    check_sign_request,
    empty_checkpoint,
    read_sign_request,
)
from chalicelib.audit.tlog.checkpoint import Checkpoint
from chalicelib.audit.tlog.note import sign_note
from chalicelib.audit.tlog.vkey import ED25519, Vkey
from chalicelib.errors import Conflict, Corrupt
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, current_services

_TRIES = 5


def run(event: Mapping[str, Any]) -> SignMessage:
    """Answer a request for a signature: with it, with a size to prove from, or with a refusal."""
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
        last = _last(services, origin)
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
    raise Conflict("others sign all the time")


def _last(services: Services, origin: str) -> Checkpoint | None:
    """What was signed last; None where nothing ever was.

    Raises Corrupt where there is a log all the same: its memory was lost, not never there, and a
    second one must not begin.
    """
    last = services.signer_memory.last(origin)
    if last is None and (found := next(services.objects.names("checkpoint"), None)):
        last = services.signer_memory.last(origin)  # whoever published that may have begun since
        if last is None:
            raise Corrupt(f"nothing was ever signed, yet there is {found}: see duban log restore")
    return last
