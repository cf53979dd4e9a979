"""JSON answers: for one reader only, which no cache may store, and for anybody; all their headers.

A view says what is its own. What every answer has is added to it here, in one place: so that no new
route can forget it.

Chalice does not know all that HTTP allows. It answers 400 without an `Accept`, which programs that
read logs do not send, or where the answer is bytes; it knows only the methods that a route names,
and minds the `Content-Type` of a GET. An answer is compressed once, for the gateway leaves alone
what has a `Content-Encoding` (RFC 9110 12.5.3).
"""

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import CaseInsensitiveMapping, Response


def accept_everything(event: Any, answer: Callable[[Any], Response]) -> Response:
    """Set `Accept: */*` where there is none, or for the log, whose objects have one form each."""
    if event.path.startswith("/log/") or not event.headers.get("accept"):
        event.headers = CaseInsensitiveMapping({**dict(event.headers), "accept": "*/*"})
    return answer(event)


def ignore_content_of_get(event: Any, answer: Callable[[Any], Response]) -> Response:
    """Remove `Content-Type` from a GET or HEAD, then answer it."""
    if event.method in ("GET", "HEAD"):
        kept = {name: value for name, value in event.headers.items() if name != "content-type"}
        event.headers = CaseInsensitiveMapping(kept)
    return answer(event)


def answer_head(event: Any, answer: Callable[[Any], Response]) -> Response:
    """Answer HEAD as GET, with its length, without the body: not every gateway takes it off."""
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


_DEFAULTS = {
    "Cache-Control": "no-store",  # unless the view says otherwise
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",  # where it is served without TLS: ignored
}
_OPEN = {"Access-Control-Allow-Origin": "*"}  # the public log is read by pages of any origin


def private_json(body: Mapping[str, Any], status: int = 200) -> Response:
    """Return an answer with *body* for this caller only."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(body=text, status_code=status, headers={"Content-Type": "application/json"})


def public_json(body: Mapping[str, Any], max_age: int = 5) -> Response:
    """Answer with *body*, for anybody, to be kept for *max_age* seconds."""
    response = private_json(body)
    response.headers |= {"Cache-Control": f"public, max-age={max_age}", **_OPEN}
    return response


def complete_headers(event: Any, answer: Callable[[Any], Response]) -> Response:
    """Add to the answer what every answer has; what its view has set stays."""
    response = answer(event)
    wanted = _DEFAULTS | (_OPEN if event.path.startswith("/log/") else {})
    there = {name.lower() for name in response.headers}
    missing = {name: value for name, value in wanted.items() if name.lower() not in there}
    response.headers.update(missing)
    return response


_LEVEL = 6  # of zlib: 191 kB of entries become 52 kB in 2.7 ms; level 9 saves 0.6 kB and doubles it
_NAMES = ("gzip", "x-gzip", "*")  # the two are one coding (RFC 9110, section 8.4.1.3)


def takes_gzip(accept_encoding: str | None) -> bool:
    """Return whether the header *accept_encoding* admits gzip; what cannot be read does not."""
    weights: dict[str, bool] = {}
    for part in (accept_encoding or "").lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        weights[name] = not parameters or _is_positive(parameters)
    return next((weights[name] for name in _NAMES if name in weights), False)


def _is_positive(parameters: list[str]) -> bool:
    name, _, weight = parameters[0].partition("=")
    whole, _, decimals = weight.partition(".")
    digits = whole + decimals
    return name == "q" and digits.isascii() and digits.isdigit() and int(digits) > 0


def compress(response: Response, body: bytes, request_headers: Mapping[str, str]) -> Response:
    """Compress the *body* of *response* if the request admits it; say that the request decides."""
    response.headers["Vary"] = "Accept-Encoding"
    if takes_gzip(request_headers.get("accept-encoding")):
        response.body = gzip.compress(body, _LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    return response
