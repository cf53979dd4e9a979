"""How far each person has read the alert feed, in the table of sign-in.

    READ/<p_…>   the index of the last entry of the log that the person marked as read

It is for the reader alone: nothing is judged by it. One that is lost makes him read again.
"""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.plumbing.table import Table

_PK = "READ"


class ReadMarkItem(Table):
    """The mark of one person; *body* is the index."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()


class ReadMarks:
    """Reads and moves the marks."""

    def __init__(self, table: str) -> None:
        self._items = ReadMarkItem.named(table)

    def find(self, person: str) -> int:
        """Return the index of the last entry that *person* has read; -1 before any."""
        item = self._items.find(_PK, person)
        return int(item.body) if item else -1

    def move(self, person: str, index: int) -> None:
        """Save that *person* has read to *index*. Crash before the write: he reads it again."""
        self._items(_PK, person, body=str(index)).save()

    def forget(self, person: str) -> None:
        """Delete the mark of *person*. Crash before the write: the same call deletes it."""
        self._items(_PK, person).delete()
