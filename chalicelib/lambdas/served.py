"""Served: skip a record of the inbox stream that has nothing new, so that a flood delays nobody.

One run takes all pending items of its case. Their records come behind it, and would each read the
whole case again. This process remembers which items its runs took, and how many facts their cases
had then: a snapshot that counts as many has judged them, and one read of it says so. In another
process, or later, one read of the item says whether its mark is gone.

A record is skipped only where the snapshot counts its fact, or where its mark is gone. The mark
goes when the facts are in the log and the snapshot counts them, or by quarantine. An item that was
rewritten to be looked at again is never skipped by memory. So nothing depends on the memory: the
mark stays, and reconcile finds the item.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.cases.decision import NOT_YET
from chalicelib.instant import parse
from chalicelib.intake.inbox_id import is_nudge
from chalicelib.lambdas.gather import GatheredCase, InboxRecord

if TYPE_CHECKING:
    from chalicelib.cases.snapshot import CaseSnapshot
    from chalicelib.plumbing.services import Services

_MOST = 10_000  # items that a process remembers; the oldest are forgotten
_FRESH = timedelta(seconds=20)  # so new a mark is hardly gone yet: looking would be for nothing
_NOT_PENDING = {"N": "-1"}
Image = Mapping[str, Any]


class ServedItems:
    """What the runs of this process took along: each item, and the count of facts that has it."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}

    def note(self, case: str, ids: Iterable[str], n: int) -> None:
        """Remember that the head of *case* that counts *n* facts has judged the items *ids*."""
        for item_id in ids:
            self._counts.pop((case, item_id), None)
            self._counts[case, item_id] = n
        while len(self._counts) > _MOST:
            del self._counts[next(iter(self._counts))]

    def count(self, case: str, item_id: str) -> int | None:
        """Return how many facts a head has to count so that it has judged the item, if known."""
        return self._counts.get((case, item_id))


def note_served(
    services: "Services", case: str, gathered: GatheredCase, new: Iterable[str], n: int
) -> None:
    """Remember what waits and is on record or *new*, once a head that counts *n* is saved."""
    told = {record.cause for record in gathered.records if record.fact.told}.union(new)
    events = (item_id for item_id in gathered.pending & told if not is_nudge(item_id))
    services.served_items.note(case, events, n)


def find_news(services: "Services", images: Iterable[Image]) -> InboxRecord | None:
    """Return the new records of a case as one; None if all are served, settled or quarantined."""
    head = cache(services.cases.get)  # once for all records
    news = [
        image
        for image in images
        if int(image.get("pending_shard", _NOT_PENDING)["N"]) >= 0  # nor quarantined
        and not _is_served(services, image, head)
    ]
    if not news:
        return None
    # One that is pending is enough to go on: a run takes all pending items along.
    records, now = [_read(image) for image in news], services.wall()
    is_fresh = any(now - parse(image["pending_since"]["S"]) < _FRESH for image in news)
    is_pending = services.inbox.is_pending
    if not is_fresh and not any(is_pending(record.case, record.id) for record in records):
        return None
    *others, last = records
    latest = max(records, key=lambda record: record.swept_at or NOT_YET)
    return InboxRecord(
        last.case,
        last.id,
        latest.swept_at,
        others=tuple(record.id for record in others),
        since=min((record.since for record in records if record.since), default=None),
        until=latest.until,
    )


def _is_served(
    services: "Services", image: Image, head: Callable[[str], "CaseSnapshot | None"]
) -> bool:
    """Return whether a run of this process took the item along, and the head still says so."""
    case = image["case"]["S"]
    count = services.served_items.count(case, image["id"]["S"])
    if count is None or "touched_at" in image:
        return False
    snapshot = head(case)
    return snapshot is not None and snapshot.n >= count


def _read(image: Image) -> InboxRecord:
    # A revision may come from an operator's machine; no case may be judged by its clock.
    swept_at = _text(image, "swept_at") if "wake_at" in image else None
    until = _text(image, "until")
    return InboxRecord(
        case=image["case"]["S"],
        id=image["id"]["S"],
        swept_at=parse(swept_at) if swept_at else None,
        since=_text(image, "pending_since"),
        until=parse(until) if until else None,
    )


def _text(image: Image, name: str) -> str | None:
    return image[name]["S"] if name in image else None
