"""An assertion (WebAuthn Level 2, section 7.2): a passkey's answer to one challenge.

Pure. What is checked is all that a stranger can check: the answer is to this challenge, was given
on one of our own pages, by somebody whom the device had just verified, under this key. The counter
of an authenticator is not looked at: synced passkeys have none, and the act names one state of one
card anyway. `clientDataJSON` stays as it came: its form is the browser's.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal, NoReturn

from msgspec import Struct

from chalicelib.errors import Rejected
from chalicelib.people.person_key import PersonKey, base64url, unbase64url

Cause = Literal[
    "form",
    "type",
    "challenge",
    "origin",
    "cross_origin",
    "rp",
    "present",
    "verified",
    "signature",
    "act",
    "time",
    "key",
    "attestation",
    "device",
]
_FLAGS_AT, _HEAD = 32, 37  # of authenticator data: the flags; the hash, the flags and the counter
_PRESENT, _VERIFIED, _CAN_BACK_UP, _BACKED_UP = 0x01, 0x04, 0x08, 0x10
_ATTESTED, _EXTENDED = 0x40, 0x80
MOST: Mapping[str, int] = {"authenticatorData": 512, "clientDataJSON": 2048, "signature": 96}
"""How many characters of base64url each part of an assertion may have."""

_WORDS: Mapping[Cause, tuple[str, str]] = {
    "form": ("不是通行密钥的签名，或者过长", "it is no assertion of a passkey, or too long"),
    "type": ("不是签名（webauthn.get）", "it is not of the type webauthn.get"),
    "challenge": ("签的是另一内容", "it was made for another challenge"),
    "origin": ("不是在本系统的网页上签的", "it was made on a page of another origin"),
    "cross_origin": ("是在别的网页内嵌签的", "it was made inside a page of another origin"),
    "rp": ("是另一网站的通行密钥签的", "it is of the passkey of another site"),
    "present": ("签名时无人在场", "nobody was present"),
    "verified": (
        "设备没有核实本人（指纹、面容或者 PIN）",
        "the device did not verify the person (fingerprint, face or PIN)",
    ),
    "signature": ("签名与公钥不符", "the signature is not one under this key"),
    "act": ("所签的不是规范的办理内容", "what was signed is not an act as it is written"),
    "time": (
        "签名已过时，请刷新页面后重新签名（五分钟内有效）",
        "it is too old: load the page again and sign anew (it holds for five minutes)",
    ),
    "key": (
        "没有这把已登记的通行密钥，或者它已注销",
        "there is no enrolled passkey with this key, or it was revoked",
    ),
    "attestation": (
        "设备对新密钥的证明不成立，或者不是 none、packed 格式",
        "what the device says for the new key does not hold, or is neither none nor packed",
    ),
    "device": (
        "本地监察规则没有把这种设备列为此角色可用的（[acts] devices）",
        "the profile here does not list this kind of device for the role ([acts] devices)",
    ),
}


class NotSigned(Rejected):
    """The signature does not hold; *cause* says which check failed first."""

    def __init__(self, cause: Cause) -> None:
        zh, en = _WORDS[cause]
        super().__init__(422, zh=f"signature：{zh}。", en=f"signature: {en}", field="signature")
        self.cause = cause


class RelyingParty(Struct, frozen=True):
    """For whom a passkey is: the host name *id*, fixed for ever, and the *origins* of its pages."""

    id: str
    origins: tuple[str, ...]


class Assertion(Struct, frozen=True):
    """What a passkey gave: the signature is of *authenticator_data* and a digest of the rest."""

    authenticator_data: bytes
    client_data: bytes
    signature: bytes

    def document(self) -> dict[str, str]:
        """Return it as JSON, by the names that browsers give the parts."""
        return {
            "authenticatorData": base64url(self.authenticator_data),
            "clientDataJSON": base64url(self.client_data),
            "signature": base64url(self.signature),
        }

    @property
    def signed_bytes(self) -> bytes:
        """The bytes that were signed."""
        return self.authenticator_data + hashlib.sha256(self.client_data).digest()


def read_assertion(parts: Mapping[str, object]) -> Assertion:
    """Read an assertion from its three *parts* in base64url. Raises NotSigned."""
    raw: dict[str, bytes] = {}
    for name, most in MOST.items():
        text = parts.get(name)
        if not isinstance(text, str):
            raise NotSigned("form")
        try:
            raw[name] = unbase64url(text, most)
        except ValueError as error:
            raise NotSigned("form") from error
    return Assertion(raw["authenticatorData"], raw["clientDataJSON"], raw["signature"])


def check_assertion(
    challenge: bytes, assertion: Assertion, key: PersonKey, party: RelyingParty
) -> None:
    """Check that *key* answered *challenge* on a page of *party*. Raises NotSigned."""
    check_client_data(assertion.client_data, "webauthn.get", challenge, party)
    _check_authenticator(assertion.authenticator_data, party)
    if not key.has_signed(assertion.signed_bytes, assertion.signature):
        raise NotSigned("signature")


def check_client_data(raw: bytes, kind: str, challenge: bytes, party: RelyingParty) -> None:
    """Check what the browser says of the page and the challenge. Raises NotSigned."""
    data = _read_object(raw)
    if data.get("type") != kind:
        raise NotSigned("type")
    if data.get("challenge") != base64url(challenge):
        raise NotSigned("challenge")
    if data.get("origin") not in party.origins:
        raise NotSigned("origin")
    if data.get("crossOrigin", False) is not False or "topOrigin" in data:
        raise NotSigned("cross_origin")


def check_flags(data: bytes, party: RelyingParty) -> int:
    """Check of which site authenticator data are, and the person; return the flags."""
    if len(data) < _HEAD:
        raise NotSigned("form")
    if data[:_FLAGS_AT] != hashlib.sha256(party.id.encode()).digest():
        raise NotSigned("rp")
    flags = data[_FLAGS_AT]
    if not flags & _PRESENT:
        raise NotSigned("present")
    if not flags & _VERIFIED:
        raise NotSigned("verified")
    if flags & _BACKED_UP and not flags & _CAN_BACK_UP:
        raise NotSigned("form")
    return flags


def _check_authenticator(data: bytes, party: RelyingParty) -> None:
    flags = check_flags(data, party)
    if flags & _ATTESTED or bool(flags & _EXTENDED) == (len(data) == _HEAD):
        raise NotSigned("form")


def _read_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object in *raw*; no name stands there twice. Raises NotSigned."""
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotSigned("form") from error
    if not isinstance(value, dict):
        raise NotSigned("form")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands there twice")
    return dict(pairs)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
