"""The identity provider's way to end sessions here: OpenID Connect Back-Channel Logout 1.0.

The provider itself sends a signed token, no browser. Whoever sends another one learns nothing.
"""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.desk.answering import Desk
from chalicelib.desk.sign_in.entering import oidc_of
from chalicelib.desk.sign_in.provider import NotProven, OutOfReach
from chalicelib.desk.sign_in.recognising import marks_of
from chalicelib.desk.signed_in import FORM, read_fields
from chalicelib.errors import Rejected
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import current_services

blueprint = Blueprint(__name__)


@blueprint.route("/signin/backchannel", methods=["POST"], content_types=[FORM])
def end_from_issuer() -> Response:
    """End the sessions of a session, or of a subject, of the identity provider."""
    desk = Desk(current_services(), blueprint.current_request, None)
    try:
        token = read_fields(desk.request).get("logout_token", "")
        ended = _end(desk, token)
    except (NotProven, OutOfReach, Rejected) as error:
        telemetry.logger.warning("no sessions ended for the issuer", reason=str(error))
        return _answer(400)
    telemetry.logger.info("sessions ended for the issuer", ended=ended)
    return _answer(200)


def _end(desk: Desk, token: str) -> int:
    """End what *token* means, and return how many sessions that were.

    A token counts once. Crash before it is remembered: the provider sends it again, and it ends
    what it has not ended yet.
    """
    services, ways = desk.services, desk.services.ways.current()
    logout = oidc_of(desk, ways).ended(token, services.wall())
    jti = services.logins.digest("issuer/jti", f"{ways.issuer}\n{logout.jti}")
    if not services.sessions.is_new_logout(jti):
        return 0
    marks = marks_of(services, ways.issuer, logout.session, logout.subject)
    ended = services.sessions.end_marked(marks, services.wall())
    services.sessions.keep_logout(jti, logout.until)
    return ended


def _answer(status: int) -> Response:
    headers: dict[str, Any] = {"Cache-Control": "no-store"}
    return Response(body="", status_code=status, headers=headers)
