"""What an issuer publishes of itself, and how we ask it.

OpenID Connect Discovery 1.0. Addresses are https, on a local stage also loopback. Its document and
keys are remembered for an hour; an unknown key is looked up again, once a minute at most.
"""

import time
import urllib.parse
from collections.abc import Mapping
from typing import Any

from chalicelib.desk.sign_in.outward import Outward
from chalicelib.desk.sign_in.provider import NotProven, OutOfReach
from chalicelib.desk.sign_in.wecom_api import WecomApi
from chalicelib.errors import BadInput
from chalicelib.people.ways import check_issuer

KEEP_SECONDS, AGAIN_SECONDS = 3600, 60
MOST_BYTES = 256_000
_DISCOVERY = "/.well-known/openid-configuration"


class Issuers:
    """Asks issuers. One object per process; what it remembers is its own."""

    def __init__(self, is_local: bool) -> None:  # noqa: FBT001 - the composition root passes it
        self._is_local = is_local
        self._outward = Outward(MOST_BYTES)
        self._documents: dict[str, tuple[float, dict[str, Any]]] = {}
        self.wecom = WecomApi()

    def about(self, issuer: str) -> dict[str, Any]:
        """Return what *issuer* says of itself. Raises OutOfReach."""
        document = self._remembered(f"{issuer.rstrip('/')}{_DISCOVERY}", KEEP_SECONDS)
        if document.get("issuer") != issuer:
            raise OutOfReach("the discovery document is another issuer's")
        return document

    def key(self, issuer: str, key_id: str | None) -> dict[str, Any]:
        """Return the key of that id with which *issuer* signs; without an id the only one.

        Raises NotProven: there is no such key; OutOfReach.
        """
        address = self.address(self.about(issuer), "jwks_uri")
        for age in (KEEP_SECONDS, AGAIN_SECONDS):
            every = self._remembered(address, age).get("keys")
            keys = [key for key in every if _signs(key)] if isinstance(every, list) else []
            fit = [key for key in keys if key_id is None or key.get("kid") == key_id]
            if len(fit) == 1:
                return dict(fit[0])
        raise NotProven("no key of the issuer fits")

    def exchange(
        self, issuer: str, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> dict[str, Any] | None:
        """Return what the token endpoint gives for *form*; None where it refuses."""
        address = self.address(self.about(issuer), "token_endpoint")
        body = urllib.parse.urlencode(form).encode()
        return self._outward.ask(address, body, headers)

    def address(self, document: Mapping[str, Any], name: str) -> str:
        """Return the address that *document* has under *name*. Raises OutOfReach."""
        address = str(document.get(name, ""))
        self._check(address)
        return address

    def _check(self, address: str) -> None:
        try:
            check_issuer(address, is_local=self._is_local)
        except BadInput as error:
            raise OutOfReach("an address of the issuer is not https") from error

    def _remembered(self, address: str, age: float) -> dict[str, Any]:
        read_at, document = self._documents.get(address, (0.0, {}))
        now = time.monotonic()
        if not document or now - read_at > age:
            self._check(address)
            document = self._outward.ask(address) or {}
            if not document:
                raise OutOfReach("the issuer has no such document")
            self._documents[address] = (now, document)
        return document


def _signs(key: Any) -> bool:
    is_key = isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP")
    return is_key and key.get("use", "sig") == "sig"
