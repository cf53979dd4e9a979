"""Discard: remove the partial tiles and bundles whose full ones have been public for a day.

The only function that may delete, and only names under `tile/` with `.p/` in them: the bucket's
policy refuses it everything else, and this to everybody else (infra/stack/template.yaml). It asks
the bucket for the names of one full object at a time, and never for all. An hourly run mostly reads
one note in the registry.
"""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from chalicelib.errors import Conflict
from chalicelib.log.objects import published_size
from chalicelib.log.partials import Discarded, newly_full, read_discarded
from chalicelib.plumbing.services import Services, current_services

PROGRESS = ("PARTIALS", "DISCARDED")  # where the registry has how far this came
_SECONDS = 40.0  # of the minute that a run may take; the step that is begun comes to its end


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
