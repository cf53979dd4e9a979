"""A request that a source signed with its own key (v1a), kept so that anybody can check it later.

Ed25519 signs the very bytes, so a check needs all of them. The body is kept with each event that it
reports, among the private data of the case: whoever may see it can check the signature, and
shredding the case destroys it. So one signed request is of one case, and is small.
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import Corrupt, Rejected
from chalicelib.intake import json_text
from chalicelib.intake.source_key import SourceKey

MAX_BYTES = 64 * 1024
MAX_EVENTS = 10
FIELD = "signature"  # of the private fields of a reported fact
_V1A, _BODY = "v1a", "body"


class SignedBody(Struct, frozen=True):
    """The signed bytes `message_id.timestamp.body`, and the *signature* of them in base64.

    *key* is the fingerprint of the key. *position* is that of an event in a batch, from 0 on; None
    where the body is one event.
    """

    message_id: str
    timestamp: str
    body: bytes
    signature: str
    key: str
    position: int | None = None

    @property
    def message(self) -> bytes:
        """The bytes that were signed."""
        return signed_bytes(self.message_id, self.timestamp, self.body)

    def at(self, position: int | None) -> "SignedBody":
        """Return the same request for the event at *position*."""
        return replace(self, position=position)

    def is_signed_by(self, key: SourceKey) -> bool:
        """Return whether *key* made the signature. Raises ValueError where it is not base64."""
        return key.has_signed(self.message, b64decode(self.signature, validate=True))

    def private(self) -> dict[str, object]:
        """Return it as the private field FIELD of a fact, in two parts: one has no word of it."""
        about: dict[str, object] = {
            "id": self.message_id,
            "timestamp": self.timestamp,
            "signature": self.signature,
            "sha256": hashlib.sha256(self.message).hexdigest(),
            **({} if self.position is None else {"position": self.position}),
        }
        return {_V1A: about, _BODY: self.body.decode("utf-8")}

    def stored(self) -> str:
        """Return it as the inbox stores it."""
        return json.dumps({"key": self.key, FIELD: self.private()}, ensure_ascii=False)


def signed_bytes(message_id: str, timestamp: str, body: bytes) -> bytes:
    """Return the bytes that a source signs (Standard Webhooks): `id.timestamp.body`."""
    return f"{message_id}.{timestamp}.".encode() + body


def read_signed(stored: str) -> tuple[str, dict[str, Any]]:
    """Return the key in *stored*, and the private fields. Raises LookupError or ValueError.

    An act that a person signed is stored likewise, under a field of its own.
    """
    document = json.loads(stored)
    return document.pop("key"), document


def read_disclosed(values: Mapping[str, object], key: str) -> SignedBody | None:
    """Return the request that the disclosed *values* of a fact hold, signed by *key*.

    None where they lack the body. Raises Corrupt where they are not as `private` writes them.
    """
    about, body = values.get(f"{FIELD}.{_V1A}"), values.get(f"{FIELD}.{_BODY}")
    if body is None or about is None:
        return None
    match about:
        case {
            "id": str(message_id),
            "timestamp": str(timestamp),
            "signature": str(signature),
            "sha256": str(digest),
            **rest,
        } if isinstance(body, str):
            position = rest.get("position")
            if position is None or (type(position) is int and position >= 0):
                read = SignedBody(message_id, timestamp, body.encode(), signature, key, position)
                if hashlib.sha256(read.message).hexdigest() == digest:
                    return read
    zh = "所披露的签名与留存的形式不符"
    raise Corrupt(zh, "what is disclosed of the signature is not as it is kept")


def named_source(body: bytes) -> str:
    """Return the source of the first event in *body*, as it says itself; "" where it says none.

    Raises Rejected (413) where the body is too large to be kept.
    """
    _check_size(body)
    try:
        value = json_text.read_json(body)
    except Rejected:
        return ""
    first = value[:1] if isinstance(value, list) else [value]
    return _case(*first)[0] if first else ""


def check_bounds(signed: SignedBody) -> None:
    """Check that a signed request may be kept. Raises Rejected for the whole request.

    It holds at most MAX_BYTES; a batch at most MAX_EVENTS, all of one source and subject.
    """
    _check_size(signed.body)
    batch = json_text.read_json(signed.body)
    if not isinstance(batch, list):
        return
    cases = {_case(event) for event in batch}
    if len(batch) > MAX_EVENTS or len(cases) > 1:
        raise Rejected(
            422,
            zh=f"用自己的私钥（v1a）签名的一批最多 {MAX_EVENTS} 个事件，subject 都相同："
            "请求全文随该件保存。请按件分批报送。",
            en=f"a batch signed with a key (v1a) holds at most {MAX_EVENTS} events, all of one "
            "subject, for it is kept with that case: send one batch for each case",
            field="subject",
        )


def _check_size(body: bytes) -> None:
    if len(body) > MAX_BYTES:
        raise Rejected(
            413,
            zh=f"用自己的私钥（v1a）签名的请求最多 {MAX_BYTES // 1024} KiB，请分几次报送。",
            en=f"a request signed with a key (v1a) holds at most {MAX_BYTES // 1024} KiB: split it",
        )


def _case(event: object) -> tuple[str, str]:
    """Return the source and the subject that *event* names; "" for what it does not name."""
    names = (event.get(name) if isinstance(event, dict) else None for name in ("source", "subject"))
    source, subject = (name if isinstance(name, str) else "" for name in names)
    return source, subject
