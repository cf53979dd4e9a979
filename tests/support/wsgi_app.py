"""The API as a WSGI app in this process; it stands where the gateway stands before Chalice."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from chalice.local import LambdaEventConverter, RouteMatcher

import app
from infra.stack.package import PAGES

_GATEWAY = LambdaEventConverter(RouteMatcher(list(app.app.routes)))

Environment = Mapping[str, Any]
Sign = Callable[[bytes], Mapping[str, str]]


def wsgi_app(sign: Sign | None = None) -> Callable[[Environment, Any], Iterable[bytes]]:
    """Return the app; with *sign* the bodies of events are signed on the way."""

    def answer(environment: Environment, start: Any) -> Iterable[bytes]:
        body = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
        target = environment["REQUEST_URI"]
        headers = _headers(environment)
        if sign is not None and target.startswith("/v1/events"):
            headers |= sign(body)
        status, answered, content = _ask(environment["REQUEST_METHOD"], target, headers, body)
        start(f"{status} {HTTPStatus(status).phrase}", answered)
        return [content]

    return answer


def _headers(environment: Environment) -> dict[str, str]:
    names = {"CONTENT_TYPE": "content-type"} | {
        name: name.removeprefix("HTTP_").replace("_", "-").lower()
        for name in environment
        if name.startswith("HTTP_")
    }
    return {names[name]: value for name, value in environment.items() if name in names and value}


def gateway_event(
    method: str, target: str, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """Return the event that the gateway makes of a request. Raises ValueError: no such path."""
    try:
        event: dict[str, Any] = _GATEWAY.create_lambda_event(method, target, {**headers})
    except ValueError:
        event = _below_a_page(method, target, headers)
    return event | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _below_a_page(method: str, target: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the event of an unknown path below the pages for people, all of which is handed on."""
    path, _, query = target.partition("?")
    page, _, rest = path.removeprefix("/").partition("/")
    if f"/{page}" not in PAGES or not rest:
        raise ValueError(path)
    event = _GATEWAY.create_lambda_event(method, f"/{page}?{query}", {**headers})
    event["requestContext"] |= {"resourcePath": f"/{page}/{{rest+}}", "path": path}
    return {**event, "pathParameters": {"rest": rest}}


def _ask(
    method: str, target: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    try:
        event = gateway_event(method, target, headers, body)
    except ValueError:  # no such path: the gateway's own refusal (infra/stack/template.yaml)
        problem = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": ""}
        return 404, [("Content-Type", "application/problem+json")], json.dumps(problem).encode()
    answer = app.app(event, None)
    content = answer["body"]
    raw = base64.b64decode(content) if answer.get("isBase64Encoded") else content.encode()
    several = answer.get("multiValueHeaders") or {}
    sent = [*answer["headers"].items()]
    sent += [(name, value) for name, values in several.items() for value in values]
    return answer["statusCode"], sent, raw
