"""Scrub: find the cases whose head is lost or wrong, slowly, for nothing else would.

A head is a cache, and its wake the only thing that time comes by. If it is lost, nothing is pending
and nothing is due, so neither reconcile nor the sweep would ever see the case again. Every tenth
minute one page of the facts is read, and the heads of its cases. A case whose head has too few
facts, or no wake though its clocks run, is nudged: supervise judges it anew, and saves it right.

The cost of a run is that of a page, however many cases there are; the round takes longer. `duban
log restore --check` compares all of a head, at once.
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
    heads = services.cases.get_all(counts)
    wrong = [case for case, count in counts.items() if _is_wrong(heads.get(case), count)]
    now = services.now()
    for case in wrong:
        services.inbox.put_nudge(case, now, now)
    telemetry.count(telemetry.SNAPSHOTS_MENDED, len(wrong))
    return len(wrong)


def _is_wrong(head: "CaseSnapshot | None", count: int) -> bool:
    """Return whether *head* is lost, counts fewer than *count* facts, or sleeps though it is open.

    A case may be on its way just now, or have nothing left to wake for: then the nudge is for
    nothing. A card may wait for people only, so its wake is not looked for here.
    """
    if head is None or head.n < count:
        return True
    is_running = head.kind == "permit" and not (head.is_paused or head.held_for)
    return is_running and head.wake_at is None and head.lamp not in ("", "closed")
