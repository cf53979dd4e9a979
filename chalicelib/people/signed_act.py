"""An act (办理) that a person signs with a passkey: what is signed, and the challenge made of it.

Pure. The act is canonical JSON (RFC 8785), so it has one spelling. It names one state of one card
or case: *after* is the key of the last fact that was shown. So a signature cannot be used for
another act, another card, or another moment of the same card. *seen* is the head of the log that
was shown with it: who signs is a witness of the log too. Words are in it by a salted digest.

    challenge = SHA-256("duban/act/v1" LF act)
    text      = base64url(SHA-256(salt, then the text in UTF-8)), of a salt of 16 bytes
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import rfc8785
from msgspec import DecodeError, Meta, Struct, ValidationError, json, to_builtins

from chalicelib.errors import Corrupt, Rejected
from chalicelib.instant import NoInstant, parse
from chalicelib.intake.prose import read_object
from chalicelib.people.assertion import (
    Assertion,
    NotSigned,
    RelyingParty,
    check_assertion,
    read_assertion,
)
from chalicelib.people.person import PersonId
from chalicelib.people.person_key import PersonKey, base64url, unbase64url

FIELD = "assertion"  # of the private fields of a fact
HOLDS_FOR = timedelta(minutes=5)
MOST_ACT = 2048  # bytes
SALT = 16  # bytes
_PREFIX = b"duban/act/v1\n"
_PARTS = ("authenticatorData", "clientDataJSON", "signature")
_MOST_SALT = 24  # characters

Digest = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{43}\Z")]
_Word = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,63}\Z")]
_Outcome = Annotated[str, Meta(pattern=r"\A[A-Za-z][A-Za-z0-9_-]{0,63}\Z")]
_Card = Annotated[str, Meta(pattern=r"\A[a-z0-9_]{1,64}\.[0-9]{1,9}\Z")]
_Case = Annotated[str, Meta(pattern=r"\Ac_[a-z2-7]{26}\Z")]
_FactKey = Annotated[str, Meta(pattern=r"\A[^\x00-\x1f\x7f]{1,400}\Z")]
_Root = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]{43}=\Z")]
_Number = Annotated[int, Meta(ge=0, le=10**12)]


class SeenLog(Struct, frozen=True, forbid_unknown_fields=True):
    """The log as the person was shown it: *size* entries with this *root*, in base64."""

    size: _Number
    root: _Root


class Act(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a person does: *act* about a *card*, a *case* (perhaps its *claim*), or a *key*.

    *by* is the person, in this *role*, at the instant *at*. *person* is of a key: whose it is. What
    does not apply is absent.
    """

    v: Literal[1]
    act: _Word
    by: PersonId
    role: _Word
    at: Annotated[str, Meta(max_length=40)]
    nonce: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{22}\Z")]
    seen: SeenLog
    card: _Card | None = None
    case: _Case | None = None
    claim: _Number | None = None
    key: Digest | None = None
    person: PersonId | None = None
    after: _FactKey | None = None
    outcome: _Outcome | None = None
    text: Digest | None = None

    @property
    def canonical(self) -> bytes:
        """The bytes that stand for it."""
        return rfc8785.dumps(to_builtins(self))

    @property
    def challenge(self) -> bytes:
        """What a passkey is asked to sign."""
        return hashlib.sha256(_PREFIX + self.canonical).digest()


class SignedAct(Struct, frozen=True):
    """An *act* that the key with this fingerprint signed; *salt* is that of its text, or empty."""

    act: Act
    key: str
    assertion: Assertion
    salt: bytes = b""

    def private(self) -> dict[str, object]:
        """Return it as the private field FIELD of a fact."""
        salt = {"salt": base64url(self.salt)} if self.salt else {}
        return {"act": self.act.canonical.decode(), **self.assertion.document(), **salt}

    def stored(self) -> str:
        """Return it as the inbox stores it."""
        return json.encode({"key": self.key, FIELD: self.private()}).decode()

    def has_text(self, text: str) -> bool:
        """Return whether *text* is what was signed; an empty one was signed by its absence."""
        if not text:
            return self.act.text is None
        return self.act.text is not None and digest_of_text(self.salt, text) == self.act.text

    def check(self, key: PersonKey, party: RelyingParty) -> None:
        """Check that *key* signed it, on a page of *party*. Raises NotSigned."""
        if key.fingerprint != self.key:
            raise NotSigned("key")
        check_assertion(self.act.challenge, self.assertion, key, party)


def digest_of_text(salt: bytes, text: str) -> str:
    """Return the digest by which an act holds a *text*."""
    return base64url(hashlib.sha256(salt + text.encode()).digest())


def read_act_text(text: object) -> Act:
    """Read an act in its one spelling. Raises NotSigned."""
    try:
        raw = text.encode() if isinstance(text, str) else b""
        act = json.decode(raw, type=Act) if len(raw) <= MOST_ACT else None
        if act is None or act.canonical != raw or not _is_about_one(act):
            raise NotSigned("act")
        parse(act.at)
    except (ValidationError, DecodeError, UnicodeEncodeError, NoInstant) as error:
        raise NotSigned("act") from error
    return act


def _is_about_one(act: Act) -> bool:
    """Return whether *act* is about one thing: a card, a case, or the key of a person."""
    is_of_key = act.key is not None
    if is_of_key != (act.person is not None) or (act.claim is not None and act.case is None):
        return False
    return (act.card is not None) + (act.case is not None) + is_of_key == 1


def read_signed_act(document: object) -> SignedAct:
    """Read what a page hands in: `key`, `act`, the parts of the assertion, perhaps `salt`.

    Raises NotSigned. Nothing of it is believed yet.
    """
    known = {"key", "act", "salt", *_PARTS}
    if not isinstance(document, Mapping) or not {*document} <= known:
        raise NotSigned("form")
    key, salt = document.get("key"), document.get("salt", "")
    if not isinstance(key, str) or not isinstance(salt, str):
        raise NotSigned("form")
    try:
        raw_key, raw_salt = unbase64url(key, 43), unbase64url(salt, _MOST_SALT)
    except ValueError as error:
        raise NotSigned("form") from error
    if len(raw_key) != hashlib.sha256().digest_size or len(raw_salt) not in (0, SALT):
        raise NotSigned("form")
    act = read_act_text(document.get("act"))
    if (act.text is None) != (not raw_salt):
        raise NotSigned("form")
    return SignedAct(act, key, read_assertion(document), raw_salt)


def split_signature(document: Mapping[str, Any]) -> tuple[dict[str, Any], object]:
    """Return a request's *document* without its `signature`, and that, unread; None: none."""
    rest = {name: value for name, value in document.items() if name != "signature"}
    return rest, document.get("signature")


def read_signature(body: bytes) -> SignedAct | None:
    """Return what is signed in the *body* of a request; None where nothing is. Raises Rejected."""
    signature = read_object(body).get("signature")
    return None if signature is None else read_signed_act(signature)


def read_signed_text(text: str) -> SignedAct | None:
    """Return what is signed in the field `signature` of a form; None: it is empty.

    Raises NotSigned.
    """
    if not text:
        return None
    try:
        return read_signed_act(json.decode(text.encode()))
    except (DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise NotSigned("form") from error


def read_disclosed_act(values: Mapping[str, object], key: str) -> SignedAct | None:
    """Return the act that the disclosed *values* of a fact hold, signed by *key*.

    None where they lack a part of it. Raises Corrupt where they are not as `private` writes them.
    """
    names = ("act", *_PARTS)
    parts = {name: values.get(f"{FIELD}.{name}") for name in (*names, "salt")}
    if any(parts[name] is None for name in names):
        return None
    given = {name: value for name, value in parts.items() if value is not None}
    try:
        return read_signed_act({"key": key, **given})
    except NotSigned as error:
        zh = f"所披露的签名与留存的形式不符（{error.zh}）"
        raise Corrupt(zh, f"what is disclosed of the act is not as it is kept: {error}") from error


def must_be_fresh(act: Act, now: datetime) -> None:
    """Refuse an act that was signed more than HOLDS_FOR before *now*, or after it."""
    if abs(now - parse(act.at)) > HOLDS_FOR:
        raise NotSigned("time")


def must_be(act: Act, expected: Mapping[str, Any], last: str | None) -> None:
    """Refuse an *act* that says otherwise than *expected*, or was made in another state.

    *expected* has the fields that the request asks for; *last* is the key of the last fact now,
    None where there is none.
    Raises Rejected: 422 with the name of the field, 409 where something has happened since.
    """
    for name, value in expected.items():
        if getattr(act, name) != value:
            raise Rejected(
                422,
                zh=f"signature.act.{name}：所签的与所提交的不同，请刷新页面后重新签名。",
                en=f"signature.act.{name}: what was signed is not what is asked for: load the page "
                "again and sign anew",
                field=f"signature.act.{name}",
            )
    if act.after != last:
        raise Rejected(
            409,
            zh="签名以后又有新的记录：请刷新页面，看过以后重新签名。",
            en="something was recorded since it was signed: load the page again, and sign anew",
            field="signature.act.after",
        )
