"""How people sign in: local names with passwords, subjects of the issuer, invitations.

    LOGIN/<keyed digest of a name>       {person, password}
    SUBJECT/<keyed digest of a subject>  {person}
    INVITE/<SHA-256 of a token>          {person, login}: once, within a day
    <p_…>/<one of the keys above>        where a person's items are, so that all can go

No name and no subject is in clear here; both are personal data. The key of their digests is in a
secret: whoever reads the table alone cannot try names.
"""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec import Struct
from msgspec import json as msgjson

from chalicelib.errors import Conflict
from chalicelib.people.password import SALT_BYTES, PasswordHash, hash_password
from chalicelib.people.session import digest_of
from chalicelib.people.session_store import SignInItem

INVITED_FOR = timedelta(hours=24)
LONGEST_NAME = 64
_LOGIN, _SUBJECT, _INVITE = "LOGIN", "SUBJECT", "INVITE"
_T = TypeVar("_T")


class Login(Struct, frozen=True):
    """A local user: the *person*, and what is kept of the *password*."""

    person: str
    password: PasswordHash


class Subject(Struct, frozen=True):
    """The *person* that an issuer means by a subject."""

    person: str


class Invitation(Struct, frozen=True):
    """The *person* who may set a password, for the *login* of that digest, until *ends_at*."""

    person: str
    login: str
    ends_at: datetime


class Logins:
    """Finds people by what they sign in with. *key* gives the stage's key for a purpose."""

    def __init__(self, table: str, key: Callable[[str], bytes]) -> None:
        self._items = SignInItem.named(table)
        self._key = key

    def name_digest(self, name: str) -> str:
        """Return the digest of a local *name*; capitals, widths and blanks around do not count."""
        plain = unicodedata.normalize("NFKC", name[: 2 * LONGEST_NAME]).strip().casefold()
        return self.digest("login", plain)

    def digest(self, purpose: str, text: str) -> str:
        """Return the keyed digest of a *text* that must not be in the table."""
        key = self._key(f"sign-in/{purpose}")
        return hmac.digest(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()

    def login(self, digest: str) -> Login | None:
        """Return the local user of that name; None where nobody has it."""
        return self._find(_LOGIN, digest, Login)

    def person_of(self, issuer: str, subject: str) -> str | None:
        """Return the person that *issuer* means by *subject*; None where nobody was linked."""
        found = self._find(_SUBJECT, self._subject_digest(issuer, subject), Subject)
        return found.person if found else None

    def link(self, person: str, issuer: str, subject: str) -> None:
        """Let *person* sign in as *subject* of *issuer*. Raises Conflict where another does.

        Crash between the writes: the pointer leads nowhere; the command again writes both.
        """
        digest = self._subject_digest(issuer, subject)
        there = self._find(_SUBJECT, digest, Subject)
        if there and there.person != person:
            raise Conflict("此标识已属于另一人", "another person has this subject")
        self._point(person, _SUBJECT, digest)
        self._put(_SUBJECT, digest, Subject(person))

    def invite(self, person: str, name: str, now: datetime) -> str:
        """Return a token by which *person* may set a password once, for the local *name*.

        Raises Conflict where another person has the name. Crash between the writes: a pointer that
        leads nowhere, which DynamoDB removes after a day.
        """
        login = self.name_digest(name)
        there = self.login(login)
        if there and there.person != person:
            raise Conflict("此登录名已属于另一人", "another person has this name")
        token, until = secrets.token_urlsafe(32), now + INVITED_FOR
        digest, ttl = digest_of(token), int(until.timestamp())
        self._point(person, _INVITE, digest, ttl)
        self._put(_INVITE, digest, Invitation(person, login, until), ttl)
        return token

    def invitation(self, token: str, now: datetime) -> Invitation | None:
        """Return the invitation of *token*; None where there is none, or it was used or is over."""
        invitation = self._find(_INVITE, digest_of(token), Invitation)
        return invitation if invitation and now < invitation.ends_at else None

    def accept(self, token: str, password: str, now: datetime) -> str | None:
        """Use an invitation: set the *password*, and return the person; None where there is none.

        Of two at once one uses it. Crash after the first write: it is used up and no password is
        set; the person is invited again. An older name of the person is gone after the last write.
        """
        invitation = self.invitation(token, now)
        item = self._items(_INVITE, digest_of(token))
        if invitation is None or not item.delete_if_there():
            return None
        person, digest = invitation.person, invitation.login
        there = self.login(digest)
        if there and there.person != person:
            return None  # another one took the name meanwhile
        kept = hash_password(password, secrets.token_bytes(SALT_BYTES))
        self._point(person, _LOGIN, digest)
        self._put(_LOGIN, digest, Login(person, kept))
        for kind, other in self._pointers(person):
            if kind in (_LOGIN, _INVITE) and other != digest:
                self._remove(person, kind, other)
        return person

    def has_local(self, person: str) -> bool:
        """Return whether *person* has a password here."""
        return any(kind == _LOGIN for kind, _ in self._pointers(person))

    def kinds_of(self, person: str) -> frozenset[str]:
        """Return what *person* has here: LOGIN, SUBJECT, INVITE, SESSION."""
        return frozenset(kind for kind, _ in self._pointers(person))

    def forget(self, person: str) -> None:
        """Delete all by which *person* could sign in, and that he did: names, subjects, sessions.

        For the shredding of a person, after his posts ended. Crash: what is left is found again by
        the next call, for a pointer goes after what it leads to.
        """
        for kind, digest in list(self._pointers(person)):
            self._remove(person, kind, digest)

    def _remove(self, person: str, kind: str, digest: str) -> None:
        self._items(kind, digest).delete()
        self._items(person, f"{kind}/{digest}").delete()

    def _pointers(self, person: str) -> Iterator[tuple[str, str]]:
        for item in self._items.query(person, consistent_read=True):
            kind, _, digest = item.sk.partition("/")
            yield kind, digest

    def _point(self, person: str, kind: str, digest: str, ttl: int | None = None) -> None:
        self._items(person, f"{kind}/{digest}", body="{}", ttl=ttl).save()

    def _put(self, kind: str, digest: str, document: Struct, ttl: int | None = None) -> None:
        self._items(kind, digest, body=msgjson.encode(document).decode(), ttl=ttl).save()

    def _find(self, kind: str, digest: str, type_: type[_T]) -> _T | None:
        item = self._items.find(kind, digest)
        return msgjson.decode(item.body, type=type_) if item else None

    def _subject_digest(self, issuer: str, subject: str) -> str:
        return self.digest("subject", f"{issuer}\n{subject}")
