"""The log in DynamoDB.

    HEAD/HEAD                     size, root and frontier of the log
    CUR#<case>/CUR                how many facts of the case are in the log
    BATCH#<first // 4096>/<first> a committed run of entries, its first index in 16 digits; see
                                  `item_store.py`

One transaction moves the head, writes the batch and moves the cursors, so there is never a gap, a
double or an orphan, whatever crashes and whoever else commits. The head must be read before the
cursors (AUDIT_LOG §7.3).
"""

from base64 import b64encode
from collections.abc import Iterator

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, PutError, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.errors import Conflict
from chalicelib.log.batch_item import PAGE, BatchItem, index_key, pack, page_key
from chalicelib.log.commit import Commit, TreeHead, read_frontier
from chalicelib.plumbing.table import condition_failed

_CURSOR = "CUR#"
_LOST = {"ConditionalCheckFailed", "TransactionConflict", "None"}


class LogItem(BatchItem):
    """The head, a cursor or a batch."""

    size = NumberAttribute(null=True)
    root = UnicodeAttribute(null=True)
    frontier = UnicodeAttribute(null=True)
    next = NumberAttribute(null=True)


class Log:
    """The one sequence of all facts."""

    def __init__(self, table: str) -> None:
        class Item(LogItem):
            class Meta:
                table_name = table

        self._items = Item

    def head(self) -> TreeHead:
        """Read the head, consistently; an empty log has none yet."""
        item = self._get("HEAD", "HEAD")
        return (
            TreeHead(int(item.size or 0), read_frontier(item.frontier or ""))
            if item
            else TreeHead()
        )

    def cursor(self, case: str) -> int:
        """Return how many facts of *case* are in the log."""
        item = self._get(_CURSOR + case, "CUR")
        return int(item.next or 0) if item else 0

    def commit(self, change: Commit) -> None:
        """Commit, wholly or not at all. Raises Conflict where somebody else moved the log first.

        A lost answer is no conflict: the SDK repeats the same request token, and DynamoDB answers
        that with success. A crash afterwards leaves pending marks, which reconcile settles.
        """
        items, size = self._items, change.before.size
        root = b64encode(change.after.root).decode("ascii")
        try:
            with TransactWrite(connection=self._items.connection()) as transaction:
                transaction.update(
                    items("HEAD", "HEAD"),
                    actions=[
                        items.size.set(change.after.size),
                        items.root.set(root),
                        items.frontier.set(change.after.written()),
                    ],
                    condition=(items.size == size) if size else items.pk.does_not_exist(),
                )
                batch = self._batch(size, change.entries())
                transaction.save(batch, condition=items.pk.does_not_exist())
                for case, (start, end) in change.cursors.items():
                    transaction.update(
                        items(_CURSOR + case, "CUR"),
                        actions=[items.next.set(end)],
                        condition=(items.next == start) if start else items.pk.does_not_exist(),
                    )
        except TransactWriteError as error:
            reasons = {reason.code for reason in error.cancellation_reasons if reason}
            if not reasons or reasons - _LOST:
                raise
            raise Conflict("日志又有增加", "the log moved on") from error

    def refill(self, first: int, entries: str) -> None:
        """Write the public entries from *first* on as a batch; only a restore does that.

        Where the log ends at *first* nobody else can commit any more. Raises Conflict where
        somebody did. A crash leaves batches beyond the head; the next restore deletes them.
        """
        batch = self._batch(first, entries)
        try:
            batch.save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            if not condition_failed(error):
                raise
            if self.batch(first) != entries:  # else it is our own: its answer was lost
                raise Conflict("同时有另一次封存", "somebody seals meanwhile") from error

    def batch(self, first: int) -> str:
        """Return the entries of the batch that begins at *first*; "" if there is none."""
        item = self._get(page_key(first), index_key(first))
        return item.text if item else ""

    def correct(self, first: int, stored: str, entries: str) -> None:
        """Write *entries* in the place of a batch that is *stored*; only a restore does that.

        Only columns beside the leaves may differ. Raises Conflict where somebody else wrote there.
        """
        there, items = self._get(page_key(first), index_key(first)), self._items
        if there is None or there.text not in (stored, entries):
            raise Conflict("这一批同时由别处写入", "somebody writes this batch meanwhile")
        packed = there.entries_zlib
        is_there = items.entries_zlib == packed if packed else items.entries == there.entries
        try:
            self._batch(first, entries).save(condition=is_there)
        except PutError as error:
            if not condition_failed(error):
                raise
            if self.batch(first) != entries:  # else it is our own: its answer was lost
                zh = "这一批同时由别处写入"
                raise Conflict(zh, "somebody writes this batch meanwhile") from error

    def discard(self, first: int, until: int) -> None:
        """Delete the batches that begin at *first* or later; none begins after *until*.

        They were sealed in a table that lags, and differ from the public ones or are about to be
        written again. A crash leaves some; the next restore finds them.
        """
        for page in range(first // PAGE, until // PAGE + 1):
            later = self._items.sk >= index_key(first)
            for item in self._items.query(page_key(page * PAGE), later, consistent_read=True):
                item.delete()

    def cursors(self) -> Iterator[tuple[str, int]]:
        """Yield every case with its cursor: a scan of the whole table, for a restore."""
        is_cursor = self._items.pk.startswith(_CURSOR)
        items = self._items.scan(is_cursor, consistent_read=True)
        return ((item.pk.removeprefix(_CURSOR), int(item.next or 0)) for item in items)

    def set_cursor(self, case: str, count: int) -> None:
        """Set the cursor of *case* to *count* facts, as a restore found them in the log."""
        cursor = self._items(_CURSOR + case, "CUR", next=count)
        cursor.save() if count else cursor.delete()  # nothing of a case is no cursor

    def move(self, before: TreeHead, after: TreeHead) -> None:
        """Set the head from *before* to *after*, for a restore; Conflict where it moved on."""
        items, item = self._items, self._items("HEAD", "HEAD", size=after.size)
        item.root, item.frontier = b64encode(after.root).decode("ascii"), after.written()
        is_before = (items.size == before.size) if before.size else items.pk.does_not_exist()
        try:
            item.save(condition=is_before) if after.size else item.delete(condition=is_before)
        except (PutError, DeleteError) as error:
            if not condition_failed(error):
                raise
            if self.head() != after:  # else it is our own, and its answer was lost
                raise Conflict("日志又有增加", "the log moved on") from error

    def _batch(self, first: int, entries: str) -> LogItem:
        return self._items(page_key(first), index_key(first), entries_zlib=pack(entries))

    def _get(self, pk: str, sk: str) -> LogItem | None:
        try:
            return self._items.get(pk, sk, consistent_read=True)
        except self._items.DoesNotExist:
            return None
