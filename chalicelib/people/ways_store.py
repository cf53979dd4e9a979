"""The ways to sign in, in the registry.

SIGNIN/WAYS   what `duban signin set` wrote; none: local users alone
"""

from msgspec import convert, to_builtins

from chalicelib.people.ways import Ways
from chalicelib.plumbing.registry import Registry

_KEY = ("SIGNIN", "WAYS")


class WaysToSignIn:
    """Reads and writes them. A change counts at the next page."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def current(self) -> Ways:
        """Return the ways as they are now."""
        return convert(self._registry.get(*_KEY) or {}, Ways)

    def put(self, ways: Ways) -> None:
        """Save the ways. Crash before the write: those of before go on."""
        self._registry.put(*_KEY, to_builtins(ways))
