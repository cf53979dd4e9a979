"""Which partial tiles and bundles may go: those whose full one has been public for a day. Pure.

A log serves a partial object of each size that had a checkpoint, and may remove it once the full
one is public (C2SP tlog-tiles, Partial Tiles). A reader of an older checkpoint reads the full one
up to its width. One size tells for all levels what is done: the objects that are full in a log of
that size.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, convert

from chalicelib.instant import text
from chalicelib.log.tlog.tile import WIDTH, TilePath, new_tiles

STAY = timedelta(hours=24)
"""How long a partial object stays after its full one is public.

A reader who holds a checkpoint reads its tiles within the hours that a first `duban verify` of a
large log may take, and nobody relies on one older than two hours (`merge_delay.FRESH`).
"""
STEP = 16 * WIDTH  # entries whose full objects are looked after between two notes of progress


class Discarded(Struct, frozen=True):
    """Below entry *through* there are full objects only; *seen* entries were public *at* a time."""

    through: int
    seen: int
    at: datetime

    @property
    def is_done(self) -> bool:
        """Return whether nothing is left of what *seen* entries made full."""
        return self.through >= self.seen

    @property
    def next_step(self) -> int:
        """Return up to which entry the next step goes."""
        return min(self.through + STEP, self.seen)

    def is_due(self, now: datetime) -> bool:
        """Return whether *seen* entries have been public for long enough at *now*."""
        return now - self.at >= STAY

    def written(self) -> dict[str, Any]:
        """Return the document as stored."""
        return {"through": self.through, "seen": self.seen, "at": text(self.at)}


def read_discarded(document: Mapping[str, Any] | None) -> Discarded | None:
    """Read a document that `Discarded.written` made; None is none yet."""
    return convert(document, Discarded) if document is not None else None


def newly_full(before: int, size: int) -> list[TilePath]:
    """Return the tiles and bundles that are full in a log of *size* entries and not of *before*."""
    return [tile for tile in new_tiles(before, size) if tile.width == WIDTH]
