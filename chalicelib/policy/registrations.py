"""The registered sources in the registry: what each may report, and how soon.

SOURCES/REGISTERED   all of them in one document, with the stage's live-from; their secrets are
                     elsewhere (`plumbing/sources.py`)
"""

import time
from collections.abc import Callable

from chalicelib.errors import Conflict
from chalicelib.plumbing.registry import Registry
from chalicelib.policy.sources import NO_SOURCES, Registrations, read_registrations

KEEP_SECONDS = 60  # as their secrets
_REFRESH_SECONDS = 3  # strangers cannot make us read them for every request
_TRIES = 8
_REGISTERED = ("SOURCES", "REGISTERED")


class StoredRegistrations:
    """Reads and writes the registered sources; they are remembered for up to a minute."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._cached = NO_SOURCES
        self._read_at: float | None = None

    def current(self) -> Registrations:
        """Return the registered sources, at most a minute old."""
        if self._is_older_than(KEEP_SECONDS):
            self._read(consistent=False)
        return self._cached

    def with_source(self, name: str) -> Registrations:
        """Return them with *name*, if it is registered at all: it may be so since a moment ago."""
        if name not in self.current().by_name and self._is_older_than(_REFRESH_SECONDS):
            self._read(consistent=True)
        return self._cached

    def read(self) -> Registrations:
        """Return them as they are at this moment, for the operator's command."""
        self._read(consistent=True)
        return self._cached

    def change(self, change: Callable[[Registrations], Registrations]) -> Registrations:
        """Save what *change* makes of them; it is called again if another operator was quicker.

        Crash: all is as before, or all is changed. What changes nothing is not written.
        """
        for _ in range(_TRIES):
            stored = self._registry.get(*_REGISTERED)
            before = read_registrations(stored) if stored else NO_SOURCES
            after = change(before)
            self._read_at = None
            if stored is not None and after == before:
                return after
            try:
                self._registry.put(
                    *_REGISTERED, after.document(), new=stored is None, instead_of=stored
                )
            except Conflict:
                continue
            return after
        zh = "报送单位一直有人在更改，请稍后再试"
        raise Conflict(zh, "the sources are changed by others all the time")

    def _read(self, *, consistent: bool) -> None:
        stored = self._registry.get(*_REGISTERED, consistent=consistent)
        self._cached = read_registrations(stored) if stored else NO_SOURCES
        self._read_at = time.monotonic()

    def _is_older_than(self, age: float) -> bool:
        return self._read_at is None or time.monotonic() - self._read_at > age
