"""The log in DynamoDB.

    HEAD/HEAD                     size, root and frontier of the log
    CUR#<case>/CUR                how many facts of the case are in the log
    BATCH#<first // 4096>/<first> a committed run of entries, its first index in 16 digits

One transaction moves the head, writes the batch and moves the cursors, so there is never a gap, a
double or an orphan, whatever crashes and whoever else commits. The head must be read before the
cursors (AUDIT_LOG §7.3).
"""

from base64 import b64encode

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.audit.commit import Commit, LogHead, read_frontier
from chalicelib.errors import Conflict
from chalicelib.plumbing.table import Table

PAGE = 4096
_LOST = {"ConditionalCheckFailed", "TransactionConflict", "None"}


class LogItem(Table):
    """The head, a cursor or a batch."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    size = NumberAttribute(null=True)
    root = UnicodeAttribute(null=True)
    frontier = UnicodeAttribute(null=True)
    next = NumberAttribute(null=True)
    entries = UnicodeAttribute(null=True)


class Log:
    """The one sequence of all facts."""

    def __init__(self, table: str) -> None:
        class Item(LogItem):
            class Meta:
                table_name = table

        self._items = Item

    def head(self) -> LogHead:
        """Read the head, consistently; an empty log has none yet."""
        item = self._get("HEAD", "HEAD")
        return (
            LogHead(int(item.size or 0), read_frontier(item.frontier or "")) if item else LogHead()
        )

    def cursor(self, case: str) -> int:
        """How many facts of *case* are in the log."""
        item = self._get(f"CUR#{case}", "CUR")
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
                batch = items(f"BATCH#{size // PAGE}", f"{size:016d}", entries=change.entries())
                transaction.save(batch, condition=items.pk.does_not_exist())
                for case, (start, end) in change.cursors.items():
                    transaction.update(
                        items(f"CUR#{case}", "CUR"),
                        actions=[items.next.set(end)],
                        condition=(items.next == start) if start else items.pk.does_not_exist(),
                    )
        except TransactWriteError as error:
            reasons = {reason.code for reason in error.cancellation_reasons if reason}
            if not reasons or reasons - _LOST:
                raise
            raise Conflict("the log moved on") from error

    def _get(self, pk: str, sk: str) -> LogItem | None:
        try:
            return self._items.get(pk, sk, consistent_read=True)
        except self._items.DoesNotExist:
            return None
