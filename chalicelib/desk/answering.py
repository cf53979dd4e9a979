"""How a desk answers: a page in the frame, a redirect after a form, an error as a page.

`desk_page` wraps a view. It asks who is signed in, leads others to `/signin`, and shows a refusal
as a page.
"""

import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from chalice.app import Blueprint, Response

from chalicelib.desk.frame import desk_headers, render_desk, scripted
from chalicelib.desk.signed_in import (
    FORM,
    NotSignedIn,
    SignedIn,
    StaleForm,
    cookie_name,
    must_be_our_origin,
    path_of,
    read_cookie,
    read_fields,
    signed_in,
)
from chalicelib.errors import LANGUAGES, Language, Rejected
from chalicelib.instant import local
from chalicelib.pages.frame import base_of
from chalicelib.people.rights import Act
from chalicelib.plumbing.problems import count_denial, preferred_language
from chalicelib.plumbing.services import Services, current_services

_View = Callable[..., Response]

FOLDER = Path(__file__).parent
_OURS = frozenset({"desk", "signin", "signout"})  # the first part of the pages' paths
_OF_SCRIPT = frozenset({"desk/sign", "desk/passkeys"})  # which reads problem documents
_LANGUAGE_COOKIE = "__Host-duban-lang"
_MENU: tuple[
    tuple[str, str, Act | None], ...
] = (  # the page, its address, the right that its readers have
    ("today", "desk", None),
    ("cases", "desk/cases", "see_case"),
    ("cards", "desk/cards", "see_card"),
    ("alerts", "desk/alerts", "see_alerts"),
    ("claims", "desk/claims", "decide_claim"),
    ("samples", "desk/samples", "see_sample"),
    ("search", "desk/search", "see_alerts"),
    ("people", "desk/people", "see_people"),
    ("settings", "desk/settings", None),
)


class Desk:
    """One request at a desk: the *services*, the *request*, and *who* signed in."""

    def __init__(self, services: Services, request: Any, who: SignedIn | None) -> None:
        self.services = services
        self.request = request
        self._who = who
        self.query: Mapping[str, str] = request.query_params or {}

    @property
    def who(self) -> SignedIn:
        """Who signed in. Raises NotSignedIn."""
        if self._who is None:
            raise NotSignedIn("/desk")
        return self._who

    @property
    def is_signed_in(self) -> bool:
        """Return whether somebody signed in; the pages on the way in are for anybody."""
        return self._who is not None

    @property
    def language(self) -> Language:
        """The language asked for by `?lang=`, by an earlier `?lang=`, or by the browser."""
        asked = self.query.get("lang") or read_cookie(self.request.headers, _LANGUAGE_COOKIE)
        for language in LANGUAGES:
            if language == asked:
                return language
        return preferred_language(self.request.headers.get("accept-language"))

    def page(
        self,
        folder: Path,
        page: str,
        values: Mapping[str, Any],
        status: int = 200,
        filters: tuple[tuple[str, Callable[..., Any]], ...] = (),
    ) -> Response:
        """Answer with the template *page* of *folder* in the frame."""
        body = render_desk(folder, page, self.language, {**self._frame(), **values}, filters)
        answer = Response(body=body, status_code=status, headers=_headers(values))
        if self.query.get("lang") in LANGUAGES:
            set_cookie(answer, _LANGUAGE_COOKIE, self.language)
        return answer

    def error(self, refusal: Rejected) -> Response:
        """Answer with *refusal* as a page."""
        values = {"problem": refusal.line(self.language), "status": refusal.status}
        return self.page(FOLDER, "error", values, refusal.status)

    def again(self, fields: Mapping[str, str], status: int, to: str = "") -> Response:
        """Answer with what was typed in a form, to be sent again; *to*: after signing in there."""
        values = {"fields": [*fields.items()], "sign_in": to}
        return self.page(FOLDER, "again", values, status)

    def to(self, address: str) -> Response:
        """Answer 303: go on at *address*, relative to the site's root."""
        root = self._base() or _root(self.request)
        return redirect(f"{root}{address}")

    def cookie(self, use: str = "") -> str:
        """Return the name of the cookie for a *use*; by default the session's."""
        return cookie_name(self.services, self.request.context or {}, use)

    def address(self, path: str) -> str:
        """Return the whole address of *path* within the site, as the browser asks for it."""
        scheme = "http" if self.services.settings.is_local else "https"
        host, context = self.request.headers.get("host", ""), self.request.context or {}
        own = str(context.get("path") or "/").removesuffix(path_of(self.request))
        return f"{scheme}://{host}{self._base() or f'{own}/'}{path}"

    def _base(self) -> str:
        context = self.request.context or {}
        headers = self.request.headers
        return base_of(context, headers, is_local=self.services.settings.is_local)

    def _frame(self) -> dict[str, Any]:
        who, path = self._who, path_of(self.request).strip("/")
        menu = [
            (name, address)
            for name, address, right in _MENU
            if who and (right is None or who.has_right(right))
        ]
        above = [address for _, address in menu[1:] if path.startswith(f"{address}/")]
        zone = self.services.profile().zone
        return {
            "base": self._base() or _root(self.request),
            "who": [caller.owner for caller in who.callers] if who else None,
            "form_token": who.form_token if who else "",
            "is_scripted": False,
            "new_key": lambda: secrets.token_urlsafe(18),
            "menu": menu,
            "current": path,
            "section": max(above, key=len, default=""),
            "here": path,
            "other_language": self._in_other_language(path),
            "made_at": local(self.services.wall(), zone),
        }

    def _in_other_language(self, path: str) -> str:
        """Return the address of this page in the other language, its filters kept."""
        other = next(language for language in LANGUAGES if language != self.language)
        return f"{path}?{urlencode({**dict(self.query), 'lang': other})}"


def redirect(address: str) -> Response:
    """Answer 303: go on at *address*. No page of a session is kept by a cache."""
    headers: dict[str, Any] = {"Location": address, "Cache-Control": "no-store"}
    return Response(body="", status_code=303, headers=headers)


def set_cookie(answer: Response, name: str, value: str, seconds: int | None = None) -> Response:
    """Add a cookie to *answer*: until the browser ends, or for so many *seconds*; 0 removes it."""
    age = "" if seconds is None else f"; Max-Age={seconds}"
    cookie = f"{name}={value}; Path=/{age}; Secure; HttpOnly; SameSite=Lax"
    headers: dict[str, Any] = answer.headers
    headers["Set-Cookie"] = [*headers.get("Set-Cookie", ()), cookie]
    return answer


def _headers(values: Mapping[str, Any]) -> dict[str, Any]:
    headers = desk_headers()
    return scripted(headers) if values.get("is_scripted") else {**headers}


def _root(request: Any) -> str:
    """Return the site's root, relative to the page: desks lie one or more folders deep."""
    return "../" * path_of(request).strip("/").count("/") or "./"


def desk_page(view: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap *view*, which takes the Desk and the parts of the path by name, for who signed in.

    An answer to a form may be kept by no cache; nor may any other.
    """

    @wraps(view)
    def answered(**parts: str) -> Response:
        services, request = current_services(), _request_of(view)
        try:
            desk = Desk(services, request, signed_in(services, request))
        except NotSignedIn as away:
            address = quote(quote(away.to, safe="/?=&%"), safe="")
            return _led_away(Desk(services, request, None), f"signin?to={address}")
        return _or_error(desk, view, parts)

    return answered


def open_page(view: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap *view*, which takes the Desk, for anybody: on its way in, or out."""

    @wraps(view)
    def answered(**parts: str) -> Response:
        desk = Desk(current_services(), _request_of(view), None)
        return _or_error(desk, view, parts)

    return answered


def page_and_form(blueprint: Blueprint, path: str) -> Callable[[_View], _View]:
    """Return what offers a view at *path* as a page, and takes its form there too.

    Two routes: Chalice asks a GET for the `Content-Type` of a form where they are one.
    """

    def offer(view: _View) -> _View:
        blueprint.route(path, methods=["GET"])(view)
        blueprint.route(path, methods=["POST"], content_types=[FORM])(view)
        return view

    return offer


def error_page(request: Any, refusal: Rejected) -> Response | None:
    """Return *refusal* as a page; None: it is no page of ours that was asked for, or no browser."""
    path = str(getattr(request, "path", "") or "").strip("/")
    headers = getattr(request, "headers", None) or {}
    is_ours = path.partition("/")[0] in _OURS and path not in _OF_SCRIPT
    if not is_ours or "text/html" not in (headers.get("accept") or ""):
        return None
    try:
        services = current_services()
        return Desk(services, request, _who(services, request)).error(refusal)
    except Exception:  # noqa: BLE001 - the rim: a stage that is broken cannot draw pages either
        return None


def _who(services: Services, request: Any) -> SignedIn | None:
    """Return who is signed in, whose menu the page keeps; None: nobody."""
    try:
        return signed_in(services, request)
    except NotSignedIn:
        return None


def _or_error(desk: Desk, view: Callable[..., Response], parts: Mapping[str, str]) -> Response:
    try:
        return view(desk, **parts)
    except Rejected as refusal:
        count_denial(refusal)
        if isinstance(refusal, StaleForm) and desk.is_signed_in:  # else a password is among it
            return desk.again(refusal.fields, refusal.status)
        return desk.error(refusal)


def _led_away(desk: Desk, sign_in: str) -> Response:
    """Lead to *sign_in*; what was typed in a form of this site is shown, to be sent after that.

    Nothing is stored: the text is in the answer alone.
    """
    if desk.request.method != "POST":
        return desk.to(sign_in)
    try:
        must_be_our_origin(desk.services, desk.request)
        fields = read_fields(desk.request)
    except Rejected as refusal:
        return desk.error(refusal)
    fields.pop("csrf", "")
    return desk.again(fields, 401, sign_in)


def _request_of(view: Callable[..., Response]) -> Any:
    return view.__globals__["blueprint"].current_request
