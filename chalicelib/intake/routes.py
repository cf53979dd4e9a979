"""`POST /v1/events`: verify the raw bytes, read them, put each event into the inbox. No judgement.

An event that does not fit its case is recorded like any other; supervision finds that later. Only
an event without a valid signature, unreadable, or with the id of another one is refused.
"""

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.errors import Language, Rejected
from chalicelib.intake import event, signature
from chalicelib.plumbing import problems, telemetry
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.language import preferred_language
from chalicelib.plumbing.services import Services, current_services

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
MAX_BODY = 1024 * 1024

blueprint = Blueprint(__name__)


@blueprint.route("/v1/events", methods=["POST"], content_types=[SINGLE, BATCH])
def receive() -> Response:
    """Take one CloudEvent or a batch of them from a registered source."""
    request = blueprint.current_request
    raw = request.raw_body  # always bytes, whatever Chalice's annotation says
    return receive_request(
        current_services(), request.headers, raw if isinstance(raw, bytes) else raw.encode()
    )


def receive_request(services: Services, headers: Mapping[str, str], body: bytes) -> Response:
    """Record the events of a request: 202, or the problem of a single event as the request's."""
    is_batch = _is_batch(headers.get("content-type", ""))
    if len(body) > MAX_BODY:
        raise Rejected(413, zh="一次请求最多 1 MiB。", en="a request holds at most 1 MiB")
    signed_by = _signer(services, headers, body)
    try:
        if not is_batch:
            reported = event.read_event(body)
            return private_json(_record(services, reported, signed_by), 202)
        language = preferred_language(headers.get("accept-language"))
        batch = event.read_batch(body)
        results = [_result(services, item, signed_by, language) for item in batch]
    except Rejected:
        telemetry.count(telemetry.EVENTS_REFUSED)
        raise
    return private_json({"results": results}, 202)


def _is_batch(content_type: str) -> bool:
    media_type, _, parameters = content_type.lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "")
    if media_type.strip() not in (SINGLE, BATCH) or charset not in ("", "charset=utf-8"):
        raise Rejected(
            415,
            zh=f"只接受 UTF-8 编码的 {SINGLE} 和 {BATCH}。",
            en=f"only {SINGLE} and {BATCH}, in UTF-8",
        )
    return media_type.strip() == BATCH


def _signer(services: Services, headers: Mapping[str, str], body: bytes) -> str:
    wall = services.wall()
    try:
        try:
            return signature.find_signer(headers, body, services.sources.active(), wall)
        except signature.Unsigned as refusal:
            if refusal.cause != "signature":
                raise
            # Perhaps a secret that was added or rotated since the sources were last read.
            return signature.find_signer(headers, body, services.sources.refreshed(), wall)
    except signature.Unsigned as refusal:
        telemetry.logger.info("signature refused", cause=refusal.cause)
        telemetry.count(telemetry.SIGNATURES_REFUSED)
        raise


def _record(services: Services, reported: event.Event, signed_by: str) -> dict[str, str]:
    if reported["source"] != signed_by:
        raise signature.Unsigned("source")
    receipts = (
        services.receipts
    )  # before anything is recorded: without its key no receipt can be made
    received = services.inbox.put_event(reported, services.now())
    is_new = received.outcome == "recorded"
    telemetry.count(telemetry.EVENTS_RECORDED if is_new else telemetry.EVENTS_DUPLICATE)
    # Crash here: the source has no receipt; it sends the event again and gets the same one.
    salt = received.salt
    receipt = receipts.of_event(reported, salt, received.received_at) if salt else {}
    return {"id": reported["id"], "status": received.outcome, **receipt}


def _result(
    services: Services,
    item: event.Event | tuple[str | None, Rejected],
    signed_by: str,
    language: Language,
) -> dict[str, Any]:
    if isinstance(item, tuple):
        return _refuse(*item, language)
    try:
        return _record(services, item, signed_by)
    except Rejected as refusal:
        return _refuse(item["id"], refusal, language)


def _refuse(event_id: str | None, refusal: Rejected, language: Language) -> dict[str, Any]:
    telemetry.count(telemetry.EVENTS_REFUSED)
    problem = problems.problem_document(refusal, language)
    return {"id": event_id, "status": "refused", "problem": problem}
