"""The signer's memory: what it last signed of each log, in a table that only it may write."""

from base64 import b64decode, b64encode

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.errors import Conflict
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.plumbing.table import Table, condition_failed


class SignerMemoryItem(Table):
    """The last signed size and root of one log."""

    origin = UnicodeAttribute(hash_key=True)
    size = NumberAttribute()
    root = UnicodeAttribute()


class SignerMemory:
    """One state for each log; it only ever grows."""

    def __init__(self, table: str) -> None:
        class Item(SignerMemoryItem):
            class Meta:
                table_name = table

        self._items = Item

    def last(self, origin: str) -> Checkpoint | None:
        """Read what was last signed, consistently; None where nothing ever was."""
        try:
            item = self._items.get(origin, consistent_read=True)
        except self._items.DoesNotExist:
            return None
        return Checkpoint(origin, int(item.size), b64decode(item.root))

    def advance(self, before: Checkpoint | None, after: Checkpoint) -> None:
        """Store *after* in place of *before*; raises Conflict where another state is stored.

        It is written before the signature is made. Crash here: the stored state is not signed; the
        next request for the same state signs it.
        """
        item = self._items(
            after.origin, size=after.size, root=b64encode(after.root).decode("ascii")
        )
        if before is None:
            condition = self._items.origin.does_not_exist()
        else:
            root = b64encode(before.root).decode("ascii")
            condition = (self._items.size == before.size) & (self._items.root == root)
        try:
            item.save(condition=condition)
        except PutError as error:
            if not condition_failed(error):
                raise
            if self.last(after.origin) != after:  # else our own write won and its answer was lost
                zh = "同时另签了别的内容"
                raise Conflict(zh, "something else was signed meanwhile") from error
