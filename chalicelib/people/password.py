"""Passwords of local users, as scrypt keeps them (RFC 7914).

Pure: the salt is an argument. The cost stands beside each digest, so a later version can raise it.
"""

import hashlib
import hmac
import unicodedata

from msgspec import Struct

from chalicelib.errors import Rejected

SALT_BYTES = 16
LEAST, MOST = 12, 200  # characters
_DIFFERENT = 5
_ROOM = 128  # bytes of memory for each unit of n and r (RFC 7914, section 2), with as much again


class PasswordHash(Struct, frozen=True):
    """The *digest* of a password with its *salt*, both hexadecimal, and the cost it was made at."""

    salt: str
    digest: str
    n: int = 2**15  # 32 MB and 70 ms
    r: int = 8
    p: int = 1


def hash_password(text: str, salt: bytes) -> PasswordHash:
    """Return what is kept of the password *text*."""
    cost = PasswordHash(salt.hex(), "")
    return PasswordHash(cost.salt, _digest(text, cost))


def is_password(text: str, kept: PasswordHash) -> bool:
    """Return whether *text* is the password of which *kept* is left."""
    return hmac.compare_digest(_digest(text, kept), kept.digest)


NOBODY = PasswordHash("00" * SALT_BYTES, "")
"""Stands for the password of a name that nobody has: to compare with it is as much work."""


def must_be_good(text: str) -> None:
    """Refuse (422) a new password that is short, long, or nearly one character repeated."""
    characters = unicodedata.normalize("NFKC", text)
    if LEAST <= len(characters) <= MOST and len(set(characters)) >= _DIFFERENT:
        return
    raise Rejected(
        422,
        zh=f"密码须为 {LEAST} 至 {MOST} 个字符，其中至少 {_DIFFERENT} 个互不相同。",
        en=f"a password has {LEAST} to {MOST} characters, {_DIFFERENT} of them different",
        field="password",
    )


def _digest(text: str, cost: PasswordHash) -> str:
    raw = unicodedata.normalize("NFKC", text[:MOST]).encode("utf-8", "surrogatepass")
    salt, room = bytes.fromhex(cost.salt), 2 * _ROOM * cost.n * cost.r
    made = hashlib.scrypt(raw, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=room, dklen=32)
    return made.hex()
