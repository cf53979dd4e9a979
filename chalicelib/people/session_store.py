"""Sessions in the table of sign-in, by the digest of their token.

    SESSION/<SHA-256 of the token>          the session; DynamoDB removes it after its end (`ttl`)
    <p_…>/SESSION/<SHA-256 of the token>    the same, for the list of a person's own sessions
    MARK/<keyed digest>                     the person who has sessions of that session, or of that
                                            subject, of the identity provider
    LOGOUT/<keyed digest of a `jti`>        a message of the provider that ended sessions

The token itself is in the cookie alone, so whoever reads the table can take over nobody's session.
"""

import secrets
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from operator import attrgetter

from msgspec import json as msgjson
from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.people.session import LONGEST, SEEN_EVERY, Session, digest_of
from chalicelib.plumbing.table import Table, is_written

_PK, _MARK, _LOGOUT = "SESSION", "MARK", "LOGOUT"


class SignInItem(Table):
    """One document under its two-part key; *ttl* is the POSIX second after which it may go."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()
    ttl = NumberAttribute(null=True)

    def delete_if_there(self) -> bool:
        """Delete the item; False where another one did so before."""
        return is_written(partial(self.delete, condition=type(self).pk.exists()))


class Sessions:
    """Begins, finds, lists and ends sessions."""

    def __init__(self, table: str) -> None:
        self._items = SignInItem.named(table)

    def begin(self, session: Session) -> str:
        """Save a new *session*, and return its token, which is never one that a browser brought.

        Whom the provider means by the same marks is one person: sessions that he has under another
        id end. Crash between the writes: a line in the person's list without a session, or marks
        that lead to none; they end by themselves.
        """
        token = secrets.token_urlsafe(32)
        for item in self._marks(session):
            there = self._items.find(_MARK, item.sk)
            if there and there.body != session.person:
                self.end_marked((item.sk,), session.began_at)
            item.save()
        self._pointer(digest_of(token), session).save()
        self._item(digest_of(token), session).save()
        return token

    def find(self, token: str, now: datetime) -> Session | None:
        """Return the session of *token*, if there is one that has not ended at *now*.

        That it is in use is written now and then. Crash before that: it ends a little sooner.
        """
        digest = digest_of(token)
        session = self._read(digest)
        if session is None or session.is_over(now):
            return None
        if now - session.seen_at < SEEN_EVERY:
            return session
        seen = replace(session, seen_at=now)
        # Only where it is still there: a sign-out at this moment must stay one.
        return seen if self._item(digest, seen).save_if(self._items.pk.exists()) else None

    def of_person(self, person: str, now: datetime) -> Iterator[tuple[str, Session]]:
        """Yield the sessions of *person* that have not ended, each by the digest of its token.

        Two requests, for as many as a hundred.
        """
        lines = self._items.query(
            person, self._items.sk.startswith(f"{_PK}/"), consistent_read=True
        )
        keys = [(_PK, line.sk.partition("/")[2]) for line in lines]
        for item in sorted(self._items.batch_get(keys, consistent_read=True), key=attrgetter("sk")):
            session = msgjson.decode(item.body, type=Session)
            if not session.is_over(now):
                yield item.sk, session

    def end(self, token: str) -> None:
        """End the session of *token*. Crash before the write: it goes on until its end."""
        digest = digest_of(token)
        if session := self._read(digest):
            self._delete(session.person, digest)

    def end_of_person(self, person: str, digest: str) -> bool:
        """End the session of that *digest*; False where *person* has none such."""
        session = self._read(digest)
        if session is None or session.person != person:
            return False
        self._delete(person, digest)
        return True

    def end_all(self, person: str, now: datetime) -> int:
        """End all sessions of *person*, and return their number."""
        digests = [digest for digest, _ in self.of_person(person, now)]
        for digest in digests:
            self._delete(person, digest)
        return len(digests)

    def end_marked(self, marks: Collection[str], now: datetime) -> int:
        """End the sessions that have all these *marks*, or no others; return their number.

        One that began without the name of a session at the provider has that of its subject alone.
        Crash between two: the rest goes on; the provider asks again, or they end by themselves.
        """
        ended, meant = 0, {*marks}
        items = (self._items.find(_MARK, mark) for mark in sorted(meant))
        for person in {item.body for item in items if item}:
            for digest, session in list(self.of_person(person, now)):
                own = {*session.provided.marks}
                if own and (meant <= own or own <= meant):
                    self._delete(person, digest)
                    ended += 1
        return ended

    def is_new_logout(self, jti: str) -> bool:
        """Return whether nothing was ended yet by the message of this keyed digest."""
        return self._items.find(_LOGOUT, jti) is None

    def keep_logout(self, jti: str, until: datetime) -> None:
        """Remember a message to end sessions, until nobody would believe it any more."""
        self._items(_LOGOUT, jti, body="{}", ttl=int(until.timestamp())).save()

    def _delete(self, person: str, digest: str) -> None:
        """End a session. Crash between the writes: it has ended, and its line goes by itself."""
        self._items(_PK, digest).delete()
        self._items(person, f"{_PK}/{digest}").delete()

    def _read(self, digest: str) -> Session | None:
        item = self._items.find(_PK, digest)
        return msgjson.decode(item.body, type=Session) if item else None

    def _item(self, digest: str, session: Session) -> SignInItem:
        until = session.began_at + LONGEST
        body = msgjson.encode(session).decode()
        return self._items(_PK, digest, body=body, ttl=int(until.timestamp()))

    def _pointer(self, digest: str, session: Session) -> SignInItem:
        until = int((session.began_at + LONGEST).timestamp())
        return self._items(session.person, f"{_PK}/{digest}", body="{}", ttl=until)

    def _marks(self, session: Session) -> Iterator[SignInItem]:
        until = int((session.began_at + LONGEST).timestamp())
        for mark in session.provided.marks:
            yield self._items(_MARK, mark, body=session.person, ttl=until)
