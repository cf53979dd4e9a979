"""The one place where errors become HTTP: RFC 9457 problem documents, never a stack trace.

Chalice answers in two ways that never reach a view's caller: its own refusals (415, 405 …) are
ready `{"Code", "Message"}` responses, and an error of a view is turned into its own 500 before any
middleware sees it. So `install_problems` does both halves: it wraps every view of the finished app,
and registers one middleware that rewrites Chalice's refusals. Call it last, after all routes.
"""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from chalice.app import Chalice, ChaliceViewError, Response

from chalicelib.errors import Conflict, DomainError, Rejected, Unknown
from chalicelib.plumbing import telemetry

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "2"
_TRY_AGAIN = frozenset({HTTPStatus.TOO_MANY_REQUESTS})
# As RFC 9110 has them; Python learnt the names in 3.13.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


def problem_document(status: int, detail: str, field: str | None = None) -> dict[str, Any]:
    """Return the problem document; a batch carries one for each refused event."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if field is not None:
        body["field"] = field
    return body


def answer_problem(
    status: int,
    detail: str,
    *,
    field: str | None = None,
    also: Mapping[str, object] | None = None,
    headers: Mapping[str, Any] | None = None,
) -> Response:
    """Return an answer with a problem; *also* adds members to it, and changes none."""
    all_headers: dict[str, Any] = {**(headers or {}), "Content-Type": MEDIA_TYPE}
    if status == HTTPStatus.UNAUTHORIZED:
        all_headers.setdefault("WWW-Authenticate", "Bearer")
    problem = problem_document(status, detail, field)
    body = json.dumps({**problem, **(also or {}), **problem}, ensure_ascii=False)
    return Response(body=body, status_code=status, headers=all_headers)


def from_error(error: Exception) -> Response:
    """Return the answer for *error*. An unexpected one is logged once, here, and not shown."""
    match error:
        case Rejected():
            headers = {"Retry-After": RETRY_SECONDS} if error.status in _TRY_AGAIN else None
            return answer_problem(
                error.status, error.detail, field=error.field, also=error.also, headers=headers
            )
        case Conflict():
            return answer_problem(
                503, "a race was lost; try again", headers={"Retry-After": RETRY_SECONDS}
            )
        case Unknown():
            return answer_problem(503, str(error))
        case ChaliceViewError():
            return answer_problem(error.STATUS_CODE, str(error))
        case _:
            telemetry.logger.error("unexpected error", exc_info=error)
            telemetry.count(telemetry.UNEXPECTED_ERRORS)
            kind = "the stored data" if isinstance(error, DomainError) else "the service"
            return answer_problem(500, f"something is wrong with {kind}; it was logged")


def install_problems(app: Chalice) -> None:
    """Make every error answer of *app* a problem document."""
    for methods in app.routes.values():
        for entry in methods.values():
            entry.view_function = _guard(entry.view_function)
    app.register_middleware(_rewrite_refusals, "http")


def _guard(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the rim: nothing above it but Chalice
            return from_error(error)

    return guarded


def _rewrite_refusals(request: Any, get_response: Callable[[Any], Response]) -> Response:
    try:
        response = get_response(request)
    except Exception as error:  # noqa: BLE001 - an unknown resource path is a KeyError in Chalice
        return from_error(error)
    body = response.body
    if isinstance(body, dict) and body.keys() == {"Code", "Message"}:
        return answer_problem(response.status_code, body["Message"], headers=response.headers)
    return response
