"""The items of all stated catalogues: equal ones are in memory once.

A county states its catalogue anew whenever one item changes, perhaps each week for ten years. So
items lie on shelves by their codes, and catalogues share each shelf on which nothing changed. All
that is kept is bounded, for a log may state anything.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from chalicelib.errors import BadInput
from chalicelib.policy.catalogue import (
    MAX_ENTRIES,
    CatalogueItem,
    item_text,
    read_stored_item,
    version_of_texts,
)

_SHELVES = 256
_PLACE = 100  # bytes that an item takes on a shelf, roughly
MOST_KEPT = 128 << 20
"""Bytes of documents that are kept, of catalogues those of the items that differ."""
MOST_VALUES = 2_000_000
"""Values in one document: each takes many times the room in memory that it has in the document."""


class Room:
    """The room for what the documents of a log say; *most* bytes of them are kept."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._left = most

    def check(self) -> None:
        """Raises BadInput where nothing more is kept."""
        if self._left < 0:
            zh = f"各版规则文件互不相同的内容超过 {MOST_KEPT >> 20} MiB，不再读取"
            en = f"the stated documents differ in more than {MOST_KEPT >> 20} MiB, no more is read"
            raise BadInput(zh=zh, en=en)

    def take(self, size: int) -> None:
        """Take so many bytes. Raises BadInput where there are no more."""
        self._left -= size
        self.check()


class StatedItems(Mapping[str, CatalogueItem]):
    """The items of one catalogue by their codes, on the *shelves* that it shares with others."""

    __slots__ = ("_count", "shelves")

    def __init__(self, shelves: Sequence[Mapping[str, CatalogueItem]]) -> None:
        self.shelves = shelves
        self._count = sum(map(len, shelves))

    def __getitem__(self, code: str) -> CatalogueItem:
        return self.shelves[_shelf_of(code)][code]

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self.shelves)

    def __len__(self) -> int:
        return self._count


def unlike_items(
    items: Mapping[str, CatalogueItem], other: Mapping[str, CatalogueItem]
) -> set[str]:
    """Return the codes of those *items* that *other* lacks, or has otherwise; shelves show it."""
    pairs: Iterable[tuple[Mapping[str, CatalogueItem], Mapping[str, CatalogueItem]]]
    pairs = [(items, other)]
    if isinstance(items, StatedItems) and isinstance(other, StatedItems):
        pairs = zip(items.shelves, other.shelves, strict=True)
    return {
        code
        for mine, theirs in pairs
        if mine is not theirs
        for code, item in mine.items()
        if theirs.get(code) != item
    }


class SharedItems:
    """Reads catalogues one after another; of items, and of shelves, that are equal it keeps one."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._items: dict[bytes, tuple[CatalogueItem, str]] = {}
        self._shelves: dict[bytes, Mapping[str, CatalogueItem]] = {}

    def read(self, entries: Sequence[dict[str, Any]]) -> tuple[str, StatedItems]:
        """Return the version of a catalogue of these *entries*, and its items. Raises BadInput."""
        if len(entries) > MAX_ENTRIES:
            raise BadInput(zh=f"超过 {MAX_ENTRIES} 个事项", en=f"more than {MAX_ENTRIES} items")
        texts: list[tuple[str, str]] = []
        by_shelf: list[dict[str, bytes]] = [{} for _ in range(_SHELVES)]
        for entry in entries:
            digest, item, text = self._read_item(entry)
            texts.append((item.item, text))
            by_shelf[_shelf_of(item.item)][item.item] = digest
        texts.sort(key=lambda each: each[0])
        shelves = tuple(map(self._shelve, by_shelf))
        return version_of_texts(text for _, text in texts), StatedItems(shelves)

    def _read_item(self, entry: dict[str, Any]) -> tuple[bytes, CatalogueItem, str]:
        """Return the item of an *entry*, its text as a version is made of it, and a digest."""
        text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).digest()
        if digest not in self._items:
            item = read_stored_item(entry)
            written = item_text(item)
            self._room.take(len(text) + _PLACE)
            self._items[digest] = item, "" if written == text else written
        item, written = self._items[digest]
        return digest, item, written or text

    def _shelve(self, digests: Mapping[str, bytes]) -> Mapping[str, CatalogueItem]:
        codes = sorted(digests)
        name = hashlib.sha256(b"".join(digests[code] for code in codes)).digest()
        if name not in self._shelves:
            self._room.take(_PLACE * (len(codes) + 1))
            self._shelves[name] = {code: self._items[digests[code]][0] for code in codes}
        return self._shelves[name]


def _shelf_of(code: str) -> int:
    return hash(code) % _SHELVES
