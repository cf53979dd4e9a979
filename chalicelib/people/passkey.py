"""A passkey as it is registered (WebAuthn Level 2, section 7.1), and the log's statement of it.

Pure. A registration holds the new public key, and who made the device. With the attestation `none`,
which browsers give by default, nobody has signed it. So a key is believed for what a second person
signs (四眼): the enrolment names the key, its person and role, and carries that assertion openly.
The statement holds all that a check of later acts needs: the key, the site and its pages.

The attestation is checked as far as no list of makers' roots is needed (`attestation.py`). Its
digest is stated, and what came is kept: so it can be shown, and checked against roots, later.
"""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta, Struct

from chalicelib.errors import Corrupt
from chalicelib.people.assertion import (
    NotSigned,
    RelyingParty,
    check_client_data,
    check_flags,
)
from chalicelib.people.attestation import check_attestation
from chalicelib.people.cbor import read_cbor, read_first
from chalicelib.people.person import PersonId
from chalicelib.people.person_key import (
    PersonKey,
    base64url,
    ed25519_key,
    p256_key,
    read_person_key,
    unbase64url,
)
from chalicelib.people.signed_act import Digest, SignedAct, read_signed_act
from chalicelib.schema import Defect, read_record

ENROL = "enrol"  # the act by which a second person answers for a key
MOST_ORIGINS = 4
_MOST_OBJECT, _MOST_CLIENT = 4096, 1024  # characters of base64url; fifty wait in one item
_MOST_ID = 1023  # bytes of the id of a credential
_HEAD, _AAGUID, _LENGTH = 37, 16, 2
_ATTESTED = 0x40


class NewPasskey(Struct, frozen=True):
    """A passkey that somebody has just made; *attestation* is the digest of what vouches for it.

    *registration* is what came, in base64url, by the names that browsers give the parts.
    """

    key: PersonKey
    credential_id: bytes
    aaguid: str
    attestation: str
    registration: Mapping[str, str]


def read_registration(document: object, challenge: bytes, party: RelyingParty) -> NewPasskey:
    """Read what `navigator.credentials.create` gave for *challenge*. Raises NotSigned.

    *document* has `clientDataJSON` and `attestationObject` in base64url.
    """
    if not isinstance(document, Mapping):
        raise NotSigned("form")
    client = _read_part(document, "clientDataJSON", _MOST_CLIENT)
    attested = _read_part(document, "attestationObject", _MOST_OBJECT)
    check_client_data(client, "webauthn.create", challenge, party)
    try:
        match read_cbor(attested):
            case {"fmt": str(form), "attStmt": dict(said), "authData": bytes(data), **rest} if (
                not rest
            ):
                key, credential_id, aaguid = _read_attested(data, party)
            case _:
                raise NotSigned("form")
    except Corrupt as error:
        raise NotSigned("form") from error
    check_attestation(form, said, data + hashlib.sha256(client).digest(), (key, aaguid))
    digest = base64url(hashlib.sha256(attested).digest())
    registration = {"attestationObject": base64url(attested), "clientDataJSON": base64url(client)}
    return NewPasskey(key, credential_id, aaguid.hex(), digest, registration)


def _read_part(document: Mapping[str, object], name: str, most: int) -> bytes:
    text = document.get(name)
    try:
        return unbase64url(text if isinstance(text, str) else "=", most)
    except ValueError as error:
        raise NotSigned("form") from error


def _read_attested(data: bytes, party: RelyingParty) -> tuple[PersonKey, bytes, bytes]:
    """Return key, id and AAGUID in authenticator *data*. Raises NotSigned or Corrupt."""
    begin = _HEAD + _AAGUID + _LENGTH
    if not check_flags(data, party) & _ATTESTED or len(data) < begin:
        raise NotSigned("form")
    end = begin + int.from_bytes(data[begin - _LENGTH : begin], "big")
    credential_id = data[begin:end]
    if not 0 < end - begin <= _MOST_ID or end > len(data):
        raise NotSigned("form")
    cose, at = read_first(data, end)
    if at < len(data):
        at = read_first(data, at)[1]  # the extensions, which say nothing to us
    if at != len(data):
        raise NotSigned("form")
    return _read_cose(cose), credential_id, data[_HEAD : _HEAD + _AAGUID]


def _read_cose(cose: object) -> PersonKey:
    """Return the key that COSE (RFC 9053) has in *cose*. Raises Corrupt."""
    match cose:
        case {1: 2, 3: -7, -1: 1, -2: bytes(x), -3: bytes(y), **rest} if not rest:
            return p256_key(x, y)  # EC2, ES256, P-256
        case {1: 1, 3: -8, -1: 6, -2: bytes(x), **rest} if not rest:
            return ed25519_key(x)  # OKP, EdDSA, Ed25519
    zh = "此通行密钥不是 ES256 或 Ed25519 的"
    raise Corrupt(zh, "the passkey is neither ES256 nor Ed25519")


class Enrolment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The log's statement that *key* is a passkey of *person* in *role*.

    *public* is the key itself. *rp* and *origins* are the site that it is for and its pages. *by*
    is the second person, whose passkey *by_key* made the assertion *vouched*; all three are absent
    in the ceremony (首把密钥), when no key stands yet.
    """

    person: PersonId
    role: Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,63}\Z")]
    key: Digest
    public: Annotated[str, Meta(max_length=200)]
    rp: Annotated[str, Meta(pattern=r"\A[a-z0-9.-]{1,253}\Z")]
    origins: Annotated[
        tuple[Annotated[str, Meta(pattern=r"\Ahttps?://[a-z0-9.:-]{1,260}\Z")], ...],
        Meta(min_length=1, max_length=MOST_ORIGINS),
    ]
    aaguid: Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
    attestation: Digest
    by: PersonId | None = None
    by_key: Digest | None = None
    vouched: Mapping[str, str] | None = None

    @property
    def public_key(self) -> PersonKey:
        """The key. Raises Corrupt."""
        key = read_person_key(self.public)
        if key.fingerprint != self.key:
            raise Corrupt("公钥与其指纹不符", "the key has another fingerprint than is stated")
        return key

    @property
    def party(self) -> RelyingParty:
        """The site and its pages."""
        return RelyingParty(self.rp, self.origins)

    @property
    def is_vouched(self) -> bool:
        """Return whether it names a second person."""
        return self.by is not None

    def data(self) -> dict[str, Any]:
        """Return it as the log states it."""
        names = (name for name in self.__struct_fields__ if getattr(self, name) is not None)
        data: dict[str, Any] = {name: getattr(self, name) for name in names}
        return {**data, "origins": list(self.origins)}

    def check_vouched(self, second: "Enrolment") -> SignedAct:
        """Check that the person of *second*, who is another, signed for this key.

        Return the act. Raises NotSigned and Corrupt.
        """
        if self.by == self.person or (self.by, self.by_key) != (second.person, second.key):
            raise Corrupt("须由另一人签名证明", "another person has to sign for it")
        signed = read_signed_act({**(self.vouched or {}), "key": self.by_key})
        signed.check(second.public_key, second.party)
        act = signed.act
        told = (act.act, act.key, act.person, act.outcome, act.by, act.role)
        if told != (ENROL, self.key, self.person, self.role, self.by, second.role):
            raise Corrupt("另一人签的不是这次登记", "what the other person signed is not this")
        return signed


def read_enrolment(data: Mapping[str, Any]) -> Enrolment:
    """Read a statement of a key as `Enrolment.data` writes it. Raises Corrupt."""
    try:
        enrolment = read_record(Enrolment, dict(data))
    except Defect as defect:
        zh = f"通行密钥的登记无法读取（{defect.path}：{defect.zh}）"
        en = f"the enrolment of a passkey cannot be read: {defect.path}: {defect.en}"
        raise Corrupt(zh, en) from defect
    given = {enrolment.by is None, enrolment.by_key is None, enrolment.vouched is None}
    if len(given) > 1:
        zh = "登记须写明另一人、其密钥和签名，或者都不写"
        raise Corrupt(zh, "an enrolment names a second person, his key and what he signed, or none")
    if enrolment.public_key.fingerprint != enrolment.key:
        raise Corrupt("公钥与其指纹不符", "the key has another fingerprint than is stated")
    return enrolment
