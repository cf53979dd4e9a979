"""An identity provider, as the routes see any: where to send a browser, and who came back.

Pure: `oidc.py` is the first, `wecom.py` the second, which gives no ID token. Another is one more
class with these methods.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from chalicelib.desk.sign_in.sealed import Begun


class NotProven(Exception):
    """The provider's answer does not prove who came; *reason* is for our log, and has no person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutOfReach(Exception):
    """The provider did not answer in time, or not in its own form."""


class Proven(Struct, frozen=True):
    """Who came: the *subject*, the *claims* that the provider signed, its *session* (`sid`)."""

    subject: str
    claims: Mapping[str, Any] = {}
    session: str = ""


class Provider(Protocol):
    """A provider that this stage is a client of."""

    def where(self, begun: Begun) -> str:
        """Return the address to which the browser goes. Raises OutOfReach."""
        ...

    def who(self, begun: Begun, query: Mapping[str, str], now: datetime) -> Proven:
        """Return who came back with *query*. Raises NotProven, OutOfReach."""
        ...

    def way_out(self) -> str:
        """Return the address at which one signs out there too; empty: there is none."""
        ...
