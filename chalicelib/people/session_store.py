"""Sessions in the table of sign-in, by the digest of their token.

    SESSION/<SHA-256 of the token>   the session; DynamoDB removes it after its end (`ttl`)

The token itself is in the cookie alone, so whoever reads the table can take over nobody's session.
"""

import secrets
from datetime import datetime

from msgspec import json as msgjson
from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.people.person import Person
from chalicelib.people.session import LONGEST, SEEN_EVERY, Session, digest_of
from chalicelib.plumbing.table import Table

_PK = "SESSION"


class SignInItem(Table):
    """One document under its two-part key; *ttl* is the POSIX second after which it may go."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()
    ttl = NumberAttribute(null=True)


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(self, table: str) -> None:
        self._items = SignInItem.named(table)

    def begin(self, person: Person, posts: str, way: str, now: datetime) -> str:
        """Save a new session, and return its token, which is never one that a browser brought.

        Crash after the write: a session that nobody has the token of; it ends by itself.
        """
        token = secrets.token_urlsafe(32)
        self._save(token, Session(person.id, posts, way, now, now))
        return token

    def find(self, token: str, now: datetime) -> Session | None:
        """Return the session of *token*, if there is one that has not ended at *now*.

        That it is in use is written now and then. Crash before that: it ends a little sooner.
        """
        item = self._items.find(_PK, digest_of(token))
        session = msgjson.decode(item.body, type=Session) if item else None
        if session is None or session.is_over(now):
            return None
        if now - session.seen_at < SEEN_EVERY:
            return session
        seen = replace(session, seen_at=now)
        # Only where it is still there: a sign-out at this moment must stay one.
        return seen if self._item(token, seen).save_if(self._items.pk.exists()) else None

    def end(self, token: str) -> None:
        """End the session of *token*. Crash before the write: it goes on until its end."""
        self._items(_PK, digest_of(token)).delete()

    def _save(self, token: str, session: Session) -> None:
        self._item(token, session).save()

    def _item(self, token: str, session: Session) -> SignInItem:
        until = session.began_at + LONGEST
        body = msgjson.encode(session).decode()
        return self._items(_PK, digest_of(token), body=body, ttl=int(until.timestamp()))
