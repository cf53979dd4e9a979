"""The catalogue in the registry: every version ever imported, and which one is current.

CATALOGUE#<version>/<item>   an item; never changed, for a version is the hash of its content
CATALOGUE/CURRENT            {"version", "number", "before"}: written last, so a half-written
                             version is never used; imports are numbered, and name the one before
"""

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from chalicelib.plumbing.registry import Registry
from chalicelib.policy.catalogue import CatalogueItem, catalogue_version, read_stored_item

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
        """Return the catalogue in force, which names the one before it."""
        now = time.monotonic()
        is_old = self._read_at is None or now - self._read_at > KEEP_SECONDS
        if fresh or is_old:
            stored = self._registry.get(*_CURRENT, consistent=fresh)
            self._in_force = _read_in_force(stored) if stored else InForce()
            self._read_at = now
        return self._in_force

    def entry(self, item: str, of_version: str = "") -> CatalogueItem | None:
        """Return an item's entry, by default of the version in force; None where there is none."""
        return self._read_item(of_version, item) if of_version else self.look_up(item)[0]

    def look_up(self, item: str) -> tuple[CatalogueItem | None, str]:
        """Return an item's entry and the version in force; None and "" where there is none.

        Where the remembered version lacks the item, read the one really in force: the import that
        a case was nudged for may be younger than our memory.
        """
        version = self.current()
        entry = self._read_item(version, item)
        if entry is None and (latest := self.current(fresh=True)) != version:
            version, entry = latest, self._read_item(latest, item)
        return entry, version

    def _read_item(self, version: str, item: str) -> CatalogueItem | None:
        document = self._registry.get(_partition_of(version), item) if version and item else None
        return read_stored_item(document) if document else None

    def entries(self, of_version: str = "") -> Iterator[CatalogueItem]:
        """Read all entries of a version, the current one by default."""
        version = of_version or self.current()
        for _, document in self._registry.documents(_partition_of(version)) if version else ():
            yield read_stored_item(document)

    def write(
        self, entries: tuple[CatalogueItem, ...], announce: Callable[[], None] = lambda: None
    ) -> str:
        """Store *entries* as a version and put it in force; give its name.

        *announce* is called before it is in force, and raises if it must not be. A crash before the
        last write leaves a version that nobody uses; the same import again writes the same items
        and ends with the flip. Of two imports at once one is a Conflict.
        """
        name, stored = catalogue_version(entries), self._registry.get(*_CURRENT)
        self._registry.put_all(
            (_partition_of(name), item.item, item.document()) for item in entries
        )
        current = _read_in_force(stored) if stored else InForce()
        if name != current.version:
            announce()
            body = {"version": name, "number": current.number + 1, "before": current.version}
            self._registry.put(*_CURRENT, body, new=stored is None, instead_of=stored)
        self._read_at = None
        return name


def _read_in_force(document: dict[str, Any]) -> InForce:
    """Return the catalogue in force; a *document* without a number is from the first import."""
    return InForce(document["version"], document.get("number", 1), document.get("before", ""))


def _partition_of(name: str) -> str:
    return f"CATALOGUE#{name}"
