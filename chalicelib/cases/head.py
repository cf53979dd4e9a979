"""The head of a case: a cache of what its facts fold into, and when to look at it again.

Everything in it can be made again from the facts. `wake_at` is the one wake-up of the case
(DESIGN §2).
"""

from dataclasses import dataclass, field
from datetime import datetime
from zlib import crc32

WAKE_SHARDS = 64


@dataclass(frozen=True, slots=True)
class Head:
    """The case after *n* facts, judged at *judged_at*."""

    case: str
    public_case: str
    n: int
    judged_at: datetime
    lamp: str
    department: str = ""
    item: str = ""
    region: str = ""
    wake_at: datetime | None = None
    held_for: str = ""
    due_at: datetime | None = None
    statutory_due_at: datetime | None = None
    is_provisional: bool = False
    is_paused: bool = False
    told: str = field(default="")  # the kind of the latest told fact

    @property
    def wake_shard(self) -> int:
        """The part of the wake index this case lies in."""
        return wake_shard(self.case)


def wake_shard(case: str) -> int:
    """Spread cases over the wake index: deadlines that fall together must not meet in one place."""
    return crc32(case.encode()) % WAKE_SHARDS
