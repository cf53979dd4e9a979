"""Stuck: what has been pending for too long, so much of it as one run of reconcile can take.

While few items are stuck, a run has them all. Where more are, each run goes on where the one before
it ended, and begins again behind the last: so what cannot be healed keeps nothing back for ever.
The place is noted before the work. A crash leaves what it had begun to the next round.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.instant import text

if TYPE_CHECKING:
    from chalicelib.plumbing.services import Services
    from chalicelib.plumbing.table import StartKey

_PLACE = ("RECONCILE", "PENDING")
_RUN = 500  # items of a shard that one run looks at

Found = dict[str, list[str]]


def find_stuck(services: "Services", before: datetime) -> Found:
    """Return the cases with items pending since before *before*, and the ids of those items.

    The oldest come first, unless there are more of them than a run takes.
    """
    inbox, places = services.inbox, range(services.inbox.shards)
    pages = [inbox.pending_page(shard, before, _RUN) for shard in places]
    if any(behind for _, behind in pages):
        pages = _go_on(services, before, pages)
    found: Found = {}
    for case, item_id in (key for keys, _ in pages for key in keys):
        found.setdefault(case, []).append(item_id)
    return found


def _go_on(
    services: "Services",
    before: datetime,
    pages: list[tuple[list[tuple[str, str]], "StartKey | None"]],
) -> list[tuple[list[tuple[str, str]], "StartKey | None"]]:
    """Return the pages behind the noted places, and note where they end; else the first *pages*."""
    note = services.registry.get(*_PLACE) or {}
    chosen = []
    for shard, (keys, behind) in enumerate(pages):
        after = note.get(str(shard))
        if behind and after and after["pending_since"]["S"] < text(before):
            chosen.append(services.inbox.pending_page(shard, before, _RUN, after))
        else:
            chosen.append((keys, behind))
    new = {str(shard): behind for shard, (_, behind) in enumerate(chosen) if behind}
    services.registry.put(*_PLACE, new)
    return chosen
