"""Requests that HTTP allows and Chalice does not: any `Accept`, or none, HEAD, a GET with a type.

A request without an `Accept` header accepts everything (RFC 9110 section 12.5.1). Chalice answers
400 where the answer is bytes, and where the header names other types. Programs that read logs send
no `Accept`. An object of the log has one form, which every client gets.

HEAD is GET without the body of the answer (section 9.3.2); Chalice knows only the methods that a
route names. The `Content-Type` of a GET means nothing (section 9.3.1); some clients always send it,
and Chalice answers 415 where it is not that of the route.
"""

from collections.abc import Callable
from typing import Any

from chalice.app import CaseInsensitiveMapping, Response

_ONE_FORM = "/log/"  # the paths whose objects have one form each


def accept_everything(event: Any, answer: Callable[[Any], Response]) -> Response:
    """Set `Accept: */*` where a request has no `Accept`, or asks for the log; then answer it."""
    if event.path.startswith(_ONE_FORM) or not event.headers.get("accept"):
        event.headers = CaseInsensitiveMapping({**dict(event.headers), "accept": "*/*"})
    return answer(event)


def ignore_content_of_get(event: Any, answer: Callable[[Any], Response]) -> Response:
    """Remove `Content-Type` from a GET or HEAD, then answer it."""
    if event.method in ("GET", "HEAD"):
        kept = {name: value for name, value in event.headers.items() if name != "content-type"}
        event.headers = CaseInsensitiveMapping(kept)
    return answer(event)


def answer_head(event: Any, answer: Callable[[Any], Response]) -> Response:
    """Answer HEAD as GET, without the body and with its length.

    A gateway that counts for itself would count nothing: the body is taken off here, since not
    every gateway does it.
    """
    if event.method != "HEAD":
        return answer(event)
    event.context["httpMethod"] = "GET"  # the very mapping that Chalice chooses the view by
    response = answer(event)
    body = response.body
    raw = body.encode() if isinstance(body, str) else body
    if isinstance(raw, bytes):  # all but what Chalice itself would write as JSON
        response.headers["Content-Length"] = str(len(raw))
    response.body = b"" if isinstance(body, bytes) else ""  # Chalice wants bytes of a binary type
    return response
