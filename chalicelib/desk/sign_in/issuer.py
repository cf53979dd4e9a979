"""What an issuer publishes of itself, and how we ask it: the one call out of this function.

OpenID Connect Discovery 1.0. Addresses are https, on a local stage also loopback; no redirect is
followed, no answer is waited for longer than three seconds or read beyond 256 kB. Its document and
keys are remembered for an hour; an unknown key is looked up again, once a minute at most.
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from chalicelib.desk.sign_in.provider import NotProven, OutOfReach
from chalicelib.errors import BadInput
from chalicelib.people.ways import check_issuer

KEEP_SECONDS, AGAIN_SECONDS, ANSWER_SECONDS = 3600, 60, 3.0
MOST_BYTES = 256_000
_DISCOVERY = "/.well-known/openid-configuration"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it could lead anywhere, with our secret."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow none; it is an error as any other."""


class Issuers:
    """Asks issuers. One object per process; what it remembers is its own."""

    def __init__(self, is_local: bool) -> None:  # noqa: FBT001 - the composition root passes it
        self._is_local = is_local
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
        self._documents: dict[str, tuple[float, dict[str, Any]]] = {}

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
        return self._ask(address, body, headers)

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
            document = self._ask(address) or {}
            if not document:
                raise OutOfReach("the issuer has no such document")
            self._documents[address] = (now, document)
        return document

    def _ask(
        self, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        """Return the JSON object that *address* answers with; None where it refuses (4xx)."""
        asked = urllib.request.Request(  # noqa: S310 - checked: https, or loopback
            address, data=body, headers={"Accept": "application/json", **(headers or {})}
        )
        try:
            with self._opener.open(asked, timeout=ANSWER_SECONDS) as answer:
                document = json.loads(_read(answer))
        except urllib.error.HTTPError as error:
            if 400 <= error.code < 500:  # noqa: PLR2004 - HTTP's own
                return None
            raise OutOfReach(f"the issuer answers {error.code}") from error
        except (OSError, ValueError, RecursionError) as error:
            raise OutOfReach(f"the issuer does not answer: {type(error).__name__}") from error
        if not isinstance(document, dict):
            raise OutOfReach("the issuer's answer is no object")
        return document


def _read(answer: Any) -> bytes:
    """Return the body. Raises OSError: it is too long, or comes too slowly."""
    until, parts, size = time.monotonic() + ANSWER_SECONDS, [], 0
    while part := answer.read1(16_384):
        size += len(part)
        if size > MOST_BYTES or time.monotonic() > until:
            raise OSError("too long or too slow")
        parts.append(part)
    return b"".join(parts)


def _signs(key: Any) -> bool:
    is_key = isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP")
    return is_key and key.get("use", "sig") == "sig"
