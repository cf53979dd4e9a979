"""Names that are known (已知名称): by the catalogue, a registration, a calendar, the stage.

A source is the supervised side and writes names as it likes; one that nothing knows may be that of
a person. So such a name does not get into the public log before it is known (CLAIMS §2).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.region import covers
from chalicelib.policy.sources import Registrations

if TYPE_CHECKING:
    from chalicelib.policy.registrations import StoredRegistrations
    from chalicelib.policy.store import Catalogues

NameKind = Literal["department", "stage", "item", "region"]

NAMED: Mapping[str, NameKind] = {
    "department": "department",
    "told_department": "department",
    "stage": "stage",
    "after": "stage",
    "item": "item",
    "region": "region",
}
"""The fields of what is told that hold names, and the kind of each."""

# Of a province, city, county (GB/T 2260), township or village (GB/T 10114): too few or too many
# digits for an identity or telephone number.
_DIVISION = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", re.ASCII)


class Units(Protocol):
    """The names of departments and the codes of regions that an organisation has or had."""

    @property
    def department_names(self) -> frozenset[str]:
        """All names of its departments, and their codes."""

    @property
    def region_codes(self) -> frozenset[str]:
        """The codes of its regions."""


class NameList(Struct, frozen=True):
    """The names that are known; a region also where it is above or within one of *regions*."""

    departments: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()

    def knows(self, kind: NameKind, name: str) -> bool:
        """Return whether *name* is known as one of *kind*; a part may be called as who has it."""
        match kind:
            case "department":
                return name in self.departments
            case "stage":
                return name in self.stages or name in self.departments
            case "item":
                return name in self.items
            case "region":
                return name in self.regions or (
                    _DIVISION.fullmatch(name) is not None
                    and any(covers(own, name) or covers(name, own) for own in self.regions)
                )


def list_names(
    entries: Iterable[CatalogueItem],
    registrations: Registrations,
    regions: Iterable[str],
    units: Units,
) -> NameList:
    """Return the names of catalogue *entries*, *registrations* and *units*.

    *regions* are the stage's.
    """
    items = list(entries)
    sources = registrations.by_name.values()
    return NameList(
        frozenset(name for item in items for name in item.departments)
        | frozenset(name for source in sources for name in source.departments or ())
        | units.department_names,
        frozenset(stage.name for item in items for stage in item.stages),
        frozenset(item.item for item in items),
        frozenset(name for source in sources for name in source.regions or ())
        | frozenset(regions)
        | units.region_codes,
    )


class KnownNames:
    """Tells whether a name is known. The list is read once a catalogue and kept."""

    def __init__(
        self,
        catalogues: "Catalogues",
        registrations: "StoredRegistrations",
        region: str,
        ruled: Callable[..., frozenset[str]],
        units: Callable[..., Units],
    ) -> None:
        """*region* is the stage's own; *ruled* gives those with rules, `fresh` of this moment.

        So does *units* the departments and regions of the organisation.
        """
        self._catalogues = catalogues
        self._registrations = registrations
        self._regions = frozenset([region])
        self._ruled = ruled
        self._units = units
        self._read: tuple[str, frozenset[str], str, Units] | None = None
        self._names = NameList(regions=self._regions)

    def knows(self, kind: NameKind, name: str, *, fresh: bool = False) -> bool:
        """Return whether *name* is known as one of *kind*.

        *fresh* reads again what is in force before it says no: an import or a registration may be
        younger than our memory.
        """
        if self._names.knows(kind, name) and self._read is None:
            return True  # the stage's own regions need no list
        if self._current().knows(kind, name):
            return True
        if not fresh:
            return False
        self._catalogues.current(fresh=True)
        self._ruled(fresh=True)
        self._registrations.read()
        self._units(fresh=True)
        return self._current().knows(kind, name)

    def _current(self) -> NameList:
        version, registrations = self._catalogues.current(), self._registrations.current()
        ruled, units = self._ruled(), self._units()
        if self._read != (version, ruled, registrations.version, units):
            entries = self._catalogues.entries(version) if version else ()
            self._names = list_names(entries, registrations, self._regions | ruled, units)
            self._read = version, ruled, registrations.version, units
        return self._names
