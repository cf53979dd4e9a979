"""Disclosures and digests in the form of SD-JWT (RFC 9901 §4.2), the one way both are written here.

    disclosure = base64url(UTF-8(JSON [salt, name, value]))
    digest     = base64url(SHA-256(ASCII(disclosure)))

A digest hides because nobody can guess the salt, and binds because of SHA-256.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import NamedTuple

from chalicelib.errors import Corrupt

SALT = 16  # bytes at least: 128 bits are what a digest hides behind


class Disclosure(NamedTuple):
    """The content of a disclosure: the field *name* has this *value*."""

    name: str
    value: object


def disclosure(salt: bytes, name: str, value: object) -> str:
    """Write the disclosure of one field."""
    return base64url(json.dumps([base64url(salt), name, value], ensure_ascii=False).encode())


def digest(disclosure: str) -> str:
    """Return the digest by which a leaf commits to *disclosure* without showing it."""
    return base64url(hashlib.sha256(disclosure.encode("ascii")).digest())


def read_disclosure(text: str) -> Disclosure:
    """Read a disclosure, strictly, as it may come from anybody. Raises Corrupt."""
    try:
        raw = unbase64url(text)
        document = json.loads(raw, parse_constant=_refuse)
    except (UnicodeError, Error, ValueError, RecursionError) as error:
        raise Corrupt(f"不是披露内容：{text[:60]!r}", f"not a disclosure: {text[:60]!r}") from error
    match document:
        case [str(salt), str(name), value] if name and len(salt) >= _SALT_TEXT:
            return Disclosure(name, value)
    zh = f"披露内容是盐、名称和值：{text[:60]!r}"
    raise Corrupt(zh, f"a disclosure is a salt, a name and a value: {text[:60]!r}")


_SALT_TEXT = -(-SALT * 8 // 6)  # characters of base64url


def base64url(raw: bytes) -> str:
    """Write *raw* as RFC 4648 section 5 has it, without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def unbase64url(text: str) -> bytes:
    """Return the bytes of *text* as `base64url` writes it; raises ValueError on anything else."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(raw) != text:  # other characters are skipped by the library, spare bits ignored
        raise ValueError("not the one way to write it in base64url")
    return raw


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
