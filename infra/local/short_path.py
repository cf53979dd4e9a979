"""A short address for the local stage: `http://127.0.0.1:PORT/local` instead of its API's own.

The API has another id after each start; a county that tries Duban for weeks gives its systems one
address.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

PATH = "/local"
PREFIX = "x-forwarded-prefix"

_DETAIL = "本机环境正在启动，请稍后重试。 / The local stage is starting; try again soon."

_Scope = MutableMapping[str, Any]
_Application = Callable[[_Scope, Any, Any], Awaitable[None]]


def shortened(application: _Application, own_path: Callable[[], str | None]) -> _Application:
    """Return *application* that answers under PATH as under *own_path*; 503 where that is None.

    The functions find PATH in the header PREFIX, for the links of their pages.
    """

    async def answer(scope: _Scope, receive: Any, send: Any) -> None:
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or not (path == PATH or path.startswith(f"{PATH}/")):
            await application(scope, receive, send)
        elif longer := own_path():
            await application(_moved(scope, path, longer), receive, send)
        else:
            await _refuse(send)

    return answer


def _moved(scope: _Scope, path: str, longer: str) -> _Scope:
    raw = bytes(scope.get("raw_path") or path.encode())
    own = PREFIX.encode()
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != own]
    return {
        **scope,
        "path": longer + path.removeprefix(PATH),
        "raw_path": longer.encode() + raw.removeprefix(PATH.encode()),
        "headers": [*headers, (own, PATH.encode())],
    }


async def _refuse(send: Any) -> None:
    headers, body = problem(503, "正在启动 / Starting", _DETAIL)
    pairs = [(b"retry-after", b"5"), *((n.lower().encode(), v.encode()) for n, v in headers)]
    await send({"type": "http.response.start", "status": 503, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


def problem(status: int, title: str, detail: str) -> tuple[list[tuple[str, str]], bytes]:
    """Return headers and body of a refusal, in the form of those of the API (RFC 9457)."""
    document = {"type": "about:blank", "title": title, "detail": detail, "status": status}
    body = json.dumps(document, ensure_ascii=False).encode()
    kind = [("Content-Type", "application/problem+json"), ("Content-Language", "zh-CN, en")]
    return [*kind, ("Cache-Control", "no-store"), ("Content-Length", str(len(body)))], body
