"""The snapshot of a case: a cache of the state of its facts, and when to judge it again.

All of it can be derived from the facts again. `wake_at` is its only wake-up (DESIGN §2).
"""

from collections.abc import Mapping
from datetime import datetime
from zlib import crc32

from msgspec import Struct, field

from chalicelib.cases.case_id import CaseKind, is_ours, kind_of
from chalicelib.cases.decision import NO_CLAIMS, Asked, Claims
from chalicelib.clock.due import Due

WAKE_SHARDS = 64


class CaseSnapshot(Struct, frozen=True):
    """The case after *n* facts, judged at *judged_at* by *rules* (a profile and a calendar).

    *dues* says when each of its clocks runs out, by the clock's name.
    """

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
    dues: Mapping[str, Due] = field(default_factory=dict)
    is_paused: bool = False
    told: str = ""  # the kind of what an intake system reported last, as corrected
    rules: str = ""
    level: str = ""  # of a card: how far up the ladder it is
    is_unlisted: bool = False  # an open permit whose item no catalogue has had yet
    about: Mapping[str, str] = field(
        default_factory=dict
    )  # of a card: its finding; of a sample: its list
    unjudged_at: datetime | None = None  # the legal instant of the next card not judged yet
    claims: Claims = NO_CLAIMS  # contested claims that wait for an inspector
    asked: Asked | None = None  # who is asked to take the case over
    fell_due: str = ""  # of a permit: the local day by which it counts (`findings/share.py`)

    def is_unjudged(self, now: datetime) -> bool:
        """Return whether a card's legal instant has passed *now* and is not judged yet (待核)."""
        return self.unjudged_at is not None and self.unjudged_at < now

    @property
    def kind(self) -> CaseKind:
        """The kind of its case."""
        return kind_of(self.case)

    @property
    def is_ours(self) -> bool:
        """Whether its case is one of our own, and not one that an intake system reports."""
        return is_ours(self.case)

    @property
    def listed_under(self) -> str:
        """The name under which the list of its kind has it; empty: none has it."""
        if not (self.is_ours or self.department):
            return ""
        return list_name(self.kind, self.department)

    @property
    def listed_at(self) -> datetime | None:
        """The instant by which that list sorts it: of a card, the first end of a clock."""
        if not self.is_ours:
            return self.due_at
        return min((due.at for due in self.dues.values()), default=None)

    @property
    def due(self) -> Due | None:
        """The end of the promise or first review; without a promise, that of the law's limit."""
        ends = (self.dues.get(clock) for clock in ("promise", "first_review", "statutory"))
        return next(filter(None, ends), None)

    @property
    def due_at(self) -> datetime | None:
        """The due instant of the case."""
        return self.due.at if self.due else None

    @property
    def is_provisional(self) -> bool:
        """Return whether its due instant may still move when a calendar is published."""
        return self.due is not None and self.due.provisional

    @property
    def is_in_doubt(self) -> bool:
        """Return whether lawful readings differ on its due instant (期限存疑)."""
        return self.due is not None and self.due.in_doubt

    @property
    def waits_for(self) -> str:
        """The calendar without which its due instant is provisional; empty if it is not."""
        return self.due.waits_for if self.due else ""

    @property
    def wake_shard(self) -> int:
        """The part of the wake index this case lies in."""
        return wake_shard(self.case)


def list_name(kind: CaseKind, department: str) -> str:
    """Return the name of the list of a *department*'s cases of this *kind*.

    A department may be called anything, so each list has its kind before the name, that of permits
    too: no name leads into another list.
    """
    return f"{kind}:{department}"


def wake_shard(case: str) -> int:
    """Return the part of the wake index for *case*; cases due together must not share one part."""
    return crc32(case.encode()) % WAKE_SHARDS
