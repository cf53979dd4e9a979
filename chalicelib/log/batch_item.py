"""A batch of the log as it lies in its table: the entries as JSON, compressed.

DynamoDB is paid by the kilobyte, in a transaction twice. Older batches are not compressed
(`entries`) and stay so. Another zlib may make other bytes of one text: only texts are compared.
"""

import zlib

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from chalicelib.plumbing.table import Table

PAGE = 4096  # indexes that share a partition


class BatchItem(Table):
    """One committed run of entries; never changed once written."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    entries = UnicodeAttribute(null=True)
    entries_zlib = BinaryAttribute(null=True, legacy_encoding=False)

    @property
    def text(self) -> str:
        """The entries, as a JSON list."""
        packed = self.entries_zlib
        return zlib.decompress(packed).decode() if packed else self.entries or ""


def page_key(index: int) -> str:
    """Return the partition of the batch that begins at *index*."""
    return f"BATCH#{index // PAGE}"


def index_key(index: int) -> str:
    """Return the sort key of *index*, or of the number of a fact: text order is their order."""
    return f"{index:016d}"
