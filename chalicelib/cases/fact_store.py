"""Facts in DynamoDB: the truth, only ever appended.

Neither function nor operator may update or delete a fact: no IAM policy grants it.
"""

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.cases.stored_fact import CaseDays, LampState, Record, read_fact
from chalicelib.errors import Conflict
from chalicelib.plumbing.table import StartKey, Table


class FactItem(Table):
    """One fact of one case."""

    case = UnicodeAttribute(hash_key=True)
    n = NumberAttribute(range_key=True)
    public_case = UnicodeAttribute()
    leaf = UnicodeAttribute()
    cause = UnicodeAttribute()
    origin = UnicodeAttribute(null=True)
    was = UnicodeAttribute(null=True)
    was_in = UnicodeAttribute(null=True)
    now = UnicodeAttribute(null=True)
    now_in = UnicodeAttribute(null=True)
    was_out = UnicodeAttribute(null=True)
    now_out = UnicodeAttribute(null=True)
    was_days = UnicodeAttribute(null=True)
    now_days = UnicodeAttribute(null=True)


class Facts:
    """The facts of all cases, F#0 to F#n of each, without a gap."""

    def __init__(self, table: str) -> None:
        self._items = FactItem.named(table)

    def of_case(self, case: str, since: int = 0) -> list[Record]:
        """Read the facts of *case* from number *since* on, in order, consistently."""
        later = self._items.n >= since if since else None
        return [_record(item) for item in self._items.query(case, later, consistent_read=True)]

    def some_of_case(self, case: str, since: int, most: int) -> list[Record]:
        """Return at most *most* facts of *case* from number *since* on; one request up to 1 MB."""
        items = self._items.query(case, self._items.n >= max(since, 0), limit=most, page_size=most)
        return [_record(item) for item in items]

    def count_page(
        self, after: StartKey | None, limit: int
    ) -> tuple[dict[str, int], StartKey | None]:
        """Return how many facts the cases of the next *limit* facts have at least; and the key."""
        names = ["case", "n"]
        items = self._items.scan(
            limit=limit, page_size=limit, last_evaluated_key=after, attributes_to_get=names
        )
        counts: dict[str, int] = {}
        for item in items:
            counts[item.case] = max(counts.get(item.case, 0), int(item.n) + 1)
        return counts, items.last_evaluated_key

    def append(self, case: str, record: Record) -> None:
        """Write the next fact. Raises Conflict where that number is taken: read and decide again.

        A crash after the write leaves a fact that its snapshot does not count yet. The stream's
        retry or reconcile runs supervise again, which finds the fact by its key and saves the
        snapshot. A lost answer makes our own write look like a conflict; reading again finds it
        likewise.
        """
        fact = record.fact
        item = self._items(
            case,
            fact.n,
            public_case=record.public_case,
            leaf=record.leaf,
            cause=record.cause,
            origin=fact.origin or None,
            **_columns("was", record.was),
            **_columns("now", record.now),
        )
        if not item.save_if(self._items.case.does_not_exist()):
            raise Conflict(f"第 {fact.n} 项事实已由别处写入", f"fact {fact.n} is taken")


def _record(item: FactItem) -> Record:
    return Record(
        public_case=item.public_case,
        fact=read_fact(item.leaf, item.origin or ""),
        leaf=item.leaf,
        cause=item.cause,
        was=_read_columns("was", item),
        now=_read_columns("now", item),
    )


def _columns(when: str, state: LampState) -> dict[str, Any]:
    """Return the columns of *state*, before or after a fact; of 7 days 2 excluded are `7/2`."""
    days = None if state.days is None else f"{state.days.passed}/{state.days.excluded}"
    columns = {"": state.lamp, "_in": state.department, "_out": state.left_out, "_days": days}
    return {f"{when}{name}": value or None for name, value in columns.items()}


def _read_columns(when: str, item: FactItem) -> LampState:
    lamp, department, left_out, days = (
        getattr(item, f"{when}{name}") or "" for name in ("", "_in", "_out", "_days")
    )
    read_days = CaseDays(*map(int, days.split("/"))) if days else None
    return LampState(lamp, department, left_out, read_days)
