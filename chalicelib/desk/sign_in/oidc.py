"""OpenID Connect: the authorization code flow with PKCE (OIDC Core 1.0 §3.1, RFC 7636, RFC 9207).

The browser comes back with a code. We exchange it, with the verifier that only this browser's
cookie has, for an ID token, and believe that where it is signed by a key of the issuer, for us, for
this sign-in, and not over. Which claims say more than who came, the operator's mapping says. A
message that ends sessions (Back-Channel Logout 1.0 §2.4) is checked by the same keys.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.desk.sign_in.issuer import Issuers
from chalicelib.desk.sign_in.logout_token import Logout, is_short_text, read_logout
from chalicelib.desk.sign_in.provider import NotProven, Proven
from chalicelib.desk.sign_in.sealed import Begun
from chalicelib.people.ways import Ways

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "Ed25519", "EdDSA")  # no shared key, never none
LEEWAY = 60  # seconds by which the issuer's clock may be ahead or behind
_THERE = {"essential": True}


class OidcProvider:
    """The issuer of *ways*, which sends browsers back to *callback*; *secret* is ours there."""

    def __init__(self, ways: Ways, secret: str, issuers: Issuers, callback: str) -> None:
        self._ways = ways
        self._secret = secret
        self._issuers = issuers
        self._callback = callback

    def where(self, begun: Begun) -> str:
        """Return the address to which the browser goes. Raises OutOfReach."""
        about = self._issuers.about(self._ways.issuer)
        digest = hashlib.sha256(begun.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._ways.client,
            "redirect_uri": self._callback,
            "scope": f"openid {self._ways.roles.scope if self._ways.roles else ''}".strip(),
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        address = self._issuers.address(about, "authorization_endpoint")
        return _with(address, asked)

    def who(self, begun: Begun, query: Mapping[str, str], now: datetime) -> Proven:
        """Return who came back with *query*. Raises NotProven, OutOfReach."""
        about = self._issuers.about(self._ways.issuer)
        announces = about.get("authorization_response_iss_parameter_supported") is True
        if query.get("iss", "" if announces else self._ways.issuer) != self._ways.issuer:
            raise NotProven("the answer is another issuer's")
        code = query.get("code", "")
        if not code:
            raise NotProven("there is no code")
        given = self._exchange(about, begun, code)
        token = given.get("id_token") if given else None
        if not isinstance(token, str):
            raise NotProven("the code was refused, or gave no ID token")
        claims = self._claims(token, begun.nonce, now)
        sid = claims.get("sid")
        return Proven(self._subject(claims), claims, sid if is_short_text(sid) else "")

    def ended(self, token: str, now: datetime) -> Logout:
        """Return what a logout token ends. Raises NotProven, OutOfReach."""
        return read_logout(self._checked(token, now), now)

    def way_out(self) -> str:
        """Return the address at which one signs out there too; empty: there is none."""
        about = self._issuers.about(self._ways.issuer)
        if "end_session_endpoint" not in about:
            return ""
        address = self._issuers.address(about, "end_session_endpoint")
        return _with(address, {"client_id": self._ways.client})

    def _exchange(
        self, about: Mapping[str, Any], begun: Begun, code: str
    ) -> Mapping[str, Any] | None:
        client, secret = self._ways.client, self._secret
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": begun.verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        known = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if secret and "client_secret_basic" in known:
            pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"  # RFC 6749, section 2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client, **({"client_secret": secret} if secret else {})}
        return self._issuers.exchange(self._ways.issuer, form, headers)

    def _claims(self, token: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        essential = {"nonce": {"essential": True, "value": nonce}}
        claims = self._checked(token, now, **essential, exp=_THERE, sub=_THERE)
        for_others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", "" if for_others else self._ways.client) != self._ways.client:
            raise NotProven("the ID token was made for another client")
        return claims

    def _checked(self, token: str, now: datetime, **more: Any) -> Mapping[str, Any]:
        """Return the claims of a *token* that the issuer signed for us, and that have what we want.

        Raises NotProven, OutOfReach.
        """
        from joserfc import jws, jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import JWKRegistry

        try:
            header = jws.extract_compact(token.encode("ascii", "replace")).headers()
            key_id = header.get("kid")
            key = self._issuers.key(self._ways.issuer, key_id if isinstance(key_id, str) else None)
            decoded = jwt.decode(token, JWKRegistry.import_key(key), algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=LEEWAY,
                iss={"essential": True, "value": self._ways.issuer},
                aud={"essential": True, "value": self._ways.client},
                **more,
            ).validate(decoded.claims)
        except (JoseError, ValueError, TypeError) as error:
            raise NotProven(f"the token is not good: {type(error).__name__}") from error
        claims: Mapping[str, Any] = decoded.claims
        return claims

    def _subject(self, claims: Mapping[str, Any]) -> str:
        subject = claims.get(self._ways.claim)
        if not is_short_text(subject):
            raise NotProven(f"the ID token has no {self._ways.claim}")
        return subject


def _with(address: str, parameters: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"
