"""A request without an `Accept` header accepts everything (RFC 9110 section 12.5.1).

Chalice answers it 400 where the answer is bytes. Programs that read logs send no such header;
browsers, curl and test clients all do, so it would only fail in the field.
"""

from collections.abc import Callable
from typing import Any

from chalice.app import CaseInsensitiveMapping, Response


def accept_everything(event: Any, answer: Callable[[Any], Response]) -> Response:
    """Add `Accept: */*` to a request without `Accept`, then answer it."""
    if not event.headers.get("accept"):
        event.headers = CaseInsensitiveMapping({**dict(event.headers), "accept": "*/*"})
    return answer(event)
