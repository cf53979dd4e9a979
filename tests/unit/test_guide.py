"""The service guide in the catalogue: what is said, what is not, and that there is none."""

import pytest

from chalicelib.errors import BadInput
from chalicelib.permit.clocks.binding import Listed, bind_terms
from chalicelib.policy import catalogue
from chalicelib.policy.guide import UNSAID, Guide
from chalicelib.policy.terms import read_terms
from tests.unit.told import RULES, at

HEAD = "item,name,department,kind,promise,statutory,basis,stages"
LINE = "F-01,食品经营许可,市场监管局,promise,10wd,20wd,食品安全法 35,受理:1wd"


def entry(**cells):
    """The one entry of a catalogue with these columns beside the needed ones."""
    head, line = ",".join([HEAD, *cells]), ",".join([LINE, *cells.values()])
    return catalogue.read_catalogue(f"{head}\n{line}\n".encode(), "items.csv")[0]


def test_a_whole_guide_is_read():
    """Both kinds of semicolon and colon; yuan become fen."""
    item = entry(
        materials="身份证明; 营业执照；场地证明",
        shared="营业执照",
        fees="工本费:10; 检验费：120.5;加急:0.05",
        intermediaries="环境影响评价",
        hearing="yes",
        two_persons="no",
        published="https://example.gov.cn/f-01",
        cancelled="2026-12-01",
    )
    assert item.guide == Guide(
        materials=("身份证明", "营业执照", "场地证明"),
        shared=("营业执照",),
        fees=(("工本费", 1000), ("检验费", 12050), ("加急", 5)),
        intermediaries=("环境影响评价",),
        hearing=True,
        two_persons=False,
        published="https://example.gov.cn/f-01",
        cancelled="2026-12-01",
    )
    assert catalogue.read_stored_item(item.document()) == item


@pytest.mark.parametrize("none", ["none", "无"])
def test_that_there_is_none_is_said_and_not_guessed(none):
    """An empty cell says nothing; a word says that there is nothing."""
    columns = ("materials", "shared", "fees", "intermediaries", "published")
    silent = entry(**dict.fromkeys(columns, ""))
    assert silent.guide == UNSAID
    assert silent.guide.rules() == {}
    told = entry(**dict.fromkeys(columns, none))
    assert told.guide == Guide(materials=(), shared=(), fees=(), intermediaries=(), published="")
    assert told.guide.rules() == {"fees": 0, "intermediaries": 0}
    assert catalogue.read_stored_item(told.document()) == told


def test_what_is_not_said_does_not_change_a_version():
    """A catalogue of before these columns keeps its name, with or without their heads."""
    plain = entry()
    assert catalogue.catalogue_version((plain,)) == catalogue.catalogue_version(
        (entry(materials="", hearing=""),)
    )
    assert set(plain.document()) == set(catalogue.COLUMNS)
    assert catalogue.catalogue_version((plain,)) != catalogue.catalogue_version(
        (entry(hearing="no"),)
    )


def bound(item):
    """The terms of a case of *item*."""
    return bind_terms({"item": "F-01"}, at("2026-11-02"), Listed(item, "v1"), RULES)


def test_terms_keep_what_a_case_is_to_be_handled_by():
    """The most that may be charged is the sum; what is not said is not there."""
    terms = bound(entry(fees="a:10;b:2", two_persons="yes"))
    assert terms.rules == {"fees": 1200, "two_persons": True}
    assert read_terms(terms.written()) == terms
    silent = bound(entry())
    assert "rules" not in silent.written()


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"fees": "10"}, "“fees”：“10”不是收费；应写成 工本费:10"),
        ({"fees": "工本费:ten"}, "“fees”：“工本费:ten”不是收费"),
        ({"fees": "工本费:1.005"}, "“工本费:1.005”不是收费"),
        ({"fees": ":10"}, "“:10”不是收费"),
        ({"hearing": "maybe"}, "“hearing”：应写 是（yes）或 否（no），不是“maybe”"),
        ({"two_persons": "2"}, "“two_persons”：应写 是（yes）"),
        ({"cancelled": "2026-13-01"}, "“cancelled”：“2026-13-01”不是日期"),
        ({"cancelled": "yes"}, "“yes”不是日期"),
        ({"materials": "身份证; 身份证"}, "“materials”：有一项写了两次"),
        ({"materials": "x" * 201}, "“materials”：其中一项超过 200 个字符"),
        ({"materials": "a;b", "shared": "c"}, "“shared”：“c”不在申请材料之中"),
        ({"materials": "x;" * 5001}, "“materials”：超过 10000 个字符"),
        ({"published": "x" * 201}, "“published”：超过 200 个字符"),
    ],
)
def test_a_cell_that_is_wrong_refuses_the_file_with_its_line(cells, why):
    """Whole or not at all, as every other column."""
    with pytest.raises(BadInput) as caught:
        entry(**cells)
    assert caught.value.where == "items.csv:2"
    assert why in caught.value.text.zh


def test_what_is_shared_may_be_said_without_the_list_of_materials():
    """Then there is nothing that it could be missing from."""
    assert entry(shared="营业执照").guide.shared == ("营业执照",)


def test_a_name_may_be_as_long_as_a_name_may_be():
    """The other side of the boundary."""
    assert entry(materials="x" * 200).guide.materials == ("x" * 200,)
