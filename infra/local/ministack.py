"""Run MiniStack for as long as whoever started it lives, and not a moment longer.

The starter holds the other end of our standard input. When it closes, on purpose or because the
starter was killed, we end, and the functions' workers with us, whatever they are doing: nothing
here is kept but what was on the disk before it was answered, so there is nothing to end in order.
"""

import os
import signal
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from infra.local import short_path, unpacking
from infra.local.keeping import attach

KEPT = "DUBAN_KEPT"  # the file in which the local stage's data are kept; not set where none are
STACK = "duban-local"
GATEWAY_STAGE = "api"
ANY_METHOD = "x-amazon-apigateway-any-method"
_UNREADABLE = (
    "请求行或请求头不合 HTTP 规范。地址中的中文须作百分号编码，"
    "例如 curl -G --data-urlencode 'department=农业农村局' URL。 / "
    "The request line or a header is not HTTP. What is not ASCII is percent-encoded in an address, "
    "as by curl -G --data-urlencode 'department=农业农村局' URL."
)


def _follow_starter() -> None:
    sys.stdin.buffer.read()
    os.killpg(os.getpid(), signal.SIGKILL)


def _take_all_for_bytes() -> None:
    """Have the gateway hand out bytes as bytes, whatever media type the client accepts.

    The API's definition says so (`*/*` is a binary media type); MiniStack does not read that there,
    and would show base64 to a client that says nothing of what it accepts.
    """
    from ministack.services import apigateway_v1

    apigateway_v1._media_type_matches = lambda _media_type, _patterns: True  # noqa: SLF001


def _hand_paths_on_as_sent() -> None:
    """Have the gateway match and hand on a path as it was sent, as a REST API on AWS does.

    MiniStack decodes it first: then `%2F` in a parameter is a border of the path (ADR 0046).
    """
    from ministack import app

    dispatch = app._handle_execute_api_request  # noqa: SLF001

    async def handle(host: str, path: str, *args: Any, **kwargs: Any) -> Any:
        return await dispatch(host, kwargs.get("raw_path") or path, *args, **kwargs)

    app._handle_execute_api_request = handle  # noqa: SLF001


def _read_any_method() -> None:
    """Have the gateway read what an API's definition says of any method, as AWS does."""
    from ministack.services import apigateway_v1 as gateway

    read_operation = gateway._import_operation  # noqa: SLF001
    gateway._OPENAPI_HTTP_METHODS.add(ANY_METHOD)  # noqa: SLF001

    def read(api: str, resource: str, method: str, *args: Any, **kwargs: Any) -> Any:
        name = "ANY" if method.lower() == ANY_METHOD else method
        return read_operation(api, resource, name, *args, **kwargs)

    gateway._import_operation = read  # noqa: SLF001


def _unpack_once() -> None:
    """Have the workers of all functions share what they are packaged in."""
    from ministack.core import lambda_runtime

    lambda_runtime.zipfile = unpacking.shared_zipfile()


def _read_each_text_once() -> None:
    """Have each policy, and each condition on an item, be read once and not at every call.

    What comes of it follows from the text alone, and nobody changes it. Every call of a function is
    held to the same few policies.
    """
    from ministack.core import iam_evaluator as evaluator
    from ministack.services import dynamodb

    dynamodb._condition_syntax_error = lru_cache(dynamodb._condition_syntax_error)  # noqa: SLF001
    read = evaluator.parse_policy_document
    read_text = lru_cache(read)

    def read_once(document: Any) -> Any:
        return (read_text if isinstance(document, str) else read)(document)

    evaluator.parse_policy_document = read_once


def _say_what_is_wrong() -> None:
    """Have the server say why it cannot read a request, in the form of our other refusals.

    That is above all an address with raw characters beyond ASCII; it answers with nothing at all.
    """
    import h11
    from hypercorn.protocol.h11 import H11Protocol

    async def send(protocol: Any, status: int) -> None:
        headers, body = short_path.problem(status, "请求无法解析 / Bad Request", _UNREADABLE)
        headers += [("X-Content-Type-Options", "nosniff"), ("Connection", "close")]
        answer = h11.Response(status_code=status, headers=headers)
        for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
            await protocol._send_h11_event(event)  # noqa: SLF001

    protocol: Any = H11Protocol
    protocol._send_error_response = send  # noqa: SLF001


def _own_path() -> str | None:
    """Return the path of the local stage's API; None while there is none."""
    from ministack.services import apigateway_v1 as gateway

    apis = gateway._rest_apis.all_items()  # noqa: SLF001
    found = (api for (_, _, api), described in apis if described["name"] == STACK)
    return next((f"/_aws/execute-api/{api}/{GATEWAY_STAGE}" for api in found), None)


def main() -> None:
    """Start watching, then serve."""
    # The workers are of our process group, and nobody else is.
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    threading.Thread(target=_follow_starter, daemon=True).start()
    from ministack import app

    if path := os.environ.pop(KEPT, None):
        attach.keep(Path(path), STACK)
    app.app = short_path.shortened(app.app, _own_path)
    _take_all_for_bytes()
    _hand_paths_on_as_sent()
    _read_any_method()
    _unpack_once()
    _read_each_text_once()
    _say_what_is_wrong()
    sys.argv = ["ministack"]
    app.main()


if __name__ == "__main__":
    main()
