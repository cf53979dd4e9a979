"""What an identity provider's message ends: a session there, or all of a subject.

Pure. The token is signed and for us already; here it is seen that it is no ID token, and fresh.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard

from msgspec import Struct

from chalicelib.desk.sign_in.provider import NotProven

GOOD_FOR = timedelta(minutes=10)  # after `iat`, whatever `exp` says
EVENT = "http://schemas.openid.net/event/backchannel-logout"
_LONGEST = 255  # characters of a subject (OIDC Core §2), and of a session


class Logout(Struct, frozen=True):
    """A message by its id *jti*: it ends *session*, or all of *subject*; believed *until* then."""

    jti: str
    session: str
    subject: str
    until: datetime


def read_logout(claims: Mapping[str, Any], now: datetime) -> Logout:
    """Return what the *claims* of a logout token end at *now*. Raises NotProven."""
    events = claims.get("events")
    is_logout = isinstance(events, dict) and isinstance(events.get(EVENT), dict)
    if not is_logout or "nonce" in claims:
        raise NotProven("the token is no logout token")
    jti, session, subject = (claims.get(name, "") for name in ("jti", "sid", "sub"))
    named = [text for text in (session, subject) if text != ""]
    if not (is_short_text(jti) and named and all(map(is_short_text, named))):
        raise NotProven("the logout token lacks jti, or sid and sub")
    issued_at = claims.get("iat")
    if isinstance(issued_at, bool) or not isinstance(issued_at, int | float):
        raise NotProven("the logout token has no iat")
    try:
        until = datetime.fromtimestamp(issued_at, UTC) + GOOD_FOR
    except (ValueError, OverflowError, OSError) as error:
        raise NotProven("the logout token has no iat") from error
    if now >= until:
        raise NotProven("the logout token is too old")
    return Logout(jti, session, subject, until)


def is_short_text(text: Any) -> TypeGuard[str]:
    """Return whether *text* is one that a person or a session may be called by."""
    return isinstance(text, str) and 0 < len(text) <= _LONGEST and text.isprintable()
