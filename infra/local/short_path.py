"""A short address for the local stage: `http://127.0.0.1:PORT/local` instead of its API's own.

The API has another id after each start; a county that tries Duban for weeks gives its systems one
address.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

PATH = "/local"
PREFIX = "x-forwarded-prefix"

_STARTING = {
    "type": "about:blank",
    "title": "正在启动 / Starting",
    "status": 503,
    "detail": "本机环境正在启动，请稍后重试。 / The local stage is starting; try again soon.",
}

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
    body = json.dumps(_STARTING, ensure_ascii=False).encode()
    headers = {
        "content-type": "application/problem+json",
        "content-language": "zh-CN, en",
        "cache-control": "no-store",
        "retry-after": "5",
        "content-length": str(len(body)),
    }
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 503, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
