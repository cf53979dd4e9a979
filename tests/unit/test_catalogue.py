"""The catalogue reader: whole or not at all, with the line and the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import BadInput
from chalicelib.policy import catalogue
from chalicelib.policy.catalogue import CatalogueItem, CatalogueStage
from chalicelib.policy.catalogue_export import catalogue_table
from chalicelib.policy.limit import Limit

HEAD = "item,name,department,kind,promise,statutory,basis,stages\n"
LINE = "F-01,食品经营许可,市场监管局,promise,10wd,20wd,食品安全法 35,受理:1wd; 审查:8wd；决定\n"


def read(text):
    """Read *text* as the file items.csv."""
    return catalogue.read_catalogue(text.encode(), "items.csv")


def test_a_line_is_an_entry():
    """Limits and stages are typed; both kinds of colon and semicolon are read."""
    assert read("\ufeff" + HEAD + LINE) == (
        CatalogueItem(
            item="F-01",
            name="食品经营许可",
            department="市场监管局",
            kind="promise",
            promise=Limit(10, "wd"),
            statutory=Limit(20, "wd"),
            basis="食品安全法 35",
            stages=(
                CatalogueStage("受理", Limit(1, "wd")),
                CatalogueStage("审查", Limit(8, "wd")),
                CatalogueStage("决定", None),
            ),
        ),
    )


def test_columns_may_stand_in_any_order_and_blank_lines_anywhere():
    """Spreadsheets add them."""
    head = "\n stages,basis,statutory,promise,kind,department,name,item\n"
    text = head + ",,,,,,,\n,law,,5d,immediate,d,n,i\n\n"
    (item,) = read(text)
    assert (item.item, item.promise, item.statutory) == ("i", Limit(5, "d"), None)


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("", "items.csv", "没有事项"),
        (HEAD, "items.csv", "没有事项"),
        (LINE, "items.csv:1", "首行缺少列：事项编码（item）、事项名称（name）"),
        (HEAD.replace("basis", "item"), "items.csv:1", "缺少列：设定依据（basis）"),
        (HEAD.replace("basis", "item"), "items.csv:1", "“item”与“item”是同一列"),
        (HEAD.replace("stages", "stage"), "items.csv:1", "没有“stage”这样的列"),
        (HEAD + LINE + LINE, "items.csv:3", "“item”：F-01 在第 2 行已有"),
        (HEAD + LINE.replace("F-01", ""), "items.csv:2", "“item”：不能为空"),
        (HEAD + LINE.replace("食品安全法 35", " "), "items.csv:2", "“basis”：不能为空"),
        (HEAD + LINE.replace("10wd", "10 days"), "items.csv:2", "“promise”：“10 days”的单位不认识"),
        (HEAD + LINE.replace("10wd", "很快"), "items.csv:2", "“promise”：“很快”不是期限"),
        (HEAD + LINE.replace("10wd", "10日"), "items.csv:2", "没有写明单位"),
        (HEAD + LINE.replace("10wd", "0wd"), "items.csv:2", "应在 1 至 10000 之间"),
        (HEAD + LINE.replace("10wd", "21wd"), "items.csv:2", "21wd 长于法定时限 20wd"),
        (HEAD + LINE.replace("10wd,20wd", ","), "items.csv:2", "不能都为空"),
        (HEAD + LINE.replace("10wd,20wd", "无,—"), "items.csv:2", "至少要有一项"),
        (HEAD + LINE.replace(",promise,", ",quick,"), "items.csv:2", "“quick”不是办件类型"),
        (HEAD + LINE.replace("审查:8wd", ":8wd"), "items.csv:2", "没有环节名称"),
        (HEAD + LINE.replace("审查:8wd", "审查:x"), "items.csv:2", "“stages”：“x”不是期限"),
        (HEAD + LINE + "a,b\n", "items.csv:3", "2 个单元格，而表头只有 8 列"),
        (HEAD + '"never closed,', "items.csv:2", "不是 CSV"),
        (HEAD + LINE.replace("食品经营许可", '"two\nlines"'), "items.csv:3", "换行"),
        (HEAD + LINE.replace("F-01", "x" * 201), "items.csv:2", "超过 200 个字符"),
    ],
)
def test_one_bad_line_refuses_the_whole_with_its_place(text, place, why):
    """One line of text, the line of the file first."""
    with pytest.raises(BadInput) as caught:
        read(text)
    assert caught.value.where == place
    assert why in caught.value.text.zh
    assert "\n" not in str(caught.value)


def test_another_encoding_is_refused_with_the_line():
    """Neither UTF-8 nor what Chinese spreadsheets write; or UTF-8 that something broke."""
    with pytest.raises(BadInput, match=r"items\.csv:2: 不是 UTF-8，也不是 GB18030"):
        catalogue.read_catalogue(HEAD.encode() + b"F-01,\xff\xff", "items.csv")
    with pytest.raises(BadInput, match=r"items\.csv:3: 不是 UTF-8；"):
        catalogue.read_catalogue((HEAD + LINE).encode() + b"F-02,\xb0\xec", "items.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_what_chinese_spreadsheets_write_is_read(encoding):
    """The same items in each."""
    assert catalogue.read_catalogue((HEAD + LINE).encode(encoding), "f") == read(HEAD + LINE)


def test_all_mistakes_are_told_at_once():
    """Each with its line; a cell has one at the most."""
    text = HEAD + LINE.replace("10wd", "10日").replace("F-01", "") + LINE + "a,b\n" + LINE
    with pytest.raises(BadInput) as caught:
        read(text)
    told = [each.line("zh") for each in (caught.value, *caught.value.others)]
    assert [line[:21] for line in told] == [
        "items.csv:2: “item”：不",
        "items.csv:2: “promise",
        "items.csv:4: 2 个单元格，而",
        "items.csv:5: “item”：F",
    ]


OFFICIAL = "事项名称,实施编码,实施主体,办件类型,承诺办结时限,法定办结时限,设定依据,办理环节\n"


@pytest.mark.parametrize(
    ("kind", "promise", "statutory", "expected"),
    [
        ("承诺件", "10个工作日", "二十个工作日", ("promise", Limit(10, "wd"), Limit(20, "wd"))),
        ("承诺件", "１０工作日", "20个工作日内", ("promise", Limit(10, "wd"), Limit(20, "wd"))),
        ("承诺件", "15个自然日", "无", ("promise", Limit(15, "d"), None)),
        ("转报件", "", "两个月", ("forwarded", None, Limit(2, "mo"))),
        ("联办件", "一百二十日历天", "1年", ("joint", Limit(120, "d"), Limit(12, "mo"))),
        ("即办件", "当场办结", "", ("immediate", None, None)),
        ("即办件", "1个工作日", "—", ("immediate", Limit(1, "wd"), None)),
        ("即办件", "2小时", "", ("immediate", Limit(2, "h"), None)),
        ("joint", "10wd", "20wd", ("joint", Limit(10, "wd"), Limit(20, "wd"))),
    ],
)
def test_official_lists_are_read_in_their_own_words(kind, promise, statutory, expected):
    """Their names of columns, kinds of case, numbers and units."""
    line = f"许可,F-01,住建局,{kind},{promise},{statutory},某法,受理:1个工作日→决定\n"
    (item,) = read(OFFICIAL + line)
    assert (item.kind, item.promise, item.statutory) == expected
    assert item.stages == (CatalogueStage("受理", Limit(1, "wd")), CatalogueStage("决定", None))


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("承诺时限（工作日）,法定时限(工作日)", "10,20"),
        ("承诺办结时限,承诺办结时限单位,法定办结时限", "10,工作日,20wd"),
        ("承诺\u3000时限,法定时限", "10个工作日,20个工作日"),
    ],
)
def test_a_unit_may_stand_in_the_header_or_in_a_column_of_its_own(head, cells):
    """In a bare number it is nobody's guess."""
    text = f"事项编码,名称,部门,办件类型,依据,{head}\nF-01,许可,住建局,承诺件,某法,{cells}\n"
    (item,) = read(text)
    assert (item.promise, item.statutory) == (Limit(10, "wd"), Limit(20, "wd"))


def test_a_title_stands_above_and_columns_that_say_nothing_are_named():
    """So that a misspelt one is seen."""
    text = f"某县政务服务事项清单,,,,,,,,\n序号,{OFFICIAL}1,许可,F-01,住建局,承诺件,10wd,,某法,\n"
    read_file = catalogue.read_table_of_items(catalogue.csv_rows(text.encode(), "f"), "f")
    assert (read_file.items[0].item, read_file.unused) == ("F-01", ("序号",))


FULL = (
    "F-02,许可,住建局; 环保局,joint,,45wd,某法,受理; 审查:8wd,site_survey; technical_review,,no,"
    "甲; 乙,乙,工本费:10; 检验费:120.50,无,yes,no,无,2026/12/1\n"
)


def test_an_export_reads_back_as_the_same_version():
    """Every kind of cell, in the words of official lists."""
    rare = "procedures,deemed,safety,materials,shared,fees,intermediaries,hearing,two_persons,"
    head = HEAD.replace("\n", f",{rare}published,cancelled\n")
    deemed = "F-03,备案,住建局,immediate,,3h,某法,,,某条例第三条,,,none,none,甲,,,https://x,\n"
    at_once = "F-04,查询,住建局,immediate,即办,,某法,,,,,,,,,,,,\n"
    items = read(head + FULL + deemed + at_once)
    table = list(catalogue_table(items))
    assert table[1][:6] == ["F-02", "许可", "住建局; 环保局", "联办件", "", "45个工作日"]
    assert table[1][8:] == [
        "site_survey; technical_review", "", "甲; 乙", "乙", "工本费:10; 检验费:120.50", "无",
        "是", "否", "无", "2026-12-01",
    ]  # fmt: skip
    again = catalogue.read_table_of_items(enumerate(table, 1), "f").items
    assert catalogue.catalogue_version(again) == catalogue.catalogue_version(items)


def test_the_version_follows_the_content_and_not_the_order():
    """The same catalogue sorted otherwise is the same; a changed limit is not."""
    second = LINE.replace("F-01", "F-02")
    here, there = read(HEAD + LINE + second), read(HEAD + second + LINE)
    assert catalogue.catalogue_version(here) == catalogue.catalogue_version(there)
    changed = read(HEAD + LINE.replace("10wd", "9wd") + second)
    assert catalogue.catalogue_version(changed) != catalogue.catalogue_version(here)


def test_an_entry_comes_back_from_its_document():
    """Decode after encode is the entry itself."""
    (item,) = read(HEAD + LINE)
    assert catalogue.read_stored_item(item.document()) == item


@given(st.text())
def test_any_text_is_read_or_refused(text):
    """Nothing in a file is an error of ours."""
    with pytest.raises(BadInput):
        catalogue.read_catalogue(text.encode("utf-8", "replace"), "f")
