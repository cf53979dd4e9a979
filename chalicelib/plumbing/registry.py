"""The registry table: keys, the catalogue, the local stage's clock; one JSON document per item.

Every kind of item has one writer and its own part of the key space, so this file knows none of
them: `people/key_store.py` has KEY, `policy/store.py` has CATALOGUE, `clock.py` has CLOCK.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.errors import Conflict
from chalicelib.plumbing.table import Table

_TRIES = 20  # of what a batch leaves, as DynamoDB may for a while; no other call is repeated so


class RegistryItem(Table):
    """One document under its two-part key."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()


class Registry:
    """Documents by key. A consistent read sees the latest write of an operator."""

    def __init__(self, table: str) -> None:
        self._items = RegistryItem.named(table, max_retry_attempts=_TRIES)

    def get(self, pk: str, sk: str, *, consistent: bool = True) -> dict[str, Any] | None:
        """Return one document; not *consistent* costs half, and may be a moment old."""
        item = self._items.find(pk, sk, consistent=consistent)
        return _document(item) if item else None

    def put(
        self,
        pk: str,
        sk: str,
        body: dict[str, Any],
        *,
        new: bool = False,
        instead_of: dict[str, Any] | None = None,
    ) -> None:
        """Save one document; Conflict if it is not *new*, or another than *instead_of* is there."""
        condition: Condition | None = self._items.pk.does_not_exist() if new else None
        if instead_of is not None:
            condition = self._items.body == _text(instead_of)
        is_saved = self._items(pk, sk, body=_text(body)).save_if(condition)
        if not is_saved and self.get(pk, sk) != body:  # else it was saved; the answer was lost
            raise Conflict(f"{pk}/{sk} 已由别处写入", f"{pk}/{sk} was written by somebody else")

    def put_all(self, documents: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
        """Save *documents* in no order. Crash: some are missing; the caller repeats the call."""
        with self._items.batch_write() as batch:
            for pk, sk, body in documents:
                batch.save(self._items(pk, sk, body=_text(body)))

    def delete(self, pk: str, sk: str) -> bool:
        """Remove one document; False when there was none."""
        item = self._items.find(pk, sk)
        if item is not None:
            item.delete()
        return item is not None

    def documents(self, pk: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the second key and body of all documents under *pk*, in the order of that key."""
        for item in self._items.query(pk, consistent_read=True):
            yield item.sk, _document(item)


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _document(item: RegistryItem) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(item.body)
    return document
