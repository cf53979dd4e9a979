"""The snapshot of a case: a cache of what its facts fold into, and when to judge it again.

All of it can be derived from the facts again. `wake_at` is its only wake-up (DESIGN §2).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zlib import crc32

from chalicelib.cases.decision import NO_CLAIMS, Claims
from chalicelib.cases.kind import CaseKind, kind_of
from chalicelib.clock.due import Due
from chalicelib.instant import parse, text

WAKE_SHARDS = 64


@dataclass(frozen=True, slots=True)
class CaseSnapshot:
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
    told: str = field(default="")  # the kind of the latest reported fact
    rules: str = ""
    level: str = ""  # of a card: how far up the ladder it is
    unjudged_at: datetime | None = None  # the legal instant of the next card not judged yet
    claims: Claims = NO_CLAIMS  # contested claims that wait for an inspector

    @property
    def kind(self) -> CaseKind:
        """The kind of its case."""
        return kind_of(self.case)

    @property
    def listed_under(self) -> str:
        """The name under which the list of open cases, or that of cards, has it."""
        return self.department if self.kind == "permit" else f"{self.kind}:{self.department}"

    @property
    def listed_at(self) -> datetime | None:
        """When it is due in such a list: a card, when the first of its clocks is over."""
        if self.kind == "permit":
            return self.due_at
        return min((due.at for due in self.dues.values()), default=None)

    @property
    def promise(self) -> Due | None:
        """The end of the promise, or of the first review by a lower authority."""
        return self.dues.get("promise") or self.dues.get("first_review")

    @property
    def due_at(self) -> datetime | None:
        """When the promise runs out."""
        return self.promise.at if self.promise else None

    @property
    def is_provisional(self) -> bool:
        """Whether the end of the promise may still move when a calendar is published."""
        return self.promise is not None and self.promise.provisional

    @property
    def is_in_doubt(self) -> bool:
        """Whether lawful readings differ on the end of the promise (期限存疑)."""
        return self.promise is not None and self.promise.in_doubt

    @property
    def waits_for(self) -> str:
        """The calendar without which the end of the promise is provisional; empty if it is not."""
        return self.promise.waits_for if self.promise else ""

    @property
    def wake_shard(self) -> int:
        """The part of the wake index this case lies in."""
        return wake_shard(self.case)


def wake_shard(case: str) -> int:
    """Return the part of the wake index for *case*; cases due together must not share one part."""
    return crc32(case.encode()) % WAKE_SHARDS


def write_dues(dues: Mapping[str, Due]) -> str | None:
    """Return *dues* as stored; None if empty.

    Clock to `[instant, year missing for it or null]`, with a third, `true`, where it is in doubt.
    """
    if not dues:
        return None
    return json.dumps({clock: _write_due(due) for clock, due in dues.items()})


def _write_due(due: Due) -> list[object]:
    return [text(due.at), due.missing, *([True] if due.in_doubt else [])]


def read_dues(stored: str | None) -> dict[str, Due]:
    """Return the due instants that `write_dues` wrote."""
    document = json.loads(stored) if stored else {}
    return {
        clock: Due(parse(at), missing, in_doubt=bool(doubt))
        for clock, (at, missing, *doubt) in document.items()
    }
