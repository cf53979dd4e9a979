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
        first = self._batch_of(start)
        expected = int(first[0]["index"]) if first else start
        for batch in self._batches(first, start, page):
            for row in batch:
                if row["index"] != expected:
                    return
                expected += 1
                if row["index"] >= start:
                    yield row

    def first_of_batch(self, index: int) -> int:
        """Return the first index of the batch that holds *index*; *index* if there is none yet."""
        batch = self._batch_of(index)
        return int(batch[0]["index"]) if batch else index

    def _batch_of(self, index: int) -> list[Row]:
        """Return the batch that holds *index*; empty if there is none yet."""
        for at in (index, index - PAGE):
            if at < 0:
                break
            item = self._items.newest(page_key(at), self._items.sk <= index_key(index))
            if item is not None:
                batch = _read_rows(item)
                return batch if index <= batch[-1]["index"] else []
        return []

    def _batches(self, first: list[Row], start: int, page: int | None) -> Iterator[list[Row]]:
        """Yield *first*, if it has any, and the batches behind it, or from *start* on."""
        if first:
            yield first
        expected = int(first[-1]["index"]) + 1 if first else start
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
