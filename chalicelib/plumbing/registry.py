"""The registry table: keys, the catalogue, the local stage's clock; one JSON document per item.

Every kind of item has one writer and its own part of the key space, so this file knows none of
them: `access.py` has KEY, `policy/store.py` has CATALOGUE, `clock.py` has CLOCK.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from chalicelib.errors import Conflict
from chalicelib.plumbing.table import Table, condition_failed

_TRIES = 20  # of what a batch leaves, as DynamoDB may for a while; no other call is repeated so


class RegistryItem(Table):
    """One document under its two-part key."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()


class Registry:
    """Documents by key. A consistent read sees the latest write of an operator."""

    def __init__(self, table: str) -> None:
        class Item(RegistryItem):
            class Meta:
                table_name = table
                max_retry_attempts = _TRIES

        self._items = Item

    def get(self, pk: str, sk: str, *, consistent: bool = True) -> dict[str, Any] | None:
        """Return one document; not *consistent* costs half, and may be a moment old."""
        try:
            return _document(self._items.get(pk, sk, consistent_read=consistent))
        except self._items.DoesNotExist:
            return None

    def put(
        self,
        pk: str,
        sk: str,
        body: dict[str, Any],
        *,
        new: bool = False,
        instead_of: dict[str, Any] | None = None,
    ) -> None:
        """Save one document; with *new* only where there is none, else Conflict.

        With *instead_of* only where that one is still stored, else Conflict.
        """
        condition: Condition | None = self._items.pk.does_not_exist() if new else None
        if instead_of is not None:
            condition = self._items.body == _text(instead_of)
        item = self._items(pk, sk, body=_text(body))
        try:
            item.save(condition=condition)
        except PutError as error:
            if not condition_failed(error):
                raise
            if self.get(pk, sk) != body:  # else our own write won and its answer was lost
                zh = f"{pk}/{sk} 已由别处写入"
                raise Conflict(zh, f"{pk}/{sk} was written by somebody else") from error

    def put_all(self, documents: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
        """Save *documents* in no order. Crash: some are missing; the caller repeats the call."""
        with self._items.batch_write() as batch:
            for pk, sk, body in documents:
                batch.save(self._items(pk, sk, body=_text(body)))

    def delete(self, pk: str, sk: str) -> bool:
        """Remove one document; False when there was none."""
        try:
            item = self._items.get(pk, sk, consistent_read=True)
        except self._items.DoesNotExist:
            return False
        item.delete()
        return True

    def documents(self, pk: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the second key and body of all documents under *pk*, in the order of that key."""
        for item in self._items.query(pk, consistent_read=True):
            yield item.sk, _document(item)


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _document(item: RegistryItem) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(item.body)
    return document
