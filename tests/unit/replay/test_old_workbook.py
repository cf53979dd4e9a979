"""Ledgers in the workbooks of old Excel and of WPS (.xls, .et; DOMAIN LED-04)."""

import random
from datetime import date, datetime

import pytest

from chalicelib.errors import BadInput
from infra.operate.catalogue_change import sheet_rows
from infra.replay.old_workbook import MOST_BYTES, open_old_workbook
from tests.support.ledgers import HEAD, counts, replay
from tests.support.old_workbook import Cell, old_workbook

__all__ = ["replay"]  # the fixture


def local(*parts: int) -> datetime:
    """A time as a workbook has it: without a zone."""
    return datetime(*parts)  # type: ignore[arg-type] # noqa: DTZ001


ROWS: list[list[Cell]] = [
    ["某县办件明细表"],
    [*HEAD],
    ["A1", local(2025, 3, 7, 9, 5), local(2025, 3, 14, 17, 30), "市场监督管理局"],
    ["A2", date(2025, 3, 7), date(2025, 3, 17), "住建局"],
    ["A3", "2025年3月7日", 45730.5, "住建局"],  # Excel's number of 2025-03-14 12:00
    ["合计", "", "", "3"],
]


@pytest.mark.parametrize("name", ["log.xls", "log.et", "log"])
def test_it_is_read_as_a_new_one_is(replay, name):
    """Whatever it is called: A2 is late, the title and the total are no cases."""
    code, report, _ = replay(old_workbook({"明细": ROWS}), name=name)
    assert (code, counts(report)) == (0, (3, 3, 1, 1))
    assert report["skipped"] == {"title_rows": 1, "total_rows": 1}
    assert report["cut_off"] == "2025-03-17T00:00:00.000+08:00"


def test_its_days_count_from_1904_where_it_says_so(replay):
    """1904-01-01 and 44268.5 days are 2025-03-14 12:00; a formatted day is what it shows."""
    rows: list[list[Cell]] = [[*HEAD], ["A1", date(2025, 3, 7), 44268.5, ""]]
    code, report, _ = replay(old_workbook({"明细": rows}, since_1904=True), name="log.xls")
    assert (code, report["cut_off"]) == (0, "2025-03-14T12:00:00.000+08:00")


def test_hidden_sheets_are_named_and_merged_cells_say_the_same_in_all_their_parts(replay):
    """The department stands in a cell over both rows."""
    rows: list[list[Cell]] = [
        [*HEAD],
        ["A1", date(2025, 3, 7), date(2025, 3, 10), "局"],
        ["A2", *ROWS[3][1:3]],
    ]
    book = old_workbook({"明细": rows, "底稿": ROWS}, merged=(1, 2, 3, 3), hidden=["底稿"])
    code, report, said = replay(book, name="log.xls")
    assert (code, report["cases"]) == (0, 2)
    assert list(report["by_department"]) == ["局"]
    assert "跳过隐藏的工作表“底稿”" in said


def test_cells_are_text_as_they_stand():
    """A number without decimals that say nothing, a truth as a word, an error as nothing."""
    book = open_old_workbook(
        old_workbook({"a": [[7.0, 0.25, 1e15, "0071", True], [], ["x"]]}), "a.xls"
    )
    assert list(book.rows(book.sheets[0])) == [
        (1, ["7", "0.25", "1000000000000000", "0071", "true"]),
        (2, [""] * 5),
        (3, ["x", *[""] * 4]),
    ]


def test_a_catalogue_may_be_in_one():
    """The header is found by its names."""
    rows = sheet_rows(
        old_workbook({"清单": [["事项清单"], ["item", "name"], ["X-1", 5.0]]}), "items.xls"
    )
    assert rows is not None
    assert rows[1:] == [(2, ["item", "name"]), (3, ["X-1", "5"])]


def test_whatever_was_damaged_is_told_in_one_line(replay):
    """Cut anywhere, or with bytes that were changed, it is read or refused; nothing else."""
    whole, chance = old_workbook({"明细": ROWS}), random.Random(7)
    refused = 0
    for _ in range(60):
        damaged = bytearray(whole[: chance.randrange(600, len(whole))])
        for _ in range(chance.randrange(40)):
            damaged[chance.randrange(8, len(damaged))] = chance.randrange(256)
        code, _, said = replay(bytes(damaged), name="log.xls")
        assert code in (0, 1, 2)
        refused += "已损坏的 .xls" in said
    assert refused > 0


def test_one_that_is_too_large_is_refused_before_it_is_read():
    """It names the ways out."""
    with pytest.raises(BadInput, match="请另存为"):
        open_old_workbook(bytes(MOST_BYTES + 1), "log.xls")
