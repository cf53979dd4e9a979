"""Snapshots in DynamoDB: a cache of what the facts of each case fold into, and its indexes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any

from pynamodb.exceptions import PutError

from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.decision import NO_CLAIMS, Asked, Claims
from chalicelib.cases.head import (
    CaseSnapshot,
    list_name,
    read_about,
    read_dues,
    wake_shard,
    write_about,
    write_dues,
)
from chalicelib.cases.item_store import (
    AskedIndex,
    ClaimsIndex,
    DepartmentIndex,
    HeldIndex,
    SnapshotItem,
    WakeIndex,
)
from chalicelib.cases.kind import CaseKind
from chalicelib.instant import parse, text
from chalicelib.plumbing.table import condition_failed

StartKey = dict[str, dict[str, Any]]
"""Where a scan of the snapshots goes on: a key as DynamoDB writes it, and as JSON can hold it."""

CONTESTED = "contested"
_NEVER = "9999"  # sorts after every instant


class Cases:
    """The snapshots of all cases."""

    def __init__(self, table: str) -> None:
        class Item(SnapshotItem):
            wake = WakeIndex()
            held = HeldIndex()
            contested = ClaimsIndex()
            asking = AskedIndex()
            by_department = DepartmentIndex()

            class Meta:
                table_name = table

        self._items = Item

    def get(self, case: str) -> CaseSnapshot | None:
        """Return the snapshot of *case*, read consistently; None if there is none."""
        try:
            return _snapshot(self._items.get(case, consistent_read=True))
        except self._items.DoesNotExist:
            return None

    def save(self, snapshot: CaseSnapshot) -> bool:
        """Save *snapshot* unless a better one is there; return whether it was saved.

        It never replaces a snapshot that counts more facts. At equal n the earlier wake wins; but a
        wake that this judgement has served gives way, and so does one of other rules. Crash before
        the write: the old snapshot stays. Its wake is still due, or the item that caused the facts
        is still pending; either brings supervise back.
        """
        item, stored = _item(self._items, snapshot), self._items
        served = stored.wake_at.does_not_exist() | (stored.wake_at <= text(snapshot.judged_at))
        if snapshot.wake_at is not None:
            served = served | (stored.wake_at > text(snapshot.wake_at))
        if snapshot.rules:
            served = served | stored.rules.does_not_exist() | (stored.rules != snapshot.rules)
        same = (stored.n == snapshot.n) & served
        try:
            item.save(condition=stored.case.does_not_exist() | (stored.n < snapshot.n) | same)
        except PutError as error:
            if not condition_failed(error):
                raise
            return False
        return True

    def waking(self, shard: int, now: datetime) -> Iterator[tuple[str, datetime]]:
        """Return the cases of *shard* whose wake is due at *now*, oldest first, page by page."""
        items = self._items.wake.query(shard, self._items.wake_at <= text(now))
        return ((item.case, parse(item.wake_at)) for item in items)

    def contested(self, after: str, limit: int) -> tuple[list[CaseSnapshot], str]:
        """Return the next *limit* cases with contested claims, and the place to go on from.

        Those on which a card hangs come first, then those that wait longest. The place is empty
        where the list begins or ends; the case at it need not be in the list any more.
        """
        later = self._items.claims_since > after if after else None
        found = self._items.contested.query(CONTESTED, later, limit=limit + 1, page_size=limit + 1)
        items = list(found)
        rest = items[limit - 1].claims_since if len(items) > limit else ""
        return [_snapshot(item) for item in items[:limit]], rest or ""

    def asking(self, department: str) -> Iterator[CaseSnapshot]:
        """Return the cases that *department* is asked to take over, the longest wait first."""
        return (_snapshot(item) for item in self._items.asking.query(department))

    def page(
        self, after: StartKey | None, limit: int
    ) -> tuple[list[CaseSnapshot], StartKey | None]:
        """Return the next *limit* snapshots behind the key *after*, and the key to go on from.

        They are in no order. A snapshot that is saved meanwhile may or may not be among them.
        """
        items = self._items.scan(limit=limit, page_size=limit, last_evaluated_key=after)
        snapshots = [_snapshot(item) for item in items]
        return snapshots, items.last_evaluated_key

    def of_department(
        self,
        kind: CaseKind,
        department: str,
        since: datetime | None = None,
        page: int | None = None,
    ) -> Iterator[CaseSnapshot]:
        """Return a department's open cases of a *kind*, those due first first.

        Only those due from *since* on. Cases without a due instant, not accepted yet or paused,
        come last. They are read in pages of *page*, no further than the caller iterates.
        """
        later = self._items.due_at >= text(since) if since else None
        listed_under = list_name(kind, department)
        items = self._items.by_department.query(listed_under, later, page_size=page)
        return (_snapshot(item) for item in items)

    def latest_of_item(
        self, department: str, spellings: Sequence[str], most: int
    ) -> Iterator[CaseSnapshot]:
        """Return at most *most* of a department's open permits of an item, those due last first."""
        is_of_item = reduce(or_, [self._items.item == name for name in spellings])
        items = self._items.by_department.query(
            list_name("permit", department), filter_condition=is_of_item, scan_index_forward=False
        )
        return (_snapshot(item) for item in islice(items, most))

    def fallen_due(
        self, kind: CaseKind, department: str, now: datetime, most: int
    ) -> Iterator[CaseSnapshot]:
        """Return at most *most* of a department's open cases that fell due before *now*.

        Those that fell due last come first.
        """
        earlier, listed_under = self._items.due_at < text(now), list_name(kind, department)
        items = self._items.by_department.query(
            listed_under, earlier, scan_index_forward=False, limit=most, page_size=most
        )
        return (_snapshot(item) for item in items)

    def count_due(self, department: str, group: CountedGroup) -> int:
        """Return how many permits of a *department* fell due in the period of *group*.

        This reads the whole table, a few times a quarter: a group is counted once, after its
        period, and only where it has the cards. No case pays for an index of its own.
        """
        first, until = (day.isoformat() for day in group.days)
        wanted = self._items.department == list_name("permit", department)
        wanted &= (self._items.fell_due >= first) & (self._items.fell_due < until)
        if group.region:
            wanted &= self._items.region == group.region
        if group.item:
            wanted &= self._items.item == group.item
        return sum(1 for _ in self._items.scan(wanted))


def _item(items: type[SnapshotItem], snapshot: CaseSnapshot) -> SnapshotItem:
    is_listed = snapshot.kind in ("card", "sealed") or (
        snapshot.kind == "permit" and snapshot.lamp != "closed"
    )
    return items(
        snapshot.case,
        public_case=snapshot.public_case,
        n=snapshot.n,
        judged_at=text(snapshot.judged_at),
        lamp=snapshot.lamp,
        told=snapshot.told,
        department=snapshot.listed_under or None,
        item=snapshot.item or None,
        region=snapshot.region or None,
        wake_shard=wake_shard(snapshot.case) if snapshot.wake_at else None,
        wake_at=text(snapshot.wake_at) if snapshot.wake_at else None,
        held_for=snapshot.held_for or None,
        due_at=(text(snapshot.listed_at) if snapshot.listed_at else _NEVER) if is_listed else None,
        dues=write_dues(snapshot.dues),
        is_paused=snapshot.is_paused or None,
        rules=snapshot.rules or None,
        level=snapshot.level or None,
        is_unlisted=snapshot.is_unlisted or None,
        about=write_about(snapshot.about),
        unjudged_at=text(snapshot.unjudged_at) if snapshot.unjudged_at else None,
        fell_due=snapshot.fell_due or None,
        **_contested(snapshot),
        **_asked(snapshot),
    )


def _contested(snapshot: CaseSnapshot) -> dict[str, Any]:
    """Return the attributes of the sparse index; none where no claim waits."""
    claims = snapshot.claims
    if claims.since is None:
        return {}
    order = f"{0 if claims.card else 1}#{text(claims.since)}#{snapshot.public_case}"
    return {"claims": claims.number, "claims_of": CONTESTED, "claims_since": order}


def _asked(snapshot: CaseSnapshot) -> dict[str, Any]:
    """Return the attributes of the sparse index; none where no department is asked."""
    asked = snapshot.asked
    if asked is None:
        return {}
    order = f"{text(asked.since)}#{asked.n}#{snapshot.public_case}"
    return {"asked": asked.department, "asked_since": order}


def _read_asked(item: SnapshotItem) -> Asked | None:
    if not item.asked_since:
        return None
    since, n, _ = item.asked_since.split("#", 2)
    return Asked(int(n), item.asked or "", parse(since))


def _claims(item: SnapshotItem) -> Claims:
    if not item.claims_since:
        return NO_CLAIMS
    order, since, _ = item.claims_since.split("#", 2)
    return Claims(int(item.claims or 0), parse(since), order == "0")


def _department(item: SnapshotItem) -> str:
    """Return the department alone; it is stored with the kind of its list before it."""
    return (item.department or "").partition(":")[2]


def _snapshot(item: SnapshotItem) -> CaseSnapshot:
    return CaseSnapshot(
        case=item.case,
        public_case=item.public_case,
        n=int(item.n),
        judged_at=parse(item.judged_at),
        lamp=item.lamp,
        department=_department(item),
        item=item.item or "",
        region=item.region or "",
        wake_at=parse(item.wake_at) if item.wake_at else None,
        held_for=item.held_for or "",
        dues=read_dues(item.dues),
        is_paused=bool(item.is_paused),
        told=item.told,
        rules=item.rules or "",
        level=item.level or "",
        is_unlisted=bool(item.is_unlisted),
        about=read_about(item.about),
        unjudged_at=parse(item.unjudged_at) if item.unjudged_at else None,
        claims=_claims(item),
        asked=_read_asked(item),
        fell_due=item.fell_due or "",
    )
