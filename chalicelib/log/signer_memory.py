"""The signer's memory: what it last signed of each log, in a table that only it may write."""

from base64 import b64decode

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.errors import Conflict
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.wire import base64
from chalicelib.plumbing.table import Table


class SignerMemoryItem(Table):
    """The last signed size and root of one log."""

    origin = UnicodeAttribute(hash_key=True)
    size = NumberAttribute()
    root = UnicodeAttribute()


class SignerMemory:
    """One state for each log; it only ever grows."""

    def __init__(self, table: str) -> None:
        self._items = SignerMemoryItem.named(table)

    def last(self, origin: str) -> Checkpoint | None:
        """Read what was last signed, consistently; None where nothing ever was."""
        item = self._items.find(origin)
        return Checkpoint(origin, int(item.size), b64decode(item.root)) if item else None

    def advance(self, before: Checkpoint | None, after: Checkpoint) -> None:
        """Store *after* in place of *before*; raises Conflict where another state is stored.

        It is written before the signature is made. Crash here: the stored state is not signed; the
        next request for the same state signs it.
        """
        items = self._items
        item = items(after.origin, size=after.size, root=base64(after.root))
        if before is None:
            condition = items.origin.does_not_exist()
        else:
            condition = (items.size == before.size) & (items.root == base64(before.root))
        # Where the answer to our own write was lost, *after* is stored.
        if not item.save_if(condition) and self.last(after.origin) != after:
            raise Conflict("同时另签了别的内容", "something else was signed meanwhile")
