"""A county whose tables can be lost or set back, and are restored from what is public.

A backup is a copy of some tables' items at an earlier moment; the county lives on after it was
brought back.
"""

from infra.recovery.restoring import Restored, restore
from tests.support.log_audit import audit
from tests.support.memory_stage import MemoryWorld
from tests.support.published import grow, publish, rows

LATER = "2026-11-03T09:00:00"


class SetBack:
    """A county with a log of some cases, a backup of its tables, and what came after."""

    def __init__(self, county: MemoryWorld) -> None:
        self.county = county
        self.items = county.cloud.items
        grow(county, 1, 2, 3)
        publish(county)
        self.backup = {name: dict(held) for name, held in self.items.items()}
        county.report("stage.entered", LATER, "1", stage="review")
        grow(county, 4)
        county.report("case.decided", LATER, "2", outcome="granted")
        county.pump.drain()
        self.goal = publish(county)
        self.was = {name: dict(held) for name, held in self.items.items()}
        self.rows = list(rows(county))

    def bring_back(self, *tables: str) -> None:
        """Restore some tables from the backup."""
        for name in tables:
            self.items[f"test-{name}"] = dict(self.backup[f"test-{name}"])

    def lose(self, *tables: str) -> None:
        """Empty some tables."""
        for name in tables:
            self.items[f"test-{name}"] = {}

    def restore(self) -> Restored:
        """Restore, and look whether nothing is left to do once what was nudged is judged."""
        restored = restore(self.county.services, writes=True)
        self.county.tick()
        assert restore(self.county.services, writes=False).was_whole
        return restored

    def check(self) -> None:
        """Audit tables and public log, and let the county live on."""
        self.county.heal()
        audit(self.items["test-Log"].values(), self.items["test-Facts"].values())
        assert list(rows(self.county))[: len(self.rows)] == self.rows
        grow(self.county, 9)
        assert publish(self.county).size > self.goal.size
