"""The catalogue in the registry: every version ever imported, and which one is current.

CATALOGUE#<version>/<item>   an entry; never changed, for a version is the hash of its content
CATALOGUE/CURRENT            {"version"}: written last, so a half-written version is never used
"""

import time
from collections.abc import Iterator

from chalicelib.plumbing.registry import Registry
from chalicelib.policy.catalogue import Entry, from_document, version

KEEP_SECONDS = 20
_CURRENT = ("CATALOGUE", "CURRENT")


class Catalogues:
    """Reads and writes catalogues. Which version is current is remembered for some seconds."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._version = ""
        self._read_at: float | None = None

    def current(self, *, fresh: bool = False) -> str:
        """Name the version in force; empty when none was ever imported."""
        now = time.monotonic()
        is_old = self._read_at is None or now - self._read_at > KEEP_SECONDS
        if fresh or is_old or not self._version:
            found = self._registry.get(*_CURRENT, consistent=fresh)
            self._version = found["version"] if found else ""
            self._read_at = now
        return self._version

    def entry(self, item: str, of_version: str = "") -> Entry | None:
        """Read an item's entry, of the current version by default.

        What the remembered version lacks is looked for in the one really in force: the import that
        a held case was nudged for may be younger than our memory.
        """
        chosen = of_version or self.current()
        found = self._read(chosen, item)
        if found is None and not of_version and (latest := self.current(fresh=True)) != chosen:
            found = self._read(latest, item)
        return found

    def _read(self, chosen: str, item: str) -> Entry | None:
        found = self._registry.get(_under(chosen), item) if chosen and item else None
        return from_document(found) if found else None

    def entries(self, of_version: str = "") -> Iterator[Entry]:
        """Read all entries of a version, the current one by default."""
        chosen = of_version or self.current()
        for _, found in self._registry.under(_under(chosen)) if chosen else ():
            yield from_document(found)

    def write(self, entries: tuple[Entry, ...]) -> str:
        """Store *entries* as a version and put it in force; give its name.

        A crash before the last write leaves a version that nobody uses; the same import again
        writes the same items and ends with the flip.
        """
        name = version(entries)
        self._registry.put_all((_under(name), entry.item, entry.document()) for entry in entries)
        self._registry.put(*_CURRENT, {"version": name})
        self._read_at = None
        return name


def _under(name: str) -> str:
    return f"CATALOGUE#{name}"
