"""An identity provider, as the routes see any: where to send a browser, and who came back.

Pure: `oidc.py` is the first. One that gives no ID token (a province's, or a chat app's) is another
class with these two methods.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from chalicelib.desk.sign_in.sealed import Begun


class NotProven(Exception):
    """The provider's answer does not prove who came; *reason* is for our log, and has no person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutOfReach(Exception):
    """The provider did not answer in time, or not in its own form."""


class Provider(Protocol):
    """A provider that this stage is a client of."""

    def where(self, begun: Begun) -> str:
        """Return the address to which the browser goes. Raises OutOfReach."""
        ...

    def who(self, begun: Begun, query: Mapping[str, str], now: datetime) -> str:
        """Return the subject that came back with *query*. Raises NotProven, OutOfReach."""
        ...

    def way_out(self) -> str:
        """Return the address at which one signs out there too; empty: there is none."""
        ...
