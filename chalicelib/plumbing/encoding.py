"""Compression of an answer for a client that asks for it (`Accept-Encoding`, RFC 9110 12.5.3).

The gateway compresses what has no `Content-Encoding` yet, and leaves alone what has one. So an
answer is compressed once, and likewise where there is no such gateway.
"""

import gzip
from collections.abc import Mapping

from chalice.app import Response

_LEVEL = 6  # of zlib: 191 kB of entries become 52 kB in 2.7 ms; level 9 saves 0.6 kB and doubles it
_NAMES = ("gzip", "x-gzip", "*")  # the two are one coding (RFC 9110, section 8.4.1.3)


def takes_gzip(accept_encoding: str | None) -> bool:
    """Return whether the header *accept_encoding* admits gzip; without the header none is asked.

    A weight that cannot be read counts as no.
    """
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
