"""Batches of the log are stored compressed; those of before are read, and mended, as they are."""

import json

import pytest

from chalicelib.lambdas import project, publish
from infra.recovery.restoring import restore
from tests.support.batches import is_batch, rows_of
from tests.support.memory_stage import memory_world
from tests.support.published import START, grow, rows, shown


@pytest.fixture
def county():
    """Give a county with four facts in one batch."""
    with memory_world(START) as made:
        grow(made, 1, 2, 3, 4)
        yield made


def batches(county):
    """The batches in the log's table, by their keys."""
    return {key: item for key, item in county.cloud.items["test-Log"].items() if is_batch(item)}


def write_as_before(county):
    """Store every batch as it was before they were compressed."""
    for key, item in batches(county).items():
        entries = {"S": json.dumps(rows_of(item), ensure_ascii=False)}
        county.cloud.items["test-Log"][key] = {
            "pk": item["pk"],
            "sk": item["sk"],
            "entries": entries,
        }


def test_a_batch_takes_half_of_its_text(county):
    """And holds nothing of it beside."""
    found = [row for item in batches(county).values() for row in rows_of(item)]
    assert found == rows(county)
    for item in batches(county).values():
        assert set(item) == {"pk", "sk", "entries_zlib"}
    stored = sum(len(item["entries_zlib"]["B"]) for item in batches(county).values())
    assert 2 * stored < len(json.dumps(found, ensure_ascii=False, separators=(",", ":")))


def test_batches_of_before_are_read_beside_new_ones(county):
    """The board and the public follow both, and a restore finds nothing to do."""
    write_as_before(county)
    grow(county, 5)
    assert {*map(len, batches(county).values())} == {3}
    assert len({"entries" in item for item in batches(county).values()}) == 2
    project.run({})
    publish.run({})
    assert shown(county).size == county.services.board.through().index == len(rows(county))
    assert restore(county.services, writes=False).sound


def test_a_batch_of_before_is_mended(county):
    """A column beside a leaf is wrong: then the batch is written as it is now."""
    write_as_before(county)
    project.run({})
    publish.run({})
    (key, item), *_ = batches(county).items()
    right = rows(county)
    wrong = item["entries"]["S"].replace('"now": "green"', '"now": "red"')
    county.cloud.items["test-Log"][key] = {**item, "entries": {"S": wrong}}
    restore(county.services, writes=True)
    assert rows(county) == right
    assert "entries" not in county.cloud.items["test-Log"][key]
