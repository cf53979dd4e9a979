"""The rows of the log's table against the public leaves and what follows from them.

A leaf that differs is a matter of the whole table (`refilling.py`). Here it is the columns beside
equal leaves: the case, its department and lamp, what the rates need. Others have no effect.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.log.commit import EntryRow
from chalicelib.plumbing.services import Services
from infra.recovery.difference import Differences

_OF_RATES = ("was_left_out", "left_out", "was_days", "days")
COLUMNS = ("case", "department", "was", "was_in", "now", *_OF_RATES)


class RowCheck:
    """Compares the first *size* stored rows with derived ones; where it *writes*, mends them."""

    def __init__(
        self, services: Services, differences: Differences, size: int, *, writes: bool
    ) -> None:
        self._services = services
        self._differences = differences
        self._size = size
        self._writes = writes
        self._stored: Iterator[Mapping[str, Any]] = services.log_reader.rows(0)

    def compare(self, first: int, rows: Sequence[EntryRow]) -> None:
        """Compare derived *rows* from index *first* on; they come in order, each once."""
        wrong: dict[int, Mapping[str, Any]] = {}
        for index, row in enumerate(rows[: max(0, self._size - first)], first):
            stored = next(self._stored, None)
            if stored is None:
                return  # the table has a gap: all of it is made again
            derived = json.loads(json.dumps(row, ensure_ascii=False))
            names = [name for name in COLUMNS if _value(stored, name) != _value(derived, name)]
            for name in names:
                was, now = stored.get(name), derived.get(name)
                zh = f"第 {index} 条的列 {name} 是 {was!r}，应为 {now!r}"
                self._differences.add("log", zh, f"entry {index}: {name} is {was!r}, not {now!r}")
            if names:
                wrong[index] = derived
        if wrong and self._writes:
            self._mend(wrong)

    def _mend(self, wrong: Mapping[int, Mapping[str, Any]]) -> None:
        """Write the batches of *wrong* rows anew, with the same leaves.

        Crash in between: the batches before are right, and the next restore finds the others.
        """
        log = self._services.log
        for first in sorted({self._services.log_reader.first_of_batch(index) for index in wrong}):
            stored = log.batch(first)
            rows = [wrong.get(row["index"], row) for row in json.loads(stored)]
            log.correct(first, stored, json.dumps(rows, ensure_ascii=False, separators=(",", ":")))


def _value(row: Mapping[str, Any], name: str) -> object:
    return row.get(name) or None  # what is empty is left out
