"""Snapshots in DynamoDB: a cache of the state of each case, and its indexes."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial, reduce
from itertools import islice
from operator import and_, or_

from msgspec.structs import replace
from pynamodb.expressions.condition import Condition

from chalicelib.cases.case_id import CaseKind
from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.list_range import ListRange
from chalicelib.cases.snapshot import CaseSnapshot, list_name
from chalicelib.cases.snapshot_item import (
    CONTESTED,
    AskedIndex,
    Attributes,
    ClaimsIndex,
    DepartmentIndex,
    HeldIndex,
    LampIndex,
    SnapshotItem,
    WakeIndex,
    WorkIndex,
    given_in,
    item_of,
    read_item,
)
from chalicelib.cases.work_list import WorkKind, WorkList, place_prefix
from chalicelib.errors import Conflict
from chalicelib.instant import parse, text
from chalicelib.plumbing.table import StartKey, can_be_key, is_written

_MOST_IN = 100  # names in a condition; DynamoDB takes 300 operators


class Cases:
    """The snapshots of all cases."""

    def __init__(self, table: str) -> None:
        class Item(SnapshotItem):  # an index knows its table: it is made anew for each
            wake = WakeIndex()
            held = HeldIndex()
            contested = ClaimsIndex()
            asking = AskedIndex()
            by_department = DepartmentIndex()
            by_lamp = LampIndex()
            to_do = WorkIndex()

            class Meta:
                table_name = table

        self._items = Item

    def get(self, case: str) -> CaseSnapshot | None:
        """Return the snapshot of *case*, read consistently; None if there is none."""
        item = self._items.find(case)
        return read_item(item) if item else None

    def get_all(self, cases: Iterable[str]) -> dict[str, CaseSnapshot]:
        """Return the snapshots of *cases* that there are, read consistently."""
        names = sorted(filter(can_be_key, cases))
        items = self._items.batch_get(names, consistent_read=True)
        return {item.case: read_item(item) for item in items}

    def save(self, snapshot: CaseSnapshot) -> bool:
        """Save *snapshot* unless a better one is there; return whether it was saved.

        It never replaces a snapshot that counts more facts. At equal n the earlier wake wins; but a
        wake that this judgement has served gives way, and so does one of other rules. Crash before
        the write: the old snapshot stays. Its wake is still due, or the item that caused the facts
        is still pending; either brings supervise back.
        """
        item, stored = item_of(self._items, snapshot), self._items
        served = stored.wake_at.does_not_exist() | (stored.wake_at <= text(snapshot.judged_at))
        if snapshot.wake_at is not None:
            served = served | (stored.wake_at > text(snapshot.wake_at))
        if snapshot.rules:
            served = served | stored.rules.does_not_exist() | (stored.rules != snapshot.rules)
        same = (stored.n == snapshot.n) & served
        return item.save_if(stored.case.does_not_exist() | (stored.n < snapshot.n) | same)

    def put_off(self, snapshot: CaseSnapshot, wake_at: datetime) -> None:
        """Move the wake of *snapshot*, which cannot be served, to *wake_at*; not if it has changed.

        Crash before the write: the wake is still due, and the sweep nudges the case again.
        """
        item, stored = item_of(self._items, replace(snapshot, wake_at=wake_at)), self._items
        was = text(snapshot.wake_at) if snapshot.wake_at else None
        item.save_if((stored.n == snapshot.n) & (stored.wake_at == was))

    def waking(self, shard: int, now: datetime) -> Iterator[tuple[str, datetime]]:
        """Return the cases of *shard* whose wake is due at *now*, oldest first, page by page."""
        items = self._items.wake.query(shard, self._items.wake_at <= text(now))
        return ((item.case, parse(item.wake_at)) for item in items)

    def has_due(self, now: datetime) -> bool:
        """Return whether any wake is due at *now*. It reads all wakes: for a local stage's few."""
        due = self._items.wake.scan(self._items.wake_at <= text(now))
        return next(iter(due), None) is not None

    def contested(self, after: str, limit: int) -> tuple[list[CaseSnapshot], str]:
        """Return the next *limit* cases with contested claims, and the place to go on from.

        Those on which a card hangs come first, then those that wait longest. The place is empty
        where the list begins or ends; the case at it need not be in the list any more.
        """
        later = self._items.claims_since > after if after else None
        page = self._items.contested.query(CONTESTED, later, limit=limit + 1, page_size=limit + 1)
        items = list(page)
        rest = items[limit - 1].claims_since if len(items) > limit else ""
        return [read_item(item) for item in items[:limit]], rest or ""

    def to_do(
        self, work: WorkList, most: int, kind: WorkKind | None = None, after: str = ""
    ) -> list[CaseSnapshot]:
        """Return at most *most* cases of the list *work*, of one *kind*, behind the place *after*.

        In the order of `cases/work_list.py`. One request, as long as they have 1 MB.
        """
        prefix = place_prefix(kind) if kind else ""
        behind = self._items.work_place > max(after, prefix) if after or prefix else None
        items = self._items.to_do.query(work, behind, limit=most, page_size=most)
        return [read_item(item) for item in items if (item.work_place or "").startswith(prefix)]

    def asking(self, department: str) -> Iterator[CaseSnapshot]:
        """Return the cases that *department* is asked to take over, the longest wait first."""
        return (read_item(item) for item in self._items.asking.query(department))

    def page(
        self, after: StartKey | None, limit: int
    ) -> tuple[list[CaseSnapshot], StartKey | None]:
        """Return the next *limit* snapshots behind *after*, in no order, and the key to go on."""
        items = self._items.scan(limit=limit, page_size=limit, last_evaluated_key=after)
        return [read_item(item) for item in items], items.last_evaluated_key

    def stored_page(
        self, after: StartKey | None, limit: int
    ) -> tuple[list[tuple[str, Attributes]], StartKey | None]:
        """Return the next *limit* snapshots as `page` does, as they are stored, by their cases."""
        items = self._items.scan(
            limit=limit, page_size=limit, last_evaluated_key=after, consistent_read=True
        )
        return [(item.case, given_in(item)) for item in items], items.last_evaluated_key

    def attributes_of(self, snapshot: CaseSnapshot) -> Attributes:
        """Return the attributes that *snapshot* is stored as."""
        return given_in(item_of(self._items, snapshot))

    def correct(self, snapshot: CaseSnapshot, stored: Attributes) -> None:
        """Write *snapshot* in the place of *stored*, for a restore. Conflict: judged meanwhile."""
        if not item_of(self._items, snapshot).save_if(self._is(stored)):
            raise _judged_meanwhile(snapshot.case)

    def drop(self, case: str, stored: Attributes) -> None:
        """Delete what is *stored* of a *case*; only a restore does that. Raises Conflict likewise.

        A crash after it leaves a case without a snapshot; the next restore nudges it.
        """
        is_deleted = is_written(partial(self._items(case).delete, condition=self._is(stored)))
        if not is_deleted and self.get(case) is not None:  # else it is our own: no answer came
            raise _judged_meanwhile(case)

    def _is(self, stored: Attributes) -> Condition:
        """Return the condition that a snapshot was not judged since it was *stored* so."""
        attributes = self._items.get_attributes()
        parts = [
            attributes[name] == stored[name]
            if name in stored
            else attributes[name].does_not_exist()
            for name in ("n", "judged_at", "rules")
        ]
        return reduce(and_, parts)

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
        return (read_item(item) for item in items)

    def listed(
        self, kind: CaseKind, department: str, within: ListRange, most: int
    ) -> list[CaseSnapshot]:
        """Return at most *most* of a department's open cases of a *kind* in a part of their list.

        One request, as long as they have less than 1 MB.
        """
        due_at, listed_under = self._items.due_at, list_name(kind, department)
        bound = due_at >= within.since if within.since else None
        if within.before:
            bound = due_at < within.before
        items = self._items.by_department.query(
            listed_under,
            bound,
            scan_index_forward=not within.is_backward,
            limit=most,
            page_size=most,
            last_evaluated_key=_start_key(listed_under, within.after),
        )
        return [read_item(item) for item in items]

    def of_lamp(
        self,
        lamp: str,
        since: datetime | None = None,
        until: datetime | None = None,
        most: int | None = None,
    ) -> Iterator[CaseSnapshot]:
        """Return the open cases with this *lamp*, one of ALIGHT, those due first first.

        Those due from *since* on and before *until*; *most* of those due from *since* are read.
        """
        later = self._items.due_at >= text(since) if since else None
        items = self._items.by_lamp.query(lamp, later, limit=most, page_size=most)
        found = (read_item(item) for item in items)
        return (each for each in found if until is None or (each.due_at or until) < until)

    def latest_of_item(
        self, department: str, spellings: Sequence[str], most: int
    ) -> Iterator[CaseSnapshot]:
        """Return at most *most* of a department's open permits of an item, those due last first."""
        is_of_item = reduce(or_, [self._items.item == name for name in spellings])
        items = self._items.by_department.query(
            list_name("permit", department), filter_condition=is_of_item, scan_index_forward=False
        )
        return (read_item(item) for item in islice(items, most))

    def fallen_due(
        self, kind: CaseKind, department: str, now: datetime, most: int
    ) -> Iterator[CaseSnapshot]:
        """Return at most *most* of a department's open cases due before *now*, the last first."""
        earlier, listed_under = self._items.due_at < text(now), list_name(kind, department)
        items = self._items.by_department.query(
            listed_under, earlier, scan_index_forward=False, limit=most, page_size=most
        )
        return (read_item(item) for item in items)

    def fell_due_in(
        self, group: CountedGroup, departments: Collection[str]
    ) -> Iterator[CaseSnapshot]:
        """Yield the permits of *departments* that fell due in the period of *group*.

        This reads the whole table, a few times a quarter: a group is counted once, after its
        period, and only where it has the cards. No case pays for an index of its own.
        """
        first, until = (day.isoformat() for day in group.days)
        wanted = (self._items.fell_due >= first) & (self._items.fell_due < until)
        if len(departments) <= _MOST_IN:
            listed = (list_name("permit", each) for each in sorted(departments))
            wanted &= reduce(or_, [self._items.department == each for each in listed])
        if group.region:
            wanted &= self._items.region == group.region
        if group.item:
            wanted &= self._items.item == group.item
        found = map(read_item, self._items.scan(wanted))
        return (each for each in found if each.kind == "permit" and each.department in departments)


def _start_key(listed_under: str, after: str) -> StartKey | None:
    """Return where a query of the department index goes on; None: at its beginning."""
    due_at, _, case = after.partition("#")
    key = {"department": listed_under, "due_at": due_at, "case": case}
    return {name: {"S": value} for name, value in key.items()} if after else None


def _judged_meanwhile(case: str) -> Conflict:
    return Conflict(f"{case} 同时又被裁断", f"{case} is judged meanwhile")
