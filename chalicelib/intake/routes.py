"""`POST /v1/events`: verify the raw bytes, read them, put each event into the inbox. No judgement.

An event that does not fit its case is recorded like any other; supervision finds that later. Only
an event without a valid signature, unreadable, out of bounds (`bounds.py`), or with the id of
another one is refused. Each refusal is counted, by source and reason.
"""

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.errors import Language, Rejected
from chalicelib.intake import bounds, event, signature, signed_body
from chalicelib.intake.event_types import Reported
from chalicelib.intake.inbox_id import case_of
from chalicelib.plumbing import problems, telemetry
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.problems import preferred_language
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
    try:
        is_batch = _is_batch(headers.get("content-type", ""), body)
    except Rejected:
        telemetry.count(telemetry.EVENTS_REFUSED)  # of nobody: the signature is not checked yet
        raise
    language = preferred_language(headers.get("accept-language"))
    door = _Door(services, _signer(services, headers, body), language)
    try:
        door.admit(1)  # before it is read, which takes time
        door.check_signed()
        if not is_batch:
            return private_json(door.record(event.read_event(body)), 202)
        read = event.read_batch(body)
        door.admit(max(len(read) - 1, 0))
        results = [door.result(each, position) for position, each in enumerate(read)]
        return private_json({"results": results}, 202)
    except Rejected as refusal:
        door.count(refusal)
        raise
    finally:
        services.doorkeeper.refusals.flush()


def _is_batch(content_type: str, body: bytes) -> bool:
    """Return whether the request is a batch. Raises Rejected: too large, another media type."""
    media_type, _, parameters = content_type.lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "")
    if media_type.strip() not in (SINGLE, BATCH) or charset not in ("", "charset=utf-8"):
        raise problems.not_of_these_types((SINGLE, BATCH))
    if len(body) > MAX_BODY:
        raise Rejected(413, zh="一次请求最多 1 MiB。", en="a request holds at most 1 MiB")
    return media_type.strip() == BATCH


def _signer(services: Services, headers: Mapping[str, str], body: bytes) -> signature.Sender:
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


class _Door:
    """Takes what the *signer* sends, within the bounds of its source."""

    def __init__(self, services: Services, signer: signature.Sender, language: Language) -> None:
        self._services = services
        self._language = language
        self._signed_by, self._signed = name, _ = signer
        registered = services.registrations.with_source(name).by_name.get(name)
        self._source = registered and services.keepers.source(registered)

    def admit(self, events: int) -> None:
        """Let so many *events* in. Raises Rejected (429) where the source sends too many."""
        self._services.doorkeeper.throttle.take(self._signed_by, events)

    def check_signed(self) -> None:
        """Check that what was signed with a key may be kept as it is. Raises Rejected."""
        if self._signed:
            signed_body.check_bounds(self._signed)

    def record(self, reported: event.Event, position: int | None = None) -> dict[str, str]:
        """Record *reported*, in a batch at *position*; return its result. Raises Rejected."""
        services, now = self._services, self._services.now()
        if reported["source"] != self._signed_by:
            raise signature.Unsigned("source")
        if self._source is None:
            raise Rejected(
                403,
                zh="此报送单位还没有登记部门和区划，请管理员登记。",
                en="this source is registered for no department and no region yet",
            )
        bounds.check_bounds(reported, self._source, now, lambda: services.profile().zone)
        receipts = services.receipts  # before anything is recorded: it needs its key
        signed = self._signed.at(position) if self._signed else None
        received = services.inbox.put_event(reported, now, signed)
        is_new = received.outcome == "recorded"
        telemetry.count(telemetry.EVENTS_RECORDED if is_new else telemetry.EVENTS_DUPLICATE)
        # Crash here: the source has no receipt; it sends the event again and gets the same one.
        salt, since = received.salt, received.received_at
        result = {"id": reported["id"], "status": received.outcome}
        if signed and is_new:
            result["signed"] = signed.key
        result |= receipts.of_event(reported, salt, since) if salt else {}
        if reported["type"] == Reported.CASE_ACCEPTED:  # the source hands it to the applicant
            result["public_id"] = services.vault.name(case_of(reported))
        return result

    def result(
        self, item: event.Event | tuple[str | None, Rejected], position: int
    ) -> dict[str, Any]:
        """Record an event of a batch; return its result, which may be a problem."""
        if isinstance(item, tuple):
            return self._refuse(*item)
        try:
            return self.record(item, position)
        except Rejected as refusal:
            return self._refuse(item["id"], refusal)

    def count(self, refusal: Rejected) -> None:
        """Count a refusal, for our own alarms and for the public pages."""
        services, reason = self._services, bounds.reason_of(refusal)
        telemetry.count_refusal(self._signed_by, reason)
        day = services.wall().astimezone(services.profile().zone).date()
        services.doorkeeper.refusals.count(self._signed_by, reason, day.isoformat())

    def _refuse(self, event_id: str | None, refusal: Rejected) -> dict[str, Any]:
        self.count(refusal)
        problem = problems.problem_document(refusal, self._language)
        return {"id": event_id, "status": "refused", "problem": problem}
