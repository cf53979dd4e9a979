"""The one place where errors become HTTP: RFC 9457 problem documents, never a stack trace.

`title` and `detail` are in Chinese, or in English where `Accept-Language` prefers it; `type`,
`status` and `field` are for programs, and the same in both.

Chalice answers in two ways that never reach a view's caller: its own refusals (415, 405 …) are
ready `{"Code", "Message"}` responses, and an error of a view is turned into its own 500 before any
middleware sees it. So `install_problems` does both halves: it wraps every view of the finished app,
and registers one middleware that rewrites Chalice's refusals. Call it last, after all routes.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from http import HTTPStatus
from typing import Any

from chalice.app import Chalice, ChaliceViewError, Response

from chalicelib.errors import Conflict, DomainError, Language, Rejected, Unknown
from chalicelib.plumbing import telemetry

TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}

_RANGE = re.compile(
    r"(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)[ \t]*(?:;[ \t]*q=([01](?:\.[0-9]{0,3})?))?",
    re.ASCII | re.IGNORECASE,
)
_LANGUAGES: Mapping[str, Language] = {"*": "zh", "zh": "zh", "en": "en"}
_LONGEST = 1000  # characters of the header that are read


def preferred_language(accept_language: str | None) -> Language:
    """Return the language that an `Accept-Language` header prefers; Chinese where it has neither.

    Of equal weights the first counts. `*` stands for Chinese, and `q=0` for never.
    """
    best: tuple[float, Language] = (0.0, "zh")
    for part in (accept_language or "")[:_LONGEST].split(","):
        if match := _RANGE.fullmatch(part.strip(" \t")):
            language = _LANGUAGES.get(match[1].lower().partition("-")[0])
            weight = min(float(match[2] or 1), 1.0)
            if language is not None and weight > best[0]:
                best = (weight, language)
    return best[1]


MEDIA_TYPE = "application/problem+json"
_LATER = {"Retry-After": "2"}  # seconds
# In English as RFC 9110 has them; Python learnt two of the names in 3.13.
_ENGLISH_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
_CHINESE_TITLES = {
    400: "请求无法解析",
    401: "未通过身份验证",
    403: "无权访问",
    404: "未找到",
    405: "不支持此请求方法",
    406: "无法提供所要求的格式",
    409: "与现有记录冲突",
    413: "请求内容过大",
    415: "不支持此内容类型",
    422: "内容有误",
    429: "请求过于频繁",
    500: "服务内部错误",
    503: "暂时无法处理",
}
# What Chalice itself refuses.
_REFUSALS = {
    400: ("请求无法解析。", "the request cannot be read"),
    404: ("没有此地址。", "there is nothing at this address"),
    405: (
        "此地址不支持该请求方法；Allow 头列出可用的方法。",
        "this address does not know the method; the header Allow names those that it knows",
    ),
    406: ("无法按 Accept 头提供内容。", "there is no form of it that the header Accept admits"),
}
_RACE = Rejected(503, zh="与他人同时写入，未能完成；请重试。", en="a race was lost; try again")
_BROKEN = Rejected(
    500,
    zh="服务出现意外错误，已记入日志。",
    en="something is wrong with the service; it was logged",
)
_CORRUPT = Rejected(
    500,
    zh="存储的数据有误，已记入日志。",
    en="something is wrong with the stored data; it was logged",
)


def problem_document(refusal: Rejected, language: Language) -> dict[str, Any]:
    """Return the problem document of *refusal*; a batch carries one for each refused event."""
    status = refusal.status
    titles = _ENGLISH_TITLES if language == "en" else _CHINESE_TITLES
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": titles.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": refusal.line(language),
    }
    if refusal.field is not None:
        problem["field"] = refusal.field
    return {**problem, **refusal.also, **problem}


def answer_problem(
    refusal: Rejected, language: Language, headers: Mapping[str, Any] | None = None
) -> Response:
    """Return an answer with the problem document of *refusal*, which no cache may store."""
    all_headers: dict[str, Any] = {
        **(headers or {}),
        "Content-Type": MEDIA_TYPE,
        "Content-Language": TAGS[language],
        "Vary": "Accept-Language",
        "Cache-Control": "no-store",
    }
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        all_headers.setdefault("WWW-Authenticate", "Bearer")
    body = json.dumps(problem_document(refusal, language), ensure_ascii=False)
    return Response(body=body, status_code=refusal.status, headers=all_headers)


def from_error(error: Exception, language: Language = "zh") -> Response:
    """Return the answer for *error*. An unexpected one is logged once, here, and not shown."""
    refusal, headers = _told(error)
    return answer_problem(refusal, language, headers)


def _told(error: Exception) -> tuple[Rejected, Mapping[str, str] | None]:
    """Return what is told of *error*, and headers for that; count and log it."""
    match error:
        case Rejected():
            count_denial(error)
            is_throttled = error.status == HTTPStatus.TOO_MANY_REQUESTS
            return error, _LATER if is_throttled else None
        case Conflict():
            return _RACE, _LATER
        case Unknown():
            missing = Rejected(
                503, zh=f"缺少判定所需的资料：{error.missing}。", en=f"not known: {error.missing}"
            )
            return missing, None
        case ChaliceViewError():
            return _refusal(error.STATUS_CODE), None
        case _:
            telemetry.logger.error("unexpected error", exc_info=error)
            telemetry.count(telemetry.UNEXPECTED_ERRORS)
            return _CORRUPT if isinstance(error, DomainError) else _BROKEN, None


def count_denial(refusal: Rejected) -> None:
    """Count *refusal* where the caller has no right to what he asked for."""
    telemetry.count(telemetry.ACCESS_DENIED, int(refusal.is_denial))


def language_of(request: Any) -> Language:
    """Return the language that *request* asks for; Chinese where there is no request to read."""
    headers = getattr(request, "headers", None) or {}
    return preferred_language(headers.get("accept-language"))


ErrorPage = Callable[[Any, Rejected], Response | None]
"""What answers a request with a refusal as a page; None where it wants a problem document."""


def install_problems(app: Chalice, page: ErrorPage = lambda _request, _refusal: None) -> None:
    """Make every error answer of *app* a problem document, or a *page* for those who read pages."""
    for methods in app.routes.values():
        for entry in methods.values():
            entry.view_function = _guard(entry.view_function, app, page)
    app.register_middleware(partial(_rewrite_refusals, app, page), "http")


def _guard(view: Callable[..., Any], app: Chalice, page: ErrorPage) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the rim: nothing above it but Chalice
            return _answer(app.current_request, page, error)

    return guarded


def _answer(request: Any, page: ErrorPage, error: Exception) -> Response:
    """Answer *request* with *error*, as a page where it wants one."""
    refusal, headers = _told(error)
    return page(request, refusal) or answer_problem(refusal, language_of(request), headers)


def _rewrite_refusals(
    app: Chalice, page: ErrorPage, request: Any, get_response: Callable[[Any], Response]
) -> Response:
    language = language_of(request)
    if not app.routes.get(request.context["resourcePath"]):  # Chalice takes it for a method's fault
        return _answer(request, page, _refusal(HTTPStatus.NOT_FOUND))
    try:
        response = get_response(request)
    except Exception as error:  # noqa: BLE001 - the rim: nothing above it but Chalice
        return _answer(request, page, error)
    body = response.body
    if not (isinstance(body, dict) and body.keys() == {"Code", "Message"}):
        return response
    refusal = _refusal(response.status_code)
    if response.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        path, method = request.context["resourcePath"], request.context["httpMethod"]
        refusal = not_of_these_types(app.routes[path][method].content_types)
    if shown := page(request, refusal):
        return shown
    return answer_problem(refusal, language, response.headers)


def not_of_these_types(taken: Sequence[str]) -> Rejected:
    """Return the refusal of another Content-Type than those that are *taken*."""
    return Rejected(
        415,
        zh=f"Content-Type 只能是 {'、'.join(taken)}，编码为 UTF-8。",
        en=f"the Content-Type is one of {', '.join(taken)}, in UTF-8",
    )


def _refusal(status: int) -> Rejected:
    zh, en = _REFUSALS.get(status, (f"请求未被接受（{status}）。", f"refused ({status})"))
    return Rejected(status, zh=zh, en=en)
