"""Reads the log's entries in order, from any index, for its readers: feed, board, push.

A batch lies under its page of 4,096 indexes and the index of its first entry; its last may reach
beyond that page (AUDIT_LOG §5.1). Only seal writes there.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.feed.entry import LogEntry
from chalicelib.log.batch_item import PAGE, BatchItem, index_key, page_key

Row = Mapping[str, Any]


class LogReader:
    """The log as one sequence of entries without gaps."""

    def __init__(self, table: str) -> None:
        self._items = BatchItem.named(table)

    def entries(self, start: int, page: int | None = None) -> Iterator[LogEntry]:
        """Yield the entries from index *start* on, in order, to the present end of the log.

        They are read in pages of *page* batches, no further than the caller iterates.
        """
        return map(LogEntry.read_row, self.rows(start, page))

    def rows(self, start: int, page: int | None = None) -> Iterator[Row]:
        """Yield the same entries as stored; the bytes of `leaf` are the public entry.

        A query is no snapshot: beside a running commit it may show a later batch without the one
        before it. So this stops at the first gap, and the next reading finds both.
        """
        expected = self.first_of_batch(start)
        for batch in self._batches(expected, page):
            for row in batch:
                if row["index"] != expected:
                    return
                expected += 1
                if row["index"] >= start:
                    yield row

    def first_of_batch(self, index: int) -> int:
        """Return the first index of the batch that holds *index*; *index* if there is none yet."""
        for at in (index, index - PAGE):
            if at < 0:
                break
            item = self._items.newest(page_key(at), self._items.sk <= index_key(index))
            if item is not None:
                batch = _read_rows(item)
                return int(batch[0]["index"]) if index <= batch[-1]["index"] else index
        return index

    def _batches(self, first: int, page: int | None) -> Iterator[list[Row]]:
        """Yield the batches from the one that begins at *first*, *page* at once."""
        expected = first
        while True:
            partition = page_key(expected)
            later = self._items.sk >= index_key(expected)
            items = self._items.query(partition, later, consistent_read=True, page_size=page)
            for item in items:
                batch = _read_rows(item)
                expected = batch[-1]["index"] + 1
                yield batch
            if page_key(expected) == partition:
                return


def _read_rows(item: BatchItem) -> list[Row]:
    rows: list[Row] = json.loads(item.text)
    return rows
