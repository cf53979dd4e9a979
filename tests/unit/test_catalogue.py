"""The catalogue reader: whole or not at all, with the line and the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import BadInput
from chalicelib.policy import catalogue
from chalicelib.policy.catalogue import CatalogueItem, CatalogueStage
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
        ("", "items.csv", "no items"),
        (HEAD, "items.csv", "no items"),
        (LINE, "items.csv:1", "must name the columns"),
        (HEAD.replace("basis", "item"), "items.csv:1", "must name the columns"),
        (HEAD + LINE + LINE, "items.csv:3", "on line 2 already"),
        (HEAD + LINE.replace("F-01", ""), "items.csv:2", "item is empty"),
        (HEAD + LINE.replace("食品安全法 35", " "), "items.csv:2", "basis is empty"),
        (HEAD + LINE.replace("10wd", "10 days"), "items.csv:2", "promise: not a limit"),
        (HEAD + LINE.replace("10wd", "0wd"), "items.csv:2", "a limit of nothing"),
        (HEAD + LINE.replace("10wd", "21wd"), "items.csv:2", "longer than the law's"),
        (HEAD + LINE.replace("10wd,20wd", ","), "items.csv:2", "both empty"),
        (HEAD + LINE.replace(",promise,", ",quick,"), "items.csv:2", "kind is one of"),
        (HEAD + LINE.replace("审查:8wd", ":8wd"), "items.csv:2", "no name"),
        (HEAD + LINE.replace("审查:8wd", "审查:x"), "items.csv:2", "stages: not a limit"),
        (HEAD + LINE + "a,b\n", "items.csv:3", "2 cells under 8 columns"),
        (HEAD + '"never closed,', "items.csv:2", "not CSV"),
        (HEAD + LINE.replace("食品经营许可", '"two\nlines"'), "items.csv:3", "line break"),
        (HEAD + LINE.replace("F-01", "x" * 201), "items.csv:2", "too long"),
    ],
)
def test_one_bad_line_refuses_the_whole_with_its_place(text, place, why):
    """One line of text, the line of the file first."""
    with pytest.raises(BadInput) as caught:
        read(text)
    assert caught.value.where == place
    assert why in caught.value.message
    assert "\n" not in str(caught.value)


def test_another_encoding_is_refused_with_the_line():
    """Old spreadsheets write GBK."""
    with pytest.raises(BadInput, match=r"items\.csv:2: not UTF-8"):
        catalogue.read_catalogue((HEAD + LINE).encode("gbk"), "items.csv")


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
