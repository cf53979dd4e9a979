"""`GET /v1/alerts`: the inspectors' HTTP Feed, CloudEvents in the order of the log.

`lastEventId` is exclusive; without it the feed begins at the beginning. An empty page means: this
is the present end. With `timeout` (milliseconds) the answer waits that long for a new alert, at
most 20 seconds, because API Gateway gives up at 29. The number of readers that wait at once is
limited (`plumbing/waiting_room.py`); the next one gets `Retry-After`. Delivery is at least once:
the same request gives the same alerts again.
"""

import json
import re
import time
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from chalice.app import Blueprint, Response
from msgspec.structs import replace

from chalicelib.errors import Rejected
from chalicelib.feed.alerts import OWNING_TYPES, index_after, make_alert
from chalicelib.feed.entry import LogEntry
from chalicelib.intake.event_types import CLAIM_TYPES
from chalicelib.plumbing.services import Services, current_services

PAGE = 100
SCAN = 2000
LONGEST_SECONDS = 20.0
PAUSE_SECONDS = 2.0  # a look costs a read; an alert is sealed half a minute after it arose
LATER = {"Retry-After": "5"}  # seconds
_MILLISECONDS = re.compile("[0-9]{1,9}")
MEDIA_TYPE = "application/cloudevents-batch+json"

blueprint = Blueprint(__name__)


@blueprint.route("/v1/alerts", methods=["GET"])
def alerts() -> Response:
    """Answer the next page of alerts."""
    services, request = current_services(), blueprint.current_request
    services.keys.require(request.headers, "see_alerts")
    query: Mapping[str, str] = request.query_params or {}
    start = index_after(query.get("lastEventId"))
    seconds = wait_seconds(query.get("timeout"))
    zone, later = services.profile().zone, {}
    events, start = _read_page(services, start, zone)
    if not events and seconds:
        place = services.waiting_room.enter(services.wall(), seconds)
        events = _wait(services, start, zone, seconds, place) if place else []
        later = {} if place else LATER
    named = services.name_tokens.reveal(events)
    body = json.dumps(named, ensure_ascii=False, separators=(",", ":"))
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **later}
    return Response(body=body, headers={**headers})


def _wait(
    services: Services, start: int, zone: tzinfo, seconds: float, place: str
) -> list[dict[str, Any]]:
    """Return the first alerts from index *start* on within *seconds*; none where none comes.

    Where it ends sooner, it gives its *place* to others; else that is free now by itself.
    """
    until = time.monotonic() + seconds
    try:
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(PAUSE_SECONDS, left))
            events, start = _read_page(services, start, zone)
            if events:
                return events
        return []
    finally:
        if time.monotonic() < until:
            services.waiting_room.leave(place)


def _read_page(services: Services, start: int, zone: tzinfo) -> tuple[list[dict[str, Any]], int]:
    """Return one page of alerts from index *start*, and the index to go on from.

    A page ends early only when it has an alert: an empty page must mean the end.
    """
    events: list[dict[str, Any]] = []
    reached = start
    for entry in services.log_reader.entries(start):
        reached = entry.index + 1
        event = make_alert(_with_department(services, entry), zone)
        if event is not None:
            events.append(event)
        if len(events) == PAGE or (events and reached - start >= SCAN):
            break
    return events, reached


def _with_department(services: Services, entry: LogEntry) -> LogEntry:
    """Return *entry*; a decision about late news with the department that its case named last.

    Its own leaf names none, and a column beside the leaf decides nothing (ADR 0059). It is in the
    leaf of the contest, or of what an inspector mended since.
    """
    if entry.kind not in CLAIM_TYPES:
        return entry
    named = (
        record.fact.text("department")
        for record in reversed(services.facts.of_case(entry.case))
        if record.public_case == entry.public_case
        and record.fact.n < entry.n
        and record.fact.kind in OWNING_TYPES
    )
    return replace(entry, department=next(filter(None, named), ""))


def wait_seconds(timeout: str | None) -> float:
    """Read `timeout`, whole milliseconds; more than the longest wait is taken as the longest."""
    if not timeout:
        return 0.0
    if not _MILLISECONDS.fullmatch(timeout):
        raise Rejected(
            422,
            zh="timeout 是整数毫秒。",
            en="timeout is a whole number of milliseconds",
            field="timeout",
        )
    return min(int(timeout) / 1000, LONGEST_SECONDS)
