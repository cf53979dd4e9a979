"""`duban log restore --check`: the columns beside the leaves follow from the facts (F-64)."""

from typing import Any

import pytest

from infra.recovery.restoring import restore
from tests.support.attacks import attack
from tests.support.batches import Rows
from tests.support.published import edited
from tests.support.replayed import PublicWorld
from tests.support.table_edits import (
    READS,
    Edit,
    check,
    county,
    lines,
    lived,
    rows_in,
    shown,
    tables,
    write,
)

__all__ = ["county", "lived"]  # fixtures


def test_an_honest_stage_is_whole(county: PublicWorld) -> None:
    """Looked at or restored: no write, and not a line."""
    found = check(county)
    assert lines(found) == []
    assert found.was_whole
    begun = len(county.cloud.calls)
    assert restore(county.services, writes=True).was_whole
    assert {operation for operation, _ in county.cloud.calls[begun:]} <= READS


def columns(**more: Any) -> Edit:
    """Let him write *more* beside the leaf of each yellow card."""

    def write_rows(rows: Rows) -> None:
        for row in rows:
            if '"level":"yellow"' in row["leaf"] and '"k":"card.issued"' in row["leaf"]:
                row.update(more)

    return lambda county: edited(county, write_rows)


ROWS = [
    (columns(now="green"), "now is 'green', not 'yellow'"),
    (columns(department="Water"), "department is 'Water', not 'Housing'"),
    (columns(left_out="history"), "left_out is 'history', not None"),
    (columns(days=[1, 0]), "days is [1, 0], not None"),
    (columns(was_in="Water"), "was_in is 'Water', not 'Housing'"),
]


@attack("a lamp, a department or a rate edited beside a leaf in the table", "restore --check")
@pytest.mark.parametrize(("edit", "what"), ROWS, ids=[what for _, what in ROWS])
def test_a_column_that_was_edited_is_found_and_mended(
    county: PublicWorld, edit: Edit, what: str
) -> None:
    """Entry by entry; the leaves stay as they are."""
    before, show = tables(county), shown(county)
    edit(county)
    found = lines(check(county))
    assert any(line.startswith("log entry ") and line.endswith(what) for line in found), found
    restore(county.services, writes=True)
    assert check(county).was_whole
    assert rows_in(tables(county)["Log"]) == rows_in(before["Log"])
    assert shown(county) == show


def test_the_case_of_a_row_is_found_and_mended(county: PublicWorld) -> None:
    """Its cursor does not fit any more, so all of the table is made again."""
    before = tables(county)
    columns(case="hall:5")(county)
    found = check(county)
    assert not found.sound
    assert any("case is 'hall:5', not 'hall:" in line for line in lines(found))
    restore(county.services, writes=True)
    county.tick()
    assert check(county).was_whole
    assert rows_in(tables(county)["Log"]) == rows_in(before["Log"])


@attack("a lamp edited beside a fact, before or after it is in the log", "restore --check")
def test_a_state_beside_a_fact_is_found_and_nobody_may_mend_it(county: PublicWorld) -> None:
    """Facts are only ever added; the row keeps the state that follows."""
    is_yellow = lambda item: item.get("now") == {"S": "yellow"}  # noqa: E731
    write("Facts", is_yellow, now={"S": "green"})(county)
    for found in (check(county), restore(county.services, writes=True), check(county)):
        assert any("now.lamp is 'green', not 'yellow'" in line for line in lines(found))
        assert not found.is_whole
    assert {table for table, count in found.differences.counts.items() if count} == {"facts"}
