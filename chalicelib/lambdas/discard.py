"""Discard: remove the partial tiles and bundles whose full ones have been public for a day.

The only function that may delete, and only names under `tile/` with `.p/` in them: the bucket's
policy refuses it everything else, and this to everybody else (infra/stack/template.yaml). It asks
the bucket for the names of one full object at a time, and never for all. An hourly run mostly reads
one note in the registry.

A log serves a partial object of each size that had a checkpoint, and may remove it once the full
one is public (C2SP tlog-tiles, Partial Tiles). A reader of an older checkpoint reads the full one
up to its width. One size tells for all levels what is done: the objects that are full in a log of
that size.
"""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, convert
from msgspec.structs import replace

from chalicelib.errors import Conflict
from chalicelib.instant import text
from chalicelib.log.objects import published_size
from chalicelib.log.tlog.tile import WIDTH, TilePath, new_tiles
from chalicelib.plumbing.services import Services, current_services

PROGRESS = ("PARTIALS", "DISCARDED")  # where the registry has how far this came
_SECONDS = 40.0  # of the minute that a run may take; the step that is begun comes to its end
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


def run(event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - the schedule says nothing
    """Discard what is due. An error is raised: Lambda tries again, and so does the next hour."""
    services = current_services()
    return {"discarded": discard(services, services.wall())}


def discard(services: Services, now: datetime, seconds: float = _SECONDS) -> int:
    """Remove what is due at *now*; return the number of objects. Stop after *seconds*, at a step.

    A full object is looked for first: where it is missing, Corrupt is raised and nothing removed.
    Crash: some partial objects of the step are left, or all are gone and the note lags. The next
    run repeats the step, and finds the rest or nothing.
    """
    ends, count = time.monotonic() + seconds, 0
    document = services.registry.get(*PROGRESS)
    progress = read_discarded(document) or Discarded(0, 0, now)
    if document is not None and not progress.is_due(now):
        return 0
    try:
        while not progress.is_done:
            for tile in newly_full(progress.through, progress.next_step):
                count += services.objects.discard_partials(tile)
            document = _save(services, replace(progress, through=progress.next_step), document)
            progress = replace(progress, through=progress.next_step)
            if time.monotonic() > ends:
                return count
        # Nothing is due any more: what is public now will be, a day from now.
        _save(services, replace(progress, seen=published_size(services.objects), at=now), document)
    except Conflict:
        return count  # another run took the same steps and was faster: it goes on
    return count


def _save(
    services: Services, progress: Discarded, instead_of: dict[str, Any] | None
) -> dict[str, Any]:
    """Store how far this came, unless another run stored it meanwhile (Conflict)."""
    document = progress.written()
    services.registry.put(*PROGRESS, document, new=instead_of is None, instead_of=instead_of)
    return document
