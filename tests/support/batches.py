"""The batches of the log's table as they are stored: read and written without the code's help."""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

Rows = list[dict[str, Any]]
Item = dict[str, Any]


def is_batch(item: Mapping[str, Any]) -> bool:
    """Whether *item* of the log's table is a batch."""
    return str(item["pk"]["S"]).startswith("BATCH#")


def rows_of(item: Mapping[str, Any]) -> Rows:
    """The rows in a batch, compressed or as it was written before."""
    if "entries" in item:
        return list(json.loads(item["entries"]["S"]))
    return list(json.loads(zlib.decompress(item["entries_zlib"]["B"])))


def packed(rows: Sequence[Mapping[str, Any]]) -> Item:
    """The attribute that holds *rows*."""
    return {"entries_zlib": {"B": zlib.compress(json.dumps(rows).encode())}}


def with_rows(item: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Item:
    """The batch *item* with other *rows*."""
    return {"pk": item["pk"], "sk": item["sk"], **packed(rows)}
