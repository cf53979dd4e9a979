"""Ledgers in Excel workbooks (.xlsx)."""

import pytest

from tests.support.ledgers import HEAD, IN_TIME, MAP, counts, csv_of, replay
from tests.support.made_workbook import CHINESE, DATE, TIME, number, rows_of, workbook

__all__ = ["replay"]  # the fixture


# 2025-03-07 09:05 is 45723.378472…, 2025-03-14 17:30 is 45730.729166…
SHEET = rows_of(
    ["某县办件明细表"],
    HEAD,
    [
        "A1",
        number("45723.378472222219", TIME),
        number("45730.729166666664", TIME),
        "市场监督管理局",
    ],
    ["A2", number("45723", DATE), number("45733", CHINESE), "住建局"],
    ["A3", "2025年3月7日", number("45730.5"), "住建局"],
    ["合计", "", "", "3"],
)


def test_a_workbook_is_read_as_its_sheets_show_it(replay):
    """Dates by their format, numbers in a column of times, text; titles and totals are skipped."""
    code, report, _ = replay(workbook({"明细": SHEET}), name="log.xlsx")
    assert (code, counts(report)) == (0, (3, 3, 1, 1))
    assert report["skipped"] == {"title_rows": 1, "total_rows": 1}
    assert report["cut_off"] == "2025-03-17T00:00:00.000+08:00"


def test_a_workbook_of_1904_counts_its_days_from_there(replay):
    """1904-01-01 and 44261 days are 2025-03-07."""
    rows = rows_of(HEAD, ["A1", number("44261", DATE), number("44268.5", TIME), ""])
    code, report, _ = replay(workbook({"明细": rows}, since_1904=True), name="log.xlsx")
    assert (code, report["cut_off"]) == (0, "2025-03-14T12:00:00.000+08:00")
    code, report, _ = replay(
        csv_of(HEAD, ["A1", "44261", "44268.5", ""]), f"date_system = 1904\n{MAP}"
    )
    assert (code, report["cut_off"]) == (0, "2025-03-14T12:00:00.000+08:00")


def test_all_sheets_that_have_the_columns_are_read_and_the_others_named(replay):
    """A month a sheet; a cover and a hidden sheet are none."""
    second = rows_of(HEAD, ["B1", "2025-03-07 09:00", "2025-03-17 09:00", "局"])
    book = workbook(
        {"封面": rows_of(["办件台账"]), "三月": SHEET, "四月": second, "底稿": second},
        hidden=["底稿"],
    )
    code, report, said = replay(book, name="log.xlsx")
    assert (code, report["cases"], report["closed_late"]) == (0, 4, 2)
    assert "跳过工作表“封面”" in said
    assert "跳过隐藏的工作表“底稿”" in said
    code, report, _ = replay(book, f'sheet = "四月"\n{MAP}', name="log.xlsx")
    assert (code, report["cases"]) == (0, 1)
    code, _, said = replay(book, f'sheet = "五月"\n{MAP}', name="log.xlsx")
    assert code == 2
    assert "没有工作表“五月”（有：封面、三月、四月、底稿）" in said


def test_merged_cells_say_the_same_in_all_their_parts(replay):
    """A department over its rows, and a header over two lines."""
    rows = rows_of(
        ["办件编号", "时间", "", "部门"],
        ["", "受理时间", "办结时间", ""],
        ["A1", "2025-03-07 09:05", "2025-03-14 17:30", "住建局"],
        ["A2", "2025-03-07 09:05", "2025-03-17 09:00", ""],
    )
    book = workbook({"明细": rows}, merged=["A1:A2", "B1:C1", "D1:D2", "D3:D4"])
    code, report, _ = replay(book, name="log.xlsx")
    assert (code, counts(report)) == (0, (2, 2, 1, 1))
    assert list(report["by_department"]) == ["住建局"]


def test_strings_kept_apart_places_left_out_and_numbers_in_full(replay):
    """Rich text without its reading; a cell without a place follows the one before it."""
    strings = (
        "<si><r><t>住</t></r><r><t>建局</t></r><rPh><t>zhu</t></rPh></si><si><t>A_x0031_</t></si>"
    )
    rows = rows_of(HEAD) + (
        '<row r="9"><c r="A9" t="s"><v>1</v></c><c r="B9" t="str"><v>2025-03-07</v></c>'
        '<c r="D9" t="s"><v>0</v></c></row>'
        '<row><c><v>3.7010220250001E+14</v></c><c t="d"><v>2025-03-07T09:00:00</v></c></row>'
    )
    log_map = MAP.replace("[{ amount", '[{ when = { "办件编号" = "A1" }, amount')
    code, report, _ = replay(workbook({"明细": rows}, strings=strings), log_map, name="log.xlsx")
    assert (code, report["cases"], report["without_due"]) == (0, 2, 1)
    assert report["by_department"]["住建局"]["cases"] == 1


def test_an_unread_cell_of_a_workbook_has_its_sheet_and_row(replay):
    """So that a clerk finds it."""
    rows = rows_of(["台账"], HEAD, IN_TIME, ["A2", "2025/2/30", "#N/A", ""])
    code, report, said = replay(workbook({"明细": rows}), name="log.xlsx")
    assert (code, report["dirty"]["unreadable_time"]) == (1, 2)
    assert [(each["sheet"], each["row"], each["column"]) for each in report["unread"]] == [
        ("明细", 4, "受理时间"),
        ("明细", 4, "办结时间"),
    ]
    assert "未读：明细 第 4 行“受理时间”：不是能读的时间：'2025/2/30'" in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "请去掉密码"),
        (b"PK\x03\x04 and nothing more", "不是 Excel 工作簿"),
        (workbook({"明细": rows_of(["别的"], ["1"])}), "缺少列"),
        (workbook({"明细": SHEET})[:900], "工作簿"),
    ],
)
def test_what_is_no_workbook_is_one_line(replay, content, why):
    """Old files and those with a password are told how to be saved."""
    code, report, said = replay(content, name="log.xlsx")
    assert (code, report) == (2, {})
    assert why in said
    assert said.count("\n") == 1


def test_a_map_may_say_that_it_is_for_a_workbook(replay):
    """Which of both it is the file says."""
    log_map = MAP.replace('"csv"', '"xlsx"')
    assert replay(workbook({"明细": SHEET}), log_map, name="log.xlsx")[1]["cases"] == 3
    assert replay(csv_of(HEAD, IN_TIME), log_map)[1]["cases"] == 1
