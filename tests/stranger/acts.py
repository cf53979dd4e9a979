"""A stranger checks an act that a person signed: from the leaves and the disclosures of one.

By the text of WebAuthn (Level 2, section 7.2) and docs/log.md alone: hashes, and a signature.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tests.stranger.untrue import Untrue, require

_PARTS = ("act", "authenticatorData", "clientDataJSON", "signature")
_PRESENT, _VERIFIED = 1, 4


def check_act(leaves: Sequence[bytes], index: int, disclosed: Sequence[str]) -> dict[str, Any]:
    """Check what is *disclosed* of leaf *index* against the *leaves* before; return the act."""
    leaf = json.loads(leaves[index])
    opened = dict(_open(leaf, text) for text in disclosed)
    act_text, *parts = (opened.get(f"assertion.{name}", "") for name in _PARTS)
    data, client, signature = map(_raw, parts)
    enrolled = _enrolled([json.loads(each) for each in leaves[:index]], leaf["signed"])
    said = json.loads(client)
    challenge = hashlib.sha256(b"duban/act/v1\n" + act_text.encode()).digest()
    require(said["type"] == "webauthn.get", "it is no assertion")
    require(said["challenge"] == _text(challenge), "it was made for another act")
    require(said["origin"] in enrolled["origins"], "it was made on another page")
    require(not said.get("crossOrigin") and "topOrigin" not in said, "made inside another page")
    host = hashlib.sha256(enrolled["rp"].encode()).digest()
    require(data[:32] == host, "it is of another site")
    require(data[32] & _PRESENT > 0 and data[32] & _VERIFIED > 0, "nobody was verified")
    _verify(enrolled, data + hashlib.sha256(client).digest(), signature)
    act: dict[str, Any] = json.loads(act_text)
    require(act["by"] == enrolled["person"], "signed by another")
    require(act["role"] == enrolled["role"] == leaf["data"]["role"], "in another role")
    require(act["seen"]["size"] <= index, "the log was not so long")
    names = {json.loads(each).get("own", "") for each in _of_case(leaves, leaf["case"])}
    is_named = f"duban:card/{act.get('card')}" in names or act.get("case") == leaf["case"]
    require(is_named, "about another card")
    before = [json.loads(each)["key"] for each in _of_case(leaves[:index], leaf["case"])]
    require(act["after"] in before, "in another state")
    if "text" in opened and act.get("text"):
        salted = _raw(opened["assertion.salt"]) + opened["text"].encode()
        require(_text(hashlib.sha256(salted).digest()) == act["text"], "other words")
    return act


def _of_case(leaves: Sequence[bytes], case: str) -> list[bytes]:
    return [each for each in leaves if json.loads(each)["case"] == case]


def _open(leaf: dict[str, Any], text: str) -> tuple[str, Any]:
    digest = _text(hashlib.sha256(text.encode("ascii")).digest())
    require(digest in leaf["d"], "the log does not commit to it")
    _, name, value = json.loads(_raw(text))
    return name, value


def _enrolled(before: Sequence[dict[str, Any]], key: str) -> dict[str, Any]:
    """Return what the log stated of *key*, which was not revoked since."""
    found: dict[str, Any] = {}
    for leaf in before:
        if leaf["data"].get("key") != key:
            continue
        if leaf["k"] == "person.enrolled":
            found = leaf["data"]
        if leaf["k"] == "person.key_revoked":
            found = {}
    require(bool(found), "the key was not enrolled then")
    require(_text(hashlib.sha256(_raw(found["public"])).digest()) == key, "it is another key")
    return found


def _verify(enrolled: dict[str, Any], message: bytes, signature: bytes) -> None:
    key = load_der_public_key(_raw(enrolled["public"]))
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        elif isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, message, ECDSA(SHA256()))
        else:
            raise Untrue("a key of an unknown kind")
    except InvalidSignature as error:
        raise Untrue("the signature is wrong") from error


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
