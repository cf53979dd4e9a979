"""Who signed in: the session in the cookie, the person's posts of today, the form's token.

A desk page asks `signed_in` first. It costs two reads: of the session, and of the person, whose
posts count as they are at this moment; once a minute a third, of what gives rights. A request
without a session is led to `/signin`, and back.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from msgspec import Struct

from chalicelib.errors import Rejected
from chalicelib.people.caller import Caller
from chalicelib.people.person import Person
from chalicelib.people.rights import Act, caller_for, reaches, roles_for
from chalicelib.people.session import Session, form_token, is_form_token
from chalicelib.plumbing.services import Services

FORM = "application/x-www-form-urlencoded"
_MOST_BYTES = 64_000
_MOST_FIELDS = 50


class NotSignedIn(Exception):
    """Nobody is signed in: *to* is the page that was asked for."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


class StaleForm(Rejected):
    """A form of this site without the token of the session: another one began since (403).

    *fields* are what was typed; the page shows them again, and nothing is done.
    """

    def __init__(self, fields: dict[str, str]) -> None:
        zh = "您重新登录过，请核对内容后再提交一次。"
        en = "you signed in again since; look at what is written and send it once more"
        super().__init__(403, zh=zh, en=en)
        self.fields = fields


class SignedIn(Struct, frozen=True):
    """A *person* with the posts of this *day* as *callers*, in a *session* known by its *token*."""

    person: Person
    callers: tuple[Caller, ...]
    session: Session
    token: str
    day: date

    @property
    def form_token(self) -> str:
        """What each form of this session carries."""
        return form_token(self.token)

    @property
    def roles(self) -> frozenset[str]:
        """The roles of the person's posts."""
        return frozenset(caller.role for caller in self.callers)

    def caller(self, act: Act, department: str = "", region: str = "") -> Caller:
        """Return the post by which the person may do *act* there. Raises Rejected (403)."""
        return caller_for(self.callers, act, department, region)

    def may(self, act: Act, department: str = "", region: str = "") -> bool:
        """Return whether one of the posts may do *act* there."""
        return any(reaches(caller, act, department, region) for caller in self.callers)

    def has_right(self, act: Act) -> bool:
        """Return whether one of the posts may do *act* somewhere."""
        return not self.roles.isdisjoint(roles_for(act))

    def with_right(self, act: Act) -> tuple[Caller, ...]:
        """Return the posts that may do *act* somewhere. Raises Rejected (403) where none may."""
        able = tuple(caller for caller in self.callers if caller.role in roles_for(act))
        if not able:
            zh, en = "您的岗位没有这项权限。", "your posts have no right to this"
            raise Rejected(403, zh=zh, en=en)
        return able


def cookie_name(services: Services, context: Mapping[str, Any], use: str = "") -> str:
    """Return the name of the session's cookie, or of one for another *use*.

    Cookies ignore ports: a local stage's has the stage's id.
    """
    own = f"-{context.get('apiId')}" if services.settings.is_local else ""
    return f"__Host-duban{use and f'-{use}'}{own}"


def signed_in(services: Services, request: Any) -> SignedIn:
    """Return who makes the *request*. Raises NotSignedIn: no session, or it ended."""
    context = request.context or {}
    token = read_cookie(request.headers, cookie_name(services, context))
    now: datetime = services.wall()
    session = services.sessions.find(token, now) if token else None
    # Crash or failure after it: the session was in use at this moment, and nothing else is written.
    person = services.people.get(session.person) if session else None
    day = now.astimezone(services.profile().zone).date()
    acting = session.acting(person, day) if session else None
    if session is None or acting is None or not services.ways.recent().stands_behind(session):
        raise NotSignedIn(_address(request))
    person, callers = acting
    return SignedIn(person, services.keepers.callers(callers), session, token, day)


def read_cookie(headers: Mapping[str, str], name: str) -> str:
    """Return the value of the cookie *name*; empty where there is none."""
    for part in (headers.get("cookie") or "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return ""


def read_form(services: Services, request: Any, who: SignedIn) -> dict[str, str]:
    """Return the fields of a form that this session's page sent. Raises Rejected.

    403: the form has not the session's token, or comes from another origin. 413, 400: too large, or
    no form. A field that is sent twice is refused.
    """
    return read_form_of(services, request, who.token)


def read_form_of(services: Services, request: Any, token: str) -> dict[str, str]:
    """Return the fields of a form made for the cookie with this *token*. Raises as `read_form`."""
    must_be_our_origin(services, request)
    form = read_fields(request)
    if not token or not is_form_token(form.pop("csrf", ""), token):
        raise StaleForm(form)
    return form


def read_form_key(form: dict[str, str]) -> str:
    """Take the key out of a *form*: under it an act is done once, however often it is sent."""
    from chalicelib.intake.idempotency import read_idempotency_key

    return read_idempotency_key(form.pop("key", None))


def must_be_our_origin(services: Services, request: Any) -> None:
    """Refuse (403) a form that another site sent: `Origin`, else `Sec-Fetch-Site`."""
    headers = request.headers
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    host = headers.get("host", "")
    schemes = ("https", "http") if services.settings.is_local else ("https",)
    is_ours = (
        origin in {f"{scheme}://{host}" for scheme in schemes} if origin else site == "same-origin"
    )
    if not is_ours:
        zh, en = "此表单不是从本站提交的。", "this form was not sent from here"
        raise Rejected(403, zh=zh, en=en)


def read_fields(request: Any) -> dict[str, str]:
    """Return the fields of the form in the body of *request*. Raises Rejected (400, 413)."""
    body = request.raw_body
    if len(body) > _MOST_BYTES:
        raise Rejected(413, zh="表单过长。", en="the form is too long")
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise Rejected(400, zh="表单无法读取。", en="the form cannot be read") from error
    if len({name for name, _ in pairs}) < len(pairs):
        raise Rejected(400, zh="表单中有重复的项。", en="a field of the form is there twice")
    return dict(pairs)


def path_of(request: Any) -> str:
    """Return the path of *request* from the site's root, without a prefix of the stage."""
    parts = str((request.context or {}).get("path") or "/desk").strip("/").split("/")
    route = str(request.path or "/desk").strip("/").split("/")
    if route[-1].endswith("+}") and route[0] in parts:  # as many parts as there are
        return "/" + "/".join(parts[parts.index(route[0]) :])
    return "/" + "/".join(parts[-len(route) :])


def _address(request: Any) -> str:
    query = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, value in (request.query_params or {}).items()
    )
    path = path_of(request)
    return f"{path}?{query}" if query else path
