"""Reconcile: find the cases stuck between two steps, and bring them on, without stream records.

Every inbox item carries a pending mark until its facts are in the log and the snapshot counts them.
Items that are pending for too long are handled here, and a case that cannot be keeps no other one
back. The cost grows with the stuck items; an idle run is one empty query per shard, and one that
counts the quarantined items. Reconcile also brings the board up to the log, and wakes the cases
that a new catalogue, calendar or profile may change. It writes to the log which rules are in force,
and a heartbeat.

Every tenth minute it looks for snapshots that are lost or wrong. Only the wake in its snapshot
brings a case up when time passes: without one nothing is pending and nothing due. A run costs one
page, however many cases there are; `duban log restore --check` compares them all at once.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.errors import SENSELESS
from chalicelib.instant import parse, text
from chalicelib.intake.inbox_id import catalogue_in, nudge_id, rules_in
from chalicelib.lambdas.project import follow
from chalicelib.lambdas.recompute import awaken
from chalicelib.lambdas.seal import seal
from chalicelib.lambdas.stating import beat, state
from chalicelib.lambdas.succeeding import tell_successions
from chalicelib.log.commit import MAX_CASES
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, current_services

if TYPE_CHECKING:  # the store is heavy; `current_services` imports it when it is needed
    from chalicelib.intake.pending_store import InboxItem
    from chalicelib.plumbing.table import StartKey

_Page = tuple[list[tuple[str, str]], "StartKey | None"]
"""Pending items of a shard, each by case and id, and where the next page begins."""

STUCK = timedelta(minutes=1)
_SECONDS = 40.0  # of the minute that a run may take; what is begun then comes to its end
_TOUCHED = 10  # items of a case that are brought on at once: of many, some may be unreadable
_MOST_QUARANTINED = 100  # items in quarantine that are counted
_PLACE = ("RECONCILE", "PENDING")  # where the registry has how far the last run came
_RUN = 500  # items of a shard that one run looks at
_SCRUBBED = ("RECONCILE", "SCRUB")  # where it has how far the snapshots are looked through
_PAGE = 500  # facts, at most a megabyte of them
_MINUTES = 10


def run(event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - the schedule says nothing
    """Reconcile the items that have been pending for more than a minute."""
    began, services = time.monotonic(), current_services()
    oldest = services.inbox.oldest_pending()
    lag = int((services.wall() - oldest).total_seconds()) if oldest else 0
    telemetry.seconds(telemetry.SEAL_LAG_SECONDS, lag)
    healed = reconcile(services, STUCK)
    telemetry.count(telemetry.CASES_HEALED, healed)
    beat(services, state(services))  # before any case is judged by new rules
    tell_successions(services)
    left = max(0.0, _SECONDS - (time.monotonic() - began))
    awakened = awaken(services, timedelta(seconds=left))
    telemetry.count(telemetry.CASES_AWAKENED, awakened)
    quarantined = services.inbox.list_quarantined(_MOST_QUARANTINED)
    telemetry.count(telemetry.ITEMS_QUARANTINED, len(quarantined))
    if services.wall().minute % _MINUTES == 0:
        scrub(services)
    return {"healed": healed, "awakened": awakened}


def reconcile(services: Services, stuck: timedelta) -> int:
    """Heal the cases with items pending for longer than *stuck*. Return their number."""
    cases = find_stuck(services, services.wall() - stuck)
    names = list(cases)
    for start in range(0, len(names), MAX_CASES):
        _heal(services, {name: cases[name] for name in names[start : start + MAX_CASES]})
    follow(services.log_reader, services.board)
    return len(cases)


def find_stuck(services: Services, before: datetime) -> dict[str, list[str]]:
    """Return the cases with items pending since before *before*, and the ids of those items.

    Of each shard a run takes so many; the oldest come first. Where more are stuck, each run goes on
    where the one before it ended, and begins again behind the last: so no item that cannot be
    healed keeps others back for ever.
    """
    inbox, shards = services.inbox, range(services.inbox.shards)
    pages = [inbox.pending_page(shard, before, _RUN) for shard in shards]
    if any(behind for _, behind in pages):
        pages = _go_on(services, before, pages)
    stuck: dict[str, list[str]] = {}
    for case, item_id in (key for keys, _ in pages for key in keys):
        stuck.setdefault(case, []).append(item_id)
    return stuck


def _go_on(services: Services, before: datetime, pages: Sequence[_Page]) -> list[_Page]:
    """Return the pages behind the noted places; where none is noted, the one in *pages*.

    Where they end is noted before the work. A crash leaves what was begun to the next round.
    """
    note = services.registry.get(*_PLACE) or {}
    chosen = []
    for shard, page in enumerate(pages):
        after = note.get(str(shard))
        is_noted = page[1] and after and after["pending_since"]["S"] < text(before)
        behind_it = services.inbox.pending_page(shard, before, _RUN, after) if is_noted else page
        chosen.append(behind_it)
    ends = {str(shard): behind for shard, (_, behind) in enumerate(chosen) if behind}
    services.registry.put(*_PLACE, ends)
    return chosen


def _heal(services: Services, cases: Mapping[str, Sequence[str]]) -> None:
    """Take *cases* a step further: to supervise, to the log, or out of the pending index.

    A crash anywhere leaves the unfinished items pending, for the next minute. They are settled only
    once all facts of their cases are sealed: no run finds a fact without a mark.
    """
    served = services.in_parallel(partial(_try_serve, services), cases.items())
    sound = {case: ids for case, ids in zip(cases, served, strict=True) if ids is not None}
    seal(services, sound)
    for case, ids in sound.items():
        for item_id in ids:
            services.inbox.settle(case, item_id)


def _try_serve(services: Services, stuck: tuple[str, Sequence[str]]) -> list[str] | None:
    """Do as `_find_served`; None where the case makes no sense: it stays, and rings an alarm."""
    try:
        return _find_served(services, *stuck)
    except SENSELESS:
        telemetry.logger.exception("not to be healed")  # its name may be that of a person
        telemetry.count(telemetry.CASES_UNHEALED)
        return None


def _find_served(services: Services, case: str, stuck: Sequence[str]) -> list[str]:
    """Return the items of *case* that only need to be sealed; wake supervise if work is left."""
    records = services.facts.of_case(case)
    on_record = {record.cause for record in records if record.fact.told}
    pending = services.inbox.waiting(case, len(on_record), stuck)
    snapshot = services.cases.get(case)
    untold = [item for item in pending if item.event and item.id not in on_record]
    is_judged = (snapshot.n if snapshot else 0) == len(records)
    nudges = [item for item in pending if not item.event]
    unserved = untold + [item for item in nudges if _is_left(services, item, snapshot)]
    if pending and (unserved or not is_judged):
        # Whichever item wakes supervise, it handles all that are pending.
        for item in (unserved or pending[:1])[:_TOUCHED]:
            services.inbox.touch(case, item.id, services.wall())
    if not is_judged:
        return []
    reported = [item.id for item in pending if item.event and item not in untold]
    return reported + [item.id for item in nudges if _is_served(item, snapshot)]


def _is_left(services: Services, nudge: "InboxItem", snapshot: CaseSnapshot | None) -> bool:
    """Return whether *nudge* is left for this run; its wake is the sweep's, if that is not ahead.

    A wake is ahead where the clock was set back. The case is judged at the time of that sweep then.
    """
    if _is_served(nudge, snapshot):
        return False
    return not nudge.wake_at or parse(nudge.wake_at) > services.now()


def _is_served(nudge: "InboxItem", snapshot: CaseSnapshot | None) -> bool:
    """Return whether *nudge* is served: its rules judged, its catalogue's item there, or time."""
    if catalogue_in(nudge.id):
        return snapshot is None or not snapshot.is_unlisted
    if rules := rules_in(nudge.id):
        return snapshot is None or snapshot.rules == rules
    return snapshot is None or snapshot.wake_at is None or nudge_id(snapshot.wake_at) > nudge.id


def scrub(services: Services) -> int:
    """Look at the next page. Return how many cases were nudged.

    The place is noted first, so that a page that cannot be read does not stop the round. A crash
    after it leaves the page to the next round.
    """
    note = services.registry.get(*_SCRUBBED) or {}
    counts, after = services.facts.count_page(note.get("after"), _PAGE)
    services.registry.put(*_SCRUBBED, {"after": after})
    snapshots = services.cases.get_all(counts)
    wrong = [case for case, count in counts.items() if _is_wrong(snapshots.get(case), count)]
    now = services.now()
    for case in wrong:
        services.inbox.put_nudge(case, now, now)
    telemetry.count(telemetry.SNAPSHOTS_MENDED, len(wrong))
    return len(wrong)


def _is_wrong(snapshot: CaseSnapshot | None, count: int) -> bool:
    """Return whether *snapshot* is lost, counts fewer than *count* facts, or lacks a wake.

    A case may be on its way just now, or have nothing left to wake for: then the nudge is for
    nothing. A card may wait for people only, so its wake is not looked for here.
    """
    if snapshot is None or snapshot.n < count:
        return True
    is_running = not (snapshot.is_ours or snapshot.is_paused or snapshot.held_for)
    return is_running and snapshot.wake_at is None and snapshot.lamp not in ("", "closed")
