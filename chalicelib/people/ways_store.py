"""The ways to sign in, in the registry.

SIGNIN/WAYS   what `duban signin set` wrote; none: local users alone
"""

import time

from msgspec import convert, to_builtins

from chalicelib.people.ways import Ways
from chalicelib.plumbing.registry import Registry

KEEP_SECONDS = 60  # as the organisation
_KEY = ("SIGNIN", "WAYS")


class WaysToSignIn:
    """Reads and writes them. For who comes a change counts at once, for sessions in a minute."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._kept = Ways()
        self._read_at: float | None = None

    def current(self) -> Ways:
        """Return the ways as they are now."""
        self._kept, self._read_at = convert(self._registry.get(*_KEY) or {}, Ways), time.monotonic()
        return self._kept

    def recent(self) -> Ways:
        """Return the ways as they were within the last minute: each page of a session asks."""
        is_old = self._read_at is None or time.monotonic() - self._read_at > KEEP_SECONDS
        return self.current() if is_old else self._kept

    def put(self, ways: Ways) -> None:
        """Save the ways. Crash before the write: those of before go on."""
        self._registry.put(*_KEY, to_builtins(ways))
        self._read_at = None
