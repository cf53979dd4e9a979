"""By what people are found: their own codes, how they sign in; only digests of these lie here.

PERSON_CODE/<digest>   {"person"}: the digest is keyed, with a key that only the vault has, so a
                       number that somebody guesses is not found by whoever reads this table
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal

from chalicelib.plumbing.registry import Registry

CodeKind = Literal["code", "login", "subject"]  # 工号; the name of a local user; OIDC `sub`

_PK = "PERSON_CODE"


class PersonCodes:
    """Finds people by a code, and lets a code stand for a person."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def find(self, kind: CodeKind, code: str, key: bytes) -> str:
        """Return the person (`p_…`) for whom a *code* stands; empty where there is none."""
        stored = self._registry.get(_PK, digest_of_code(kind, code, key))
        return stored["person"] if stored else ""

    def all(self) -> dict[str, str]:
        """Return the person for whom each digest stands."""
        return {digest: body["person"] for digest, body in self._registry.documents(_PK)}

    def put_all(self, people: Mapping[str, str]) -> None:
        """Let each digest of *people* stand for its person. Crash: some do; repeat the call."""
        self._registry.put_all((_PK, digest, {"person": each}) for digest, each in people.items())

    def drop(self, digest: str) -> None:
        """Let a code by its *digest* stand for nobody any more: he signs in by another."""
        self._registry.delete(_PK, digest)

    def forget(self, person: str) -> int:
        """Delete all codes of *person*; return how many. Crash: the same call deletes the rest."""
        mine = [sk for sk, body in self._registry.documents(_PK) if body["person"] == person]
        for digest in mine:
            self._registry.delete(_PK, digest)
        return len(mine)


def digest_of_code(kind: CodeKind, code: str, key: bytes) -> str:
    """Return under what a *code* is kept; *key* is the vault's."""
    return hmac.digest(key, f"{kind}\n{code}".encode(), hashlib.sha256).hex()
