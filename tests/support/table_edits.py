"""An operator who edits the tables of a stage, and what `restore --check` says of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from infra.recovery.restoring import Restored, restore
from tests.support.batches import is_batch, rows_of
from tests.support.environment import environment
from tests.support.published import publish
from tests.support.replayed import PublicWorld
from tests.support.shown_county import alerts, cards_page, departments_page, shown_county

Item = dict[str, Any]
Pick = Callable[[Item], bool]
Edit = Callable[[PublicWorld], object]
READS = {"GetItem", "Query", "Scan", "GetObject", "ListObjectsV2"}


@contextmanager
def open_county() -> Iterator[PublicWorld]:
    """Make a county with cards of every state, and a case that is still open; all is public."""
    with environment(), shown_county() as made:
        made.accept("2026-11-13T11:00:00", "open", promise="20wd", item="X-02", department="Water")
        made.tick()
        publish(made)
        yield made


@pytest.fixture(scope="module")
def lived() -> Iterator[PublicWorld]:
    """Give a county whose tables are as they should be."""
    with open_county() as made:
        yield made


@pytest.fixture
def county(lived: PublicWorld) -> Iterator[PublicWorld]:
    """Give it, and take back afterwards what was done to it."""
    back = lived.save()
    yield lived
    back()


def table(county: PublicWorld, name: str) -> dict[Any, Any]:
    """The items of one table, to be edited."""
    items: dict[Any, Any] = county.cloud.items[f"test-{name}"]
    return items


def tables(county: PublicWorld) -> dict[str, dict[Any, Any]]:
    """What the tables hold."""
    return {name: dict(table(county, name)) for name in ("Log", "Facts", "Cases", "Board")}


def rows_in(items: dict[Any, Any]) -> list[Item]:
    """The rows in the items of the log's table, in order, however they are batched."""
    rows = [row for item in items.values() if is_batch(item) for row in rows_of(item)]
    return sorted(rows, key=lambda row: int(row["index"]))


def shown(county: PublicWorld) -> tuple[Any, ...]:
    """What board and feed show."""
    return cards_page(county), departments_page(county), alerts(county)


def lines(restored: Restored) -> list[str]:
    """The differences, in English."""
    return [f"{each.table} {each.en}" for each in restored.differences.kept]


def check(county: PublicWorld) -> Restored:
    """Only look; nothing may be written."""
    before = tables(county)
    found = restore(county.services, writes=False)
    assert tables(county) == before
    return found


def write(name: str, pick: Pick, /, **attributes: Any) -> Edit:
    """Let an operator set *attributes* of the first item that he picks; None takes one away."""

    def edit(county: PublicWorld) -> None:
        items = table(county, name)
        key, item = next((key, item) for key, item in items.items() if pick(item))
        changed = {**item, **attributes}
        items[key] = {each: value for each, value in changed.items() if value is not None}

    return edit


def delete(name: str, pick: Pick) -> Edit:
    """Let him delete it."""

    def edit(county: PublicWorld) -> None:
        items = table(county, name)
        del items[next(key for key, item in items.items() if pick(item))]

    return edit


def inside(part: str, pick: Pick, **fields: Any) -> Edit:
    """Let him write *fields* into a JSON text of an item of the board."""

    def edit(county: PublicWorld) -> None:
        items = table(county, "Board")
        key, item = next((key, item) for key, item in items.items() if pick(item) and part in item)
        text = json.dumps(json.loads(item[part]["S"]) | fields)
        items[key] = {**item, part: {"S": text}}

    return edit


def of_case(case: str) -> Pick:
    """Pick the snapshot of a case."""
    return lambda item: bool(item["case"] == {"S": case})


def under(pk: str) -> Pick:
    """Pick an item of the board by how its first key begins."""
    return lambda item: str(item["pk"]["S"]).startswith(pk)


def listed(item: Item) -> bool:
    """Pick a card in the board's list."""
    return bool(item["pk"] == {"S": "CARD"})
