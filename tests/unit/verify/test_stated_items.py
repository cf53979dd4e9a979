"""What the statements of a log keep in memory: what changed, and no more than a bound."""

import hashlib
import json
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.errors import BadInput
from chalicelib.policy.catalogue import CatalogueItem, catalogue_version, read_stored_item
from infra.verify.supervision import stated_items
from infra.verify.supervision.differences import differences
from infra.verify.supervision.rules import Rulebook, StatedCatalogue, Statement
from infra.verify.supervision.stated_items import Room, SharedItems, StatedItems
from infra.verify.supervision.statement_reader import StatementReader
from tests.support.attacks import attack
from tests.unit.verify.test_replay_parts import AT, statement

ITEMS, CHANGED, VERSIONS = 600, 5, 40


def entry(number: int, promise: int = 5) -> dict[str, Any]:
    """An item as a stated catalogue has it."""
    return {
        "item": f"370102-{number:05}",
        "name": f"某项行政许可的名称第{number}号",
        "department": "某局",
        "kind": "promise",
        "promise": f"{promise}wd",
        "statutory": "20wd",
        "basis": "某法第一条",
        "stages": [["受理", "1wd"], ["决定", ""]],
    }


def items_of(entries: list[dict[str, Any]]) -> tuple[CatalogueItem, ...]:
    """The same as items."""
    return tuple(map(read_stored_item, entries))


def weekly(versions: int) -> Iterator[list[dict[str, Any]]]:
    """A catalogue that is stated anew each week, with a few items changed."""
    entries = [entry(number) for number in range(ITEMS)]
    for week in range(versions):
        for number in range(CHANGED):
            entries[(week * CHANGED + number) % ITEMS] = entry(number, 6 + week)
        yield list(entries)


def read_weekly(versions: int) -> int:
    """Read so many of them; return the bytes that are kept."""
    documents: dict[str, bytes] = {}
    reader, named = StatementReader(documents.__getitem__), []
    for entries in weekly(versions):
        body = json.dumps({"entries": entries}).encode()
        digest = hashlib.sha256(body).hexdigest()
        documents[digest] = body
        named.append((catalogue_version(items_of(entries)), digest))
    tracemalloc.start()
    try:
        for version, digest in named:
            reader._document("catalogue", version, digest)
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_memory_grows_with_what_changed() -> None:
    """Forty catalogues, each unlike the last in 5 of 600 items, take less than two whole ones."""
    assert read_weekly(VERSIONS) < 2 * read_weekly(1)


def test_a_catalogue_that_shares_its_items_is_what_it_was() -> None:
    """Its version, its items by their codes, and what it is compared with."""
    shared = SharedItems(Room())
    for entries in weekly(3):
        version, items = shared.read(entries)
        wanted = {item.item: item for item in items_of(entries)}
        assert version == catalogue_version(items_of(entries))
        assert items == wanted
        assert len(items) == len(wanted)
        assert items.get("nothing") is None


def changed(before: StatedItems, after: StatedItems) -> list[str]:
    """What a reader is told of two catalogues."""
    was, now = (_stating(index, items) for index, items in enumerate((before, after)))
    return [each.en for each in differences(Rulebook([was, now]), was, now)]


def _stating(index: int, items: StatedItems) -> Statement:
    made = statement(index, AT + timedelta(hours=index))
    return replace(made, catalogue=StatedCatalogue(f"v{index}", items))


def test_what_changed_is_told() -> None:
    """Of shelves that two catalogues share nothing is compared."""
    shared = SharedItems(Room())
    entries = [entry(number) for number in range(8)]
    _, before = shared.read(entries)
    _, after = shared.read([entry(0, 9), *entries[2:]])
    (said,) = changed(before, after)
    assert said == "catalogue: 370102-00000 (promise: 5wd → 9wd), -370102-00001"
    (back,) = changed(after, before)
    assert back == "catalogue: 370102-00000 (promise: 9wd → 5wd), +370102-00001"


@attack("stated catalogues that differ in everything, to fill a reader's memory", "any reader")
def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stated beyond it is a finding, and nothing of it is read any more."""
    monkeypatch.setattr(stated_items, "MAX_ENTRIES", 100)
    with pytest.raises(BadInput, match="more than 100 items"):
        SharedItems(Room()).read([entry(number) for number in range(101)])
    shared, read = SharedItems(Room(40_000)), 0
    with pytest.raises(BadInput, match="no more is read"):  # noqa: PT012 - one of many
        while read < 1000:
            shared.read([entry(number, read + 1) for number in range(10)])
            read += 1
    assert 0 < read < 20


def test_a_document_that_cannot_be_read_is_read_once() -> None:
    """Whatever version is claimed of it; and one of very many values is not read at all."""
    asked: list[str] = []
    many = b"[" + b"1," * (stated_items.MOST_VALUES + 1) + b"1]"
    wrong = json.dumps({"entries": [entry(1)]}).encode()
    documents = {hashlib.sha256(body).hexdigest(): body for body in (many, wrong)}

    def document(digest: str) -> bytes:
        asked.append(digest)
        return documents[digest]

    reader = StatementReader(document)
    stated = [(index, _fact(index, digest)) for digest in documents for index in range(3)]
    _, issues = reader.read_statements(stated)
    assert len(issues) == len(stated)
    assert sorted(asked) == sorted(documents)
    assert any("has more than" in issue.en for issue in issues)


def _fact(index: int, digest: str) -> Fact:
    data = {
        "selection": "statutory",
        "region": "370102",
        "documents": [{"name": "policy/statutory", "version": f"v{index}", "sha256": digest}],
    }
    return Fact(index, "rules.adopted", f"duban/rules/{index}", AT, AT, told=True, data=data)
