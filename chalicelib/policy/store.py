"""The catalogue in the registry: every version ever imported, and which one is current.

CATALOGUE#<version>/<item>   an entry; never changed, for a version is the hash of its content
CATALOGUE/CURRENT            {"version", "number", "before"}: written last, so a half-written
                             version is never used; imports are numbered, and name the one before
"""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from chalicelib.plumbing.registry import Registry
from chalicelib.policy.catalogue import CatalogueItem, from_document, version

KEEP_SECONDS = 20
_CURRENT = ("CATALOGUE", "CURRENT")


class InForce(NamedTuple):
    """A catalogue's *version*, by the import of this *number*, and the version *before*, if any."""

    version: str = ""
    number: int = 0
    before: str = ""


class Catalogues:
    """Reads and writes catalogues. Which version is current is remembered for some seconds."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._in_force = InForce()
        self._read_at: float | None = None

    def current(self, *, fresh: bool = False) -> str:
        """Name the version in force; empty when none was ever imported."""
        return self.in_force(fresh=fresh).version

    def in_force(self, *, fresh: bool = False) -> InForce:
        """Tell what is in force, and what was before it."""
        now = time.monotonic()
        is_old = self._read_at is None or now - self._read_at > KEEP_SECONDS
        if fresh or is_old or not self._in_force.version:
            found = self._registry.get(*_CURRENT, consistent=fresh)
            self._in_force = _read_in_force(found) if found else InForce()
            self._read_at = now
        return self._in_force

    def entry(self, item: str, of_version: str = "") -> CatalogueItem | None:
        """Read an item's entry, of the version in force by default."""
        return self._read(of_version, item) if of_version else self.look_up(item)[0]

    def look_up(self, item: str) -> tuple[CatalogueItem | None, str]:
        """Read an item's entry in the version in force, and name that; empty where there is none.

        What the remembered version lacks is looked for in the one really in force: the import that
        a held case was nudged for may be younger than our memory.
        """
        chosen = self.current()
        found = self._read(chosen, item)
        if found is None and (latest := self.current(fresh=True)) != chosen:
            chosen, found = latest, self._read(latest, item)
        return found, chosen

    def _read(self, chosen: str, item: str) -> CatalogueItem | None:
        found = self._registry.get(_under(chosen), item) if chosen and item else None
        return from_document(found) if found else None

    def entries(self, of_version: str = "") -> Iterator[CatalogueItem]:
        """Read all entries of a version, the current one by default."""
        chosen = of_version or self.current()
        for _, found in self._registry.under(_under(chosen)) if chosen else ():
            yield from_document(found)

    def write(self, entries: tuple[CatalogueItem, ...]) -> str:
        """Store *entries* as a version and put it in force; give its name.

        A crash before the last write leaves a version that nobody uses; the same import again
        writes the same items and ends with the flip. Of two imports at once one is a Conflict.
        """
        name, found = version(entries), self._registry.get(*_CURRENT)
        self._registry.put_all((_under(name), item.item, item.document()) for item in entries)
        current = _read_in_force(found) if found else InForce()
        if name != current.version:
            body = {"version": name, "number": current.number + 1, "before": current.version}
            self._registry.put(*_CURRENT, body, new=found is None, instead_of=found)
        self._read_at = None
        return name


def _read_in_force(found: dict[str, Any]) -> InForce:
    """Read what names the catalogue in force; before imports were numbered it was one version."""
    return InForce(found["version"], found.get("number", 1), found.get("before", ""))


def _under(name: str) -> str:
    return f"CATALOGUE#{name}"
