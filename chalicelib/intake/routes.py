"""`POST /v1/events`: verify the raw bytes, read them, put each event into the inbox. No judgement.

An event that does not fit its case is recorded like any other; supervision says so later. Only
what cannot be believed, read or told apart from another event is refused.
"""

import json
from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.errors import Rejected
from chalicelib.intake import event, signature
from chalicelib.plumbing import problems, telemetry
from chalicelib.plumbing.services import Services, current_services

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
MAX_BODY = 1024 * 1024

blueprint = Blueprint(__name__)


@blueprint.route("/v1/events", methods=["POST"], content_types=[ONE, BATCH])
def receive() -> Response:
    """Take one CloudEvent or a batch of them from a registered source."""
    request = blueprint.current_request
    raw = request.raw_body  # always bytes, whatever Chalice's annotation says
    return take(
        current_services(), request.headers, raw if isinstance(raw, bytes) else raw.encode()
    )


def take(services: Services, headers: Mapping[str, str], body: bytes) -> Response:
    """Take what a request brings: 202, or the problem of a single event as the request's own."""
    is_batch = _is_batch(headers.get("content-type", ""))
    if len(body) > MAX_BODY:
        raise Rejected(413, "a request holds at most 1 MiB")
    signed_by = _signer(services, headers, body)
    try:
        if not is_batch:
            told = event.read_one(body)
            return _accepted(_record(services, told, signed_by))
        results = [_result(services, read, signed_by) for read in event.read_batch(body)]
    except Rejected:
        telemetry.count(telemetry.EVENTS_REFUSED)
        raise
    return _accepted({"results": results})


def _is_batch(content_type: str) -> bool:
    media_type, _, parameters = content_type.lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "")
    if media_type.strip() not in (ONE, BATCH) or charset not in ("", "charset=utf-8"):
        raise Rejected(415, f"only {ONE} and {BATCH}, in UTF-8")
    return media_type.strip() == BATCH


def _signer(services: Services, headers: Mapping[str, str], body: bytes) -> str:
    wall = services.wall()
    try:
        try:
            return signature.signer(headers, body, services.sources.active(), wall)
        except signature.Unsigned as refusal:
            if refusal.cause != "signature":
                raise
            # Perhaps a secret that was added or rotated since the sources were last read.
            return signature.signer(headers, body, services.sources.refreshed(), wall)
    except signature.Unsigned as refusal:
        telemetry.logger.info("signature refused", cause=refusal.cause)
        telemetry.count(telemetry.SIGNATURES_REFUSED)
        raise


def _record(services: Services, told: event.Event, signed_by: str) -> dict[str, str]:
    if told["source"] != signed_by:
        raise signature.Unsigned("source")
    receipts = services.receipts  # before anything is recorded: without its key nothing can be told
    taken = services.inbox.put_event(told, services.now())
    is_new = taken.outcome == "recorded"
    telemetry.count(telemetry.EVENTS_RECORDED if is_new else telemetry.EVENTS_DUPLICATE)
    # A crash here leaves an event without its receipt; who sends it again gets the same one.
    promise = receipts.of_event(told, taken.salt, taken.received_at) if taken.salt else {}
    return {"id": told["id"], "status": taken.outcome, **promise}


def _result(
    services: Services, read: event.Event | tuple[str | None, Rejected], signed_by: str
) -> dict[str, Any]:
    if isinstance(read, tuple):
        return _refused(*read)
    try:
        return _record(services, read, signed_by)
    except Rejected as refusal:
        return _refused(read["id"], refusal)


def _refused(event_id: str | None, refusal: Rejected) -> dict[str, Any]:
    telemetry.count(telemetry.EVENTS_REFUSED)
    problem = problems.document(refusal.status, refusal.detail, refusal.field)
    return {"id": event_id, "status": "refused", "problem": problem}


def _accepted(body: dict[str, Any]) -> Response:
    return Response(
        body=json.dumps(body), status_code=202, headers={"Content-Type": "application/json"}
    )
