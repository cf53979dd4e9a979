"""The one call out of this function: to the identity provider that the operator set, for JSON.

No redirect is followed, nor a proxy of the environment; no answer is waited for longer than three
seconds, or read beyond its limit. Which addresses may be asked, the caller has checked.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from chalicelib.desk.sign_in.provider import OutOfReach

ANSWER_SECONDS = 3.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it could lead anywhere, with our secret."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow none; it is an error as any other."""


class Outward:
    """Asks; an answer has *most_bytes* at most."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())

    def ask(
        self, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        """Return the JSON object that *address* answers with; None where it refuses (4xx).

        Raises OutOfReach.
        """
        asked = urllib.request.Request(  # noqa: S310 - checked: https, or loopback
            address, data=body, headers={"Accept": "application/json", **(headers or {})}
        )
        try:
            with self._opener.open(asked, timeout=ANSWER_SECONDS) as answer:
                document = json.loads(self._read(answer))
        except urllib.error.HTTPError as error:
            if 400 <= error.code < 500:  # noqa: PLR2004 - HTTP's own
                return None
            raise OutOfReach(f"the issuer answers {error.code}") from error
        except (OSError, ValueError, RecursionError) as error:
            raise OutOfReach(f"the issuer does not answer: {type(error).__name__}") from error
        if not isinstance(document, dict):
            raise OutOfReach("the issuer's answer is no object")
        return document

    def _read(self, answer: Any) -> bytes:
        """Return the body. Raises OSError: it is too long, or comes too slowly."""
        until, parts, size = time.monotonic() + ANSWER_SECONDS, [], 0
        while part := answer.read1(16_384):
            size += len(part)
            if size > self._most_bytes or time.monotonic() > until:
                raise OSError("too long or too slow")
            parts.append(part)
        return b"".join(parts)
