"""The log in DynamoDB.

    HEAD/HEAD                     size, root and frontier of the log
    CUR#<case>/CUR                how many facts of the case are in the log
    BATCH#<first // 4096>/<first> a committed run of entries, its first index in 16 digits; see
                                  `batch_item.py`

One transaction moves the head, writes the batch and moves the cursors. So there is never a gap, a
double or an orphan, after any crash and with several sealers. The head must be read before the
cursors (AUDIT_LOG §7.3).
"""

import zlib
from collections.abc import Iterator
from functools import partial

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.errors import Conflict
from chalicelib.log.batch_item import PAGE, BatchItem, index_key, page_key
from chalicelib.log.commit import Commit, TreeHead, read_frontier
from chalicelib.log.tlog.wire import base64
from chalicelib.plumbing.table import is_written

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
        self._items = LogItem.named(table)

    def head(self) -> TreeHead:
        """Read the head, consistently; an empty log has none yet."""
        item = self._items.find("HEAD", "HEAD")
        if item is None:
            return TreeHead()
        return TreeHead(int(item.size or 0), read_frontier(item.frontier or ""))

    def cursor(self, case: str) -> int:
        """Return how many facts of *case* are in the log."""
        item = self._items.find(_CURSOR + case, "CUR")
        return int(item.next or 0) if item else 0

    def commit(self, change: Commit) -> None:
        """Commit, wholly or not at all. Raises Conflict where another sealer moved the log first.

        A lost answer is no conflict: the SDK repeats the same request token, and DynamoDB answers
        that with success. A crash afterwards leaves pending marks, which reconcile settles.
        """
        items, size = self._items, change.before.size
        moved: list[Action] = [
            items.size.set(change.after.size),
            items.root.set(base64(change.after.root)),
            items.frontier.set(change.after.written()),
        ]
        try:
            with TransactWrite(connection=items.connection()) as transaction:
                transaction.update(items("HEAD", "HEAD"), moved, self._stands_at(change.before))
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

        Where the log ends at *first* no sealer can commit any more. Raises Conflict where one did.
        A crash leaves batches beyond the head; the next restore deletes them.
        """
        if not self._save_batch(first, entries, self._items.pk.does_not_exist()):
            raise Conflict("同时有另一次封存", "somebody seals meanwhile")

    def batch(self, first: int) -> str:
        """Return the entries of the batch that begins at *first*; "" if there is none."""
        item = self._items.find(page_key(first), index_key(first))
        return item.text if item else ""

    def correct(self, first: int, stored: str, entries: str) -> None:
        """Write *entries* in the place of a batch that is *stored*; only a restore does that.

        Only columns beside the leaves may differ. Raises Conflict where somebody else wrote there.
        """
        items = self._items
        there = items.find(page_key(first), index_key(first))
        if there is None or there.text not in (stored, entries):
            raise Conflict("这一批同时由别处写入", "somebody writes this batch meanwhile")
        packed = there.entries_zlib
        is_there = items.entries_zlib == packed if packed else items.entries == there.entries
        if not self._save_batch(first, entries, is_there):
            raise Conflict("这一批同时由别处写入", "somebody writes this batch meanwhile")

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
        item = self._items("HEAD", "HEAD", size=after.size)
        item.root, item.frontier = base64(after.root), after.written()
        write = item.save if after.size else item.delete
        is_moved = is_written(partial(write, condition=self._stands_at(before)))
        if not is_moved and self.head() != after:  # else it is our own: no answer came
            raise Conflict("日志又有增加", "the log moved on")

    def _stands_at(self, head: TreeHead) -> Condition:
        """Return the condition that *head* is stored; of an empty log none is."""
        items = self._items
        return (items.size == head.size) if head.size else items.pk.does_not_exist()

    def _save_batch(self, first: int, entries: str, condition: Condition) -> bool:
        """Save a batch; return whether it is stored now, be it that no answer came."""
        return self._batch(first, entries).save_if(condition) or self.batch(first) == entries

    def _batch(self, first: int, entries: str) -> LogItem:
        return self._items(
            page_key(first), index_key(first), entries_zlib=zlib.compress(entries.encode())
        )
