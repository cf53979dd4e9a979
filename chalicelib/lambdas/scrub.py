"""Scrub: find, slowly, the cases whose snapshot is lost or wrong.

Only the wake in its snapshot brings a case up when time passes. If the snapshot is lost, nothing is
pending and nothing is due: neither reconcile nor the sweep would see the case again. Every tenth
minute one page of the facts is read, with the snapshots of its cases. A case whose snapshot counts
too few facts, or has no wake though its clocks run, is nudged: supervise judges it and saves it.

A run costs one page, however many cases there are. `duban log restore --check` compares whole
snapshots, all at once.
"""

from typing import TYPE_CHECKING

from chalicelib.plumbing import telemetry

if TYPE_CHECKING:
    from chalicelib.cases.snapshot import CaseSnapshot
    from chalicelib.plumbing.services import Services

_PLACE = ("RECONCILE", "SCRUB")
_PAGE = 500  # facts, at most a megabyte of them
_MINUTES = 10


def is_due(services: "Services") -> bool:
    """Return whether a page is to be read in this minute."""
    return services.wall().minute % _MINUTES == 0


def scrub(services: "Services") -> int:
    """Look at the next page. Return how many cases were nudged.

    The place is noted first, so that a page that cannot be read does not stop the round. A crash
    after it leaves the page to the next round.
    """
    note = services.registry.get(*_PLACE) or {}
    counts, after = services.facts.count_page(note.get("after"), _PAGE)
    services.registry.put(*_PLACE, {"after": after})
    snapshots = services.cases.get_all(counts)
    wrong = [case for case, count in counts.items() if _is_wrong(snapshots.get(case), count)]
    now = services.now()
    for case in wrong:
        services.inbox.put_nudge(case, now, now)
    telemetry.count(telemetry.SNAPSHOTS_MENDED, len(wrong))
    return len(wrong)


def _is_wrong(snapshot: "CaseSnapshot | None", count: int) -> bool:
    """Return whether *snapshot* is lost, counts fewer than *count* facts, or lacks a wake.

    A case may be on its way just now, or have nothing left to wake for: then the nudge is for
    nothing. A card may wait for people only, so its wake is not looked for here.
    """
    if snapshot is None or snapshot.n < count:
        return True
    is_running = not (snapshot.is_ours or snapshot.is_paused or snapshot.held_for)
    return is_running and snapshot.wake_at is None and snapshot.lamp not in ("", "closed")
