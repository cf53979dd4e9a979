"""Requests that HTTP allows and Chalice does not: without `Accept`, by HEAD, a GET with a type.

A request without an `Accept` header accepts everything (RFC 9110 section 12.5.1). Chalice answers
it 400 where the answer is bytes. Programs that read logs send no such header; browsers, curl and
test clients all do, so it would only fail in the field.

HEAD is GET without the body of the answer (section 9.3.2). Chalice knows only the methods that a
route names. What a GET says of its own content means nothing (section 9.3.1); some clients always
send `Content-Type`, and Chalice answers 415 where it is not that of the route.
"""

from collections.abc import Callable
from typing import Any

from chalice.app import CaseInsensitiveMapping, Response


def accept_everything(event: Any, answer: Callable[[Any], Response]) -> Response:
    """Add `Accept: */*` to a request without `Accept`, then answer it."""
    if not event.headers.get("accept"):
        event.headers = CaseInsensitiveMapping({**dict(event.headers), "accept": "*/*"})
    return answer(event)


def ignore_content_of_get(event: Any, answer: Callable[[Any], Response]) -> Response:
    """Remove `Content-Type` from a GET or HEAD, then answer it."""
    if event.method in ("GET", "HEAD"):
        kept = {name: value for name, value in event.headers.items() if name != "content-type"}
        event.headers = CaseInsensitiveMapping(kept)
    return answer(event)


def answer_head(event: Any, answer: Callable[[Any], Response]) -> Response:
    """Answer HEAD as GET, without the body."""
    if event.method != "HEAD":
        return answer(event)
    event.context["httpMethod"] = "GET"  # the very mapping that Chalice chooses the view by
    response = answer(event)
    response.body = ""
    return response
