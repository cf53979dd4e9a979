"""The way in and out: `/signin`, its callback and invitations, `/signout`, and one's own sessions.

`GET /signin?to=` shows the form of local users and the link to the identity provider, or leads
there at once where no local user is admitted. `POST /signin` takes a name and a password.
"""

import secrets
from datetime import tzinfo
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.desk.answering import (
    Desk,
    desk_page,
    open_page,
    page_and_form,
    redirect,
    set_cookie,
)
from chalicelib.desk.passkeys.own import passkey_values, take_step
from chalicelib.desk.posts_view import post_rows
from chalicelib.desk.sign_in.entering import (
    BEGUN,
    FOLDER,
    check_password,
    come_in_by_password,
    come_in_from_issuer,
    page_with_form,
    provider_of,
    read_form_before,
)
from chalicelib.desk.sign_in.local_path import local_path
from chalicelib.desk.sign_in.provider import NotProven, OutOfReach
from chalicelib.desk.sign_in.sealed import GOOD_FOR, Begun, seal, unseal
from chalicelib.desk.signed_in import FORM, NotSignedIn, read_cookie, read_form, signed_in
from chalicelib.errors import Rejected
from chalicelib.instant import local
from chalicelib.people.password import must_be_good
from chalicelib.people.session import Session, digest_of
from chalicelib.people.ways import LOCAL, Ways
from chalicelib.plumbing import telemetry

_SEAL = "sign-in/begun"

blueprint = Blueprint(__name__)


@page_and_form(blueprint, "/signin")
@open_page
def signin(desk: Desk) -> Response:
    """Show the ways in, or take a name and a password."""
    if desk.request.method == "POST":
        return _take_password(desk)
    ways, to = desk.services.ways.current(), local_path(desk.query.get("to"))
    is_asked = desk.query.get("way") == "issuer" or not ways.has_local
    if ways.issuer and is_asked and "set" not in desk.query:
        return _lead_to_issuer(desk, ways, to)
    return _show_ways(desk, ways, to)


@blueprint.route("/signin/callback", methods=["GET"])
@open_page
def callback(desk: Desk) -> Response:
    """Let in whom the identity provider sends back, in the browser that it began in."""
    services, now = desk.services, desk.services.wall()
    sealed = read_cookie(desk.request.headers, desk.cookie(BEGUN))
    begun = unseal(sealed, services.sign_in_secret.key(_SEAL), now) if sealed else None
    ways = services.ways.current()
    if begun is None or not _is_same(desk.query.get("state", ""), begun.state) or not ways.issuer:
        return _failed(desk, "failed_expired", 400)
    try:
        proven = provider_of(desk, ways).who(begun, desk.query, now)
    except NotProven as error:
        telemetry.count(telemetry.SIGN_INS_REFUSED)
        telemetry.logger.warning("sign-in not proven", reason=error.reason)
        answer = _failed(desk, "failed_refused", 400, begun.to)
    except OutOfReach as error:
        telemetry.logger.warning("identity provider out of reach", reason=str(error))
        answer = _failed(desk, "failed_away", 503, begun.to)
    else:
        # Crash after a session began: nobody has its token; it ends by itself.
        answer = come_in_from_issuer(desk, ways, proven, begun.to)
    return set_cookie(answer, desk.cookie(BEGUN), "", 0)


@page_and_form(blueprint, "/signin/invitation")
@open_page
def invitation(desk: Desk) -> Response:
    """Show the form for a first password, or set it."""
    services, now = desk.services, desk.services.wall()
    is_form = desk.request.method == "POST"
    form = read_form_before(desk) if is_form else dict(desk.query)
    code, ways = form.get("code", ""), services.ways.current()
    if not ways.has_local or services.logins.invitation(code, now) is None:
        return _failed(desk, "invitation_over", 403)
    if not is_form:
        return page_with_form(desk, "invitation", {"code": code, "problem": ""})
    try:
        must_be_good(form.get("password", ""))
        _must_agree(form)
    except Rejected as refusal:
        values = {"code": code, "problem": refusal.line(desk.language)}
        return page_with_form(desk, "invitation", values, refusal.status)
    person = services.logins.accept(code, form["password"], now)
    if person is None:
        return _failed(desk, "invitation_over", 403)
    # Crash here: sessions from before the new password go on until their end.
    services.sessions.end_all(person, now)
    return desk.to("signin?set=1")


@blueprint.route("/signout", methods=["POST"], content_types=[FORM])
@open_page
def signout(desk: Desk) -> Response:
    """End the session, and tell how to leave the identity provider too."""
    services, way = desk.services, ""
    try:
        who = signed_in(services, desk.request)
    except NotSignedIn:
        pass  # it ended by itself, or was ended elsewhere: there is nothing to end
    else:
        read_form(services, desk.request, who)
        way = who.session.way
        services.sessions.end(who.token)
    out = "" if way in ("", LOCAL) else _way_out(desk, services.ways.current())
    answer = desk.page(FOLDER, "left", {"way_out": out})
    return set_cookie(answer, desk.cookie(), "", 0)


@page_and_form(blueprint, "/desk/settings")
@desk_page
def settings(desk: Desk) -> Response:
    """Show the own posts, where the person is signed in, and his passkeys; end one."""
    services, who, now = desk.services, desk.who, desk.services.wall()
    own = digest_of(who.token)
    mine = list(services.sessions.of_person(who.person.id, now))
    if desk.request.method == "GET":
        zone = services.profile().zone
        rows = [_row(digest, session, own, zone) for digest, session in mine]
        posts = post_rows(who.person, who.day, services.item_names.current())
        values = {"sessions": rows, "posts": posts, **passkey_values(desk)}
        return desk.page(FOLDER, "settings", values)
    form = read_form(services, desk.request, who)
    if "step" in form:
        take_step(desk, form)
        return desk.to("desk/settings")
    wanted = form.get("session", "")
    ended = [digest for digest, _ in mine if digest != own and wanted in (digest, "others")]
    for digest in ended:  # crash between two: the rest goes on; the same form again ends it
        services.sessions.end_of_person(who.person.id, digest)
    return desk.to("desk/settings")


def _show_ways(
    desk: Desk, ways: Ways, to: str, refusal: Rejected | None = None, name: str = ""
) -> Response:
    values = {
        "to": to,
        "name": name,
        "problem": refusal.line(desk.language) if refusal else "",
        "was_set": "set" in desk.query,
        "has_local": ways.has_local,
        "has_issuer": bool(ways.issuer),
    }
    return page_with_form(desk, "signin", values, refusal.status if refusal else 200)


def _take_password(desk: Desk) -> Response:
    form, ways = read_form_before(desk), desk.services.ways.current()
    to, name = local_path(form.get("to")), form.get("name", "")
    if not ways.has_local:
        raise Rejected(403, zh="本站不用登录名和密码登录。", en="this site has no passwords")
    try:
        person, mark = check_password(desk, name, form.get("password", ""))
    except Rejected as refusal:
        return _show_ways(desk, ways, to, refusal, name)
    return come_in_by_password(desk, person, to, mark)


def _lead_to_issuer(desk: Desk, ways: Ways, to: str) -> Response:
    state = secrets.token_hex(32)  # letters and digits alone: no provider takes fewer
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    begun = Begun(state, nonce, verifier, to, desk.services.wall())
    try:
        address = provider_of(desk, ways).where(begun)
    except OutOfReach as error:
        telemetry.logger.warning("identity provider out of reach", reason=str(error))
        return _failed(desk, "failed_away", 503, to)
    sealed = seal(begun, desk.services.sign_in_secret.key(_SEAL))
    seconds = int(GOOD_FOR.total_seconds())
    return set_cookie(redirect(address), desk.cookie(BEGUN), sealed, seconds)


def _way_out(desk: Desk, ways: Ways) -> str:
    """Return where one leaves the identity provider; empty: it has no such place, or sleeps."""
    try:
        return provider_of(desk, ways).way_out() if ways.issuer else ""
    except OutOfReach:
        return ""


def _failed(desk: Desk, word: str, status: int, to: str = "/desk") -> Response:
    from chalicelib.desk.frame import desk_words

    problem = desk_words(desk.language, FOLDER)[word]
    return desk.page(FOLDER, "failed", {"problem": problem, "to": to}, status)


def _must_agree(form: dict[str, str]) -> None:
    if form.get("again") != form.get("password"):
        from chalicelib.desk.frame import desk_words

        words = [desk_words(language, FOLDER)["invitation_differ"] for language in ("zh", "en")]
        raise Rejected(422, zh=words[0], en=words[1], field="again")


def _is_same(text: str, other: str) -> bool:
    return secrets.compare_digest(text.encode(), other.encode())


def _row(digest: str, session: Session, own: str, zone: tzinfo) -> dict[str, Any]:
    return {
        "digest": digest,
        "began": local(session.began_at, zone),
        "seen": local(session.seen_at, zone),
        "way": session.way,
        "is_this": digest == own,
    }
