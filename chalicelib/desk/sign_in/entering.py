"""How a person comes in: a password that fits, an answer of the identity provider, a new session.

A page before sign-in has a cookie of its own, so that its form can be sent by no other site: else a
stranger could sign somebody's browser in as himself. The session is always a new one.
"""

import hmac
import ipaddress
import secrets
from datetime import date, datetime
from pathlib import Path
from typing import Any

from chalice.app import Response

from chalicelib.desk.answering import Desk, set_cookie
from chalicelib.desk.sign_in.local_path import local_path
from chalicelib.desk.sign_in.oidc import OidcProvider
from chalicelib.desk.sign_in.provider import Proven, Provider
from chalicelib.desk.sign_in.recognising import recognise
from chalicelib.desk.sign_in.wecom import WecomProvider
from chalicelib.desk.signed_in import read_cookie, read_form_of
from chalicelib.errors import Rejected
from chalicelib.people.password import NOBODY, is_password
from chalicelib.people.person import Person
from chalicelib.people.session import Session, form_token
from chalicelib.people.tries import FREE_OF_ADDRESS, FREE_OF_NAME
from chalicelib.people.ways import LOCAL, Ways
from chalicelib.plumbing import telemetry

FOLDER = Path(__file__).parent
_YEAR = 365 * 24 * 3600  # s
_FORM, _KNOWN, BEGUN = "form", "known", "in"
_TOKEN_BYTES = 16


def page_with_form(desk: Desk, page: str, values: dict[str, Any], status: int = 200) -> Response:
    """Answer with a page whose form is sent before anybody is signed in."""
    cookie = read_cookie(desk.request.headers, desk.cookie(_FORM))
    token = cookie if len(cookie) == 2 * _TOKEN_BYTES else secrets.token_hex(_TOKEN_BYTES)
    answer = desk.page(FOLDER, page, {**values, "token": form_token(token)}, status)
    return set_cookie(answer, desk.cookie(_FORM), token)


def read_form_before(desk: Desk) -> dict[str, str]:
    """Return the fields of a form of `page_with_form`. Raises Rejected (403, 400, 413)."""
    token = read_cookie(desk.request.headers, desk.cookie(_FORM))
    return read_form_of(desk.services, desk.request, token)


def check_password(desk: Desk, name: str, password: str) -> tuple[str, str]:
    """Return the person whom *name* and *password* prove, and the browser's mark for that name.

    Raises Rejected: 422 wrong, in the same words and after the same work where nobody has the name;
    429 after too many wrong tries.
    """
    services, now = desk.services, desk.services.wall()
    digest = services.logins.name_digest(name)
    mark = _mark(desk, digest)
    address = services.logins.digest("address", _network(desk.request))
    counted = services.logins.digest("browser", mark) if mark else digest
    # Crash after it: this try counts as a wrong one.
    wait = services.wrong_tries.begin(counted, now, FREE_OF_NAME)
    if not mark:
        wait = max(wait, services.wrong_tries.wait(address, now, FREE_OF_ADDRESS))
    if wait:
        seconds = str(int(wait.total_seconds()) + 1)
        raise _refused(429, "signin_wait", seconds=seconds)
    login = services.logins.login(digest)
    is_right = is_password(password, login.password if login else NOBODY)
    if login is None or not is_right:
        services.wrong_tries.begin(address, now, FREE_OF_ADDRESS)
        telemetry.count(telemetry.SIGN_INS_REFUSED)
        raise _refused(422, "signin_wrong")
    services.wrong_tries.forget(counted)
    return login.person, mark or _new_mark(desk, digest)


def come_in_by_password(desk: Desk, person_id: str, to: str, mark: str) -> Response:
    """Begin a session for a person whose password was right; he has the rights of his posts."""
    now, day = _now(desk)
    person = desk.services.people.get(person_id) or Person(person_id)
    session = Session(person_id, person.version(day), LOCAL, now, now)
    return set_cookie(_come_in(desk, person, session, to), desk.cookie(_KNOWN), mark, _YEAR)


def come_in_from_issuer(desk: Desk, ways: Ways, proven: Proven, to: str) -> Response:
    """Begin a session for whom the provider proved: with the rights of his posts, or of his claims.

    Never both: where a mapping of claims is set, posts give no right.
    """
    now, day = _now(desk)
    found = recognise(desk.services, ways, proven, day)
    if found is None:
        return no_post(desk, proven.subject)
    person_id, provided = found
    if ways.roles:
        person, posts = Person(person_id, provided.granted), ways.version
    else:
        person = desk.services.people.get(person_id) or Person(person_id)
        posts = person.version(day)
    return _come_in(desk, person, Session(person_id, posts, ways.way, now, now, provided), to)


def _come_in(desk: Desk, person: Person, session: Session, to: str) -> Response:
    """Begin a *session*, and lead the *person* on *to* a page.

    Without a post: 403, and no session. Crash before the old session is ended: it goes on until its
    end, in no browser.
    """
    services, (_, day) = desk.services, _now(desk)
    if not person.callers(day):
        return no_post(desk)
    token = services.sessions.begin(session)
    if old := read_cookie(desk.request.headers, desk.cookie()):
        services.sessions.end(old)
    answer = set_cookie(desk.to(local_path(to).lstrip("/")), desk.cookie(), token)
    return set_cookie(answer, desk.cookie(_FORM), "", 0)


def _now(desk: Desk) -> tuple[datetime, date]:
    """Return the time of the wall clock, and the local day."""
    now = desk.services.wall()
    return now, now.astimezone(desk.services.profile().zone).date()


def no_post(desk: Desk, subject: str = "") -> Response:
    """Answer 403 to somebody who has no post: whom to ask, and by which *subject* he is known."""
    telemetry.count(telemetry.ACCESS_DENIED)
    values = {"contact": desk.services.ways.current().contact, "subject": subject}
    return desk.page(FOLDER, "no_post", values, 403)


def provider_of(desk: Desk, ways: Ways) -> Provider:
    """Return the identity provider of this stage."""
    if ways.way == "wecom":
        secret = desk.services.sign_in_secret.client()
        return WecomProvider(ways, secret, desk.services.issuers.wecom, _callback(desk))
    return oidc_of(desk, ways)


def oidc_of(desk: Desk, ways: Ways) -> OidcProvider:
    """Return the issuer of OpenID Connect of this stage."""
    secret = desk.services.sign_in_secret.client()
    return OidcProvider(ways, secret, desk.services.issuers, _callback(desk))


def _callback(desk: Desk) -> str:
    return desk.address("signin/callback")


def _refused(status: int, word: str, **fields: str) -> Rejected:
    from chalicelib.desk.frame import desk_words

    zh, en = (desk_words(language, FOLDER)[word].format(**fields) for language in ("zh", "en"))
    return Rejected(status, zh=zh, en=en)


def _mark(desk: Desk, digest: str) -> str:
    """Return the mark of a browser in which the name of *digest* signed in before; else empty."""
    mark = read_cookie(desk.request.headers, desk.cookie(_KNOWN))
    random, _, tag = mark.partition(".")
    is_ours = hmac.compare_digest(tag.encode(), _tag(desk, digest, random).encode())
    return mark if is_ours else ""


def _new_mark(desk: Desk, digest: str) -> str:
    random = secrets.token_hex(_TOKEN_BYTES)
    return f"{random}.{_tag(desk, digest, random)}"


def _tag(desk: Desk, digest: str, random: str) -> str:
    return desk.services.logins.digest("known", f"{digest}/{random}")


def _network(request: Any) -> str:
    """Return where a request comes from: an address of IPv4, the half of one of IPv6."""
    source = str(((request.context or {}).get("identity") or {}).get("sourceIp") or "")
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, 64 if address.version == 6 else 32), strict=False))  # noqa: PLR2004
