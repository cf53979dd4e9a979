"""A session (会话): who signed in, since when, and until when that counts.

Pure. It ends after half an hour without a request and eight hours after it began, at sign-out, and
when the person's posts change. Instants are those of the wall clock.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from msgspec import Struct

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=5)  # how often it is written that a session is in use


class Session(Struct, frozen=True):
    """The *person* who signed in by *way* (`local`, `oidc`); *posts* is `Person.version` then."""

    person: str
    posts: str
    way: str
    began_at: datetime
    seen_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Return whether it has ended by itself at *now*."""
        return now >= self.ends_at

    @property
    def ends_at(self) -> datetime:
        """When it ends, if nothing more comes."""
        return min(self.seen_at + IDLE, self.began_at + LONGEST)


def digest_of(token: str) -> str:
    """Return what the table keeps of a *token*, which has 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(token: str) -> str:
    """Return what each form of the session carries, so that no other site can send one (CSRF)."""
    return hmac.digest(token.encode(), b"duban/form/v1", hashlib.sha256).hex()


def is_form_token(text: str, token: str) -> bool:
    """Return whether a form has the token of this session."""
    return hmac.compare_digest(text.encode(), form_token(token).encode())
