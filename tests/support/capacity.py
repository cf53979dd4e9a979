"""What calls to the tables in memory would be billed, in capacity units as DynamoDB counts them.

A read is counted in halves: an eventually consistent one of 4 KB takes one, a consistent one two. A
write is counted in whole units of 1 KB, twice in a transaction; each index that shows a change of
the item takes its own. A condition that fails costs the write of what is stored.
"""

from collections.abc import Iterable

from msgspec import Struct

from tests.support.limits import Item, size_of
from tests.support.memory_tables import Table

_READ, _WRITE = 4096, 1024  # bytes of a unit


class Meter(Struct, dict=True):
    """The units that were consumed so far, and the items that were read for them."""

    half_reads: int = 0
    items: int = 0  # that were read
    writes: int = 0

    def read(self, items: Iterable[Item], *, consistent: bool) -> None:
        """Count one read of *items*; of none it costs as much as of a small one."""
        sizes = [*map(size_of, items)]
        self.items += len(sizes)
        self.half_reads += _units(sum(sizes), _READ) * (1 + consistent)

    def index(self, table: Table, old: Item | None, new: Item | None) -> None:
        """Count what a write that leaves *new* in the place of *old* takes in the indexes."""
        for index in table.indexes:
            shown = (_shown(table, index, item) for item in (old, new))
            self.writes += _index_units(table.indexes[index], *shown)

    def write(self, old: Item | None, new: Item | None) -> None:
        """Count what a write that leaves *new* in the place of *old* takes in the table."""
        self.writes += _units(max(size_of(item or {}) for item in (old, new)), _WRITE)

    def refuse(self, stored: Item | None) -> None:
        """Count a write whose condition failed on what is *stored*."""
        self.write(stored, None)


def _units(size: int, unit: int) -> int:
    return max(1, -(-size // unit))


def _shown(table: Table, index: str, item: Item | None) -> Item | None:
    """Return what an index shows of an item; None where it does not have it."""
    keys = table.indexes[index]
    if item is None or any(name not in item for name in keys):
        return None
    extra = table.projected[index]
    if extra is None:
        return item
    names = {*keys, *table.keys, *extra}
    return {name: value for name, value in item.items() if name in names}


def _index_units(keys: Iterable[str], old: Item | None, new: Item | None) -> int:
    """Return what a change costs in an index: where the keys stay one write, else one for each."""
    if old == new:
        return 0
    sizes = [size_of(item) for item in (old, new) if item is not None]
    if old is not None and new is not None and all(old[name] == new[name] for name in keys):
        return _units(max(sizes), _WRITE)
    return sum(_units(size, _WRITE) for size in sizes)
