"""Keys of programs: bearer keys with a role and a scope, stored only as a hash.

A key reads `dk_<key id>_<secret>`; the registry holds KEY/<key id> with the SHA-256 of the whole
key. The secret has 256 random bits, so a plain hash is enough. 401 never names the defect.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import convert

from chalicelib.errors import Rejected
from chalicelib.instant import text
from chalicelib.people.caller import Caller, Role
from chalicelib.people.rights import Act, must_have_role
from chalicelib.plumbing.registry import Registry

_PK = "KEY"
_KEY = re.compile(r"dk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})", re.ASCII)
_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
_BEARER = re.compile(r"bearer +([^ ]+) *", re.ASCII | re.IGNORECASE)


class Keys:
    """Issues, lists, removes and checks keys; a key expires by the *wall* clock."""

    def __init__(
        self,
        registry: Registry,
        wall: Callable[[], datetime],
        continued: Callable[[Caller], Caller] = lambda caller: caller,
    ) -> None:
        """*continued* gives a caller as of today: departments are renamed and merged."""
        self._registry = registry
        self._wall = wall
        self._continued = continued

    def issue(
        self,
        role: Role,
        department: str | None = None,
        *,
        regions: Sequence[str] = (),
        owner: str = "",
        expires_at: datetime | None = None,
    ) -> str:
        """Save the hash of a new key and return the key, which cannot be read again."""
        key = f"dk_{secrets.token_hex(8)}_{secrets.token_urlsafe(32)}"
        until = text(expires_at) if expires_at else None
        holder = {
            "department": department,
            "regions": [*regions] or None,
            "owner": owner or None,
            "expires_at": until,
        }
        given = {name: value for name, value in holder.items() if value is not None}
        body = {"digest": _digest(key), "role": role, **given}
        self._registry.put(_PK, key.split("_")[1], body, new=True)
        return key

    def remove(self, key_id: str) -> bool:
        """Revoke a key at once; False when there is none. Crash before the write: it goes on.

        Whose it was is kept, for what was done with it was done by him.
        """
        body = self._registry.get(_PK, key_id)
        if body is None or _is_removed(body):
            return False
        self._registry.put(_PK, key_id, {**body, "digest": ""})
        return True

    def all(self) -> Iterator[Caller]:
        """Yield the holder of each key that is not removed."""
        every = self._registry.documents(_PK)
        return (_holder(key_id, body) for key_id, body in every if not _is_removed(body))

    def holder(self, key_id: str) -> Caller | None:
        """Return the holder of the key with this id, though it be removed; None: there is none."""
        body = self._registry.get(_PK, key_id) if _ID.fullmatch(key_id) else None
        return _holder(key_id, body) if body else None

    def require(self, headers: Mapping[str, str], act: Act) -> Caller:
        """Return the caller; 401 without a valid key, 403 when its role may not do *act*."""
        caller = self._caller(headers.get("authorization") or "")
        if caller is None:
            raise Rejected(
                401,
                zh="需要有效的密钥：Authorization: Bearer KEY。",
                en="a valid key is needed: Authorization: Bearer KEY",
            )
        return self._continued(must_have_role(caller, act))

    def _caller(self, header: str) -> Caller | None:
        bearer = _BEARER.fullmatch(header)
        key = _KEY.fullmatch(bearer.group(1)) if bearer else None
        if key is None:
            return None
        body = self._registry.get(_PK, key.group(1))
        if body is None or not hmac.compare_digest(body["digest"], _digest(key.group(0))):
            return None
        caller = _holder(key.group(1), body)
        is_over = caller.expires_at is not None and caller.expires_at <= self._wall()
        return None if is_over else caller


def _holder(key_id: str, body: Mapping[str, Any]) -> Caller:
    return convert({"id": key_id, **body}, Caller)


def _is_removed(body: Mapping[str, Any]) -> bool:
    return not body["digest"]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("ascii")).hexdigest()
