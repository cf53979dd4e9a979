"""A session (会话): who signed in, since when, and until when that counts.

Pure. It ends after half an hour without a request and eight hours after it began, at sign-out, and
when the person's posts change, or which claims give rights. Instants are those of the wall clock.
"""

import hashlib
import hmac
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.people.caller import Caller
from chalicelib.people.person import Appointment, Person

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=5)  # how often it is written that a session is in use


class Provided(Struct, frozen=True, omit_defaults=True):
    """What the identity provider said when a session began.

    *granted* are the rights by its claims, in the form of posts. *also* are other ids of the same
    person. *marks* are keyed digests of his session and subject there, by which it can end this.
    """

    granted: tuple[Appointment, ...] = ()
    also: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


NOTHING = Provided()


class Session(Struct, frozen=True, omit_defaults=True):
    """The *person* who signed in by *way* (`local`, `oidc`, `wecom`); *posts* is what it rests on.

    That is `Person.version` then, or of a session by claims `Ways.version`.
    """

    person: str
    posts: str
    way: str
    began_at: datetime
    seen_at: datetime
    provided: Provided = NOTHING

    def is_over(self, now: datetime) -> bool:
        """Return whether it has ended by itself at *now*."""
        return now >= self.ends_at

    @property
    def ends_at(self) -> datetime:
        """When it ends, if nothing more comes."""
        return min(self.seen_at + IDLE, self.began_at + LONGEST)

    def acting(self, stored: Person | None, day: date) -> tuple[Person, tuple[Caller, ...]] | None:
        """Return the person with his posts, and the callers that he may be; None: they changed.

        *stored* are the posts on record. Of a session by claims these give no right, and yet he
        keeps out of their departments.
        """
        if not self.provided.granted:
            is_same = stored is not None and stored.version(day) == self.posts
            person = stored if is_same else None
        else:
            person = Person(self.person, self.provided.granted)
        if person is None:
            return None
        held = [each for each in (person, stored) if each]
        own = tuple(sorted({name for each in held for name in each.posted_in(day)}))
        at = tuple(sorted({place for each in held for place in each.posted_at(day)}))
        return person, tuple(
            replace(each, posted_in=own, posted_at=at, also=self.provided.also)
            for each in person.callers(day)
        )


def digest_of(token: str) -> str:
    """Return what the table keeps of a *token*, which has 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(token: str) -> str:
    """Return what each form of the session carries, so that no other site can send one (CSRF)."""
    return hmac.digest(token.encode(), b"duban/form/v1", hashlib.sha256).hex()


def is_form_token(text: str, token: str) -> bool:
    """Return whether a form has the token of this session."""
    return hmac.compare_digest(text.encode(), form_token(token).encode())
