"""Materials asked for, held against the guide: both sides of each count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.policy.guide import UNSAID, Guide
from chalicelib.policy.materials import count_materials, is_catch_all, plain

GUIDE = Guide(materials=("身份证明", "营业执照", "场地证明"), shared=("营业执照",))


def test_what_the_guide_lists_may_be_asked():
    """Nothing to remark, and that is said: it was looked at."""
    assert count_materials(["身份证明", "场地证明"], GUIDE) == {
        "catch_all": 0,
        "unlisted": 0,
        "shared": 0,
    }


def test_each_material_counts_once_and_for_what_it_is():
    """One beyond the list, one to be had by sharing, one that has no name."""
    names = ["身份证明", "无犯罪记录证明", "营业执照", "其他有关材料"]
    assert count_materials(names, GUIDE) == {"catch_all": 1, "unlisted": 1, "shared": 1}


def test_nothing_is_counted_against_what_is_not_said():
    """Unknown is not zero; a name that names nothing needs no guide to be seen."""
    names = ["无犯罪记录证明", "其他材料"]
    assert count_materials(names, None) == count_materials(names, UNSAID) == {"catch_all": 1}
    assert count_materials(names, Guide(shared=())) == {"catch_all": 1, "shared": 0}
    assert count_materials(names, Guide(materials=())) == {"catch_all": 1, "unlisted": 1}


@pytest.mark.parametrize(
    "name",
    [
        "身份证明（原件及复印件）", "1. 身份证明", "二、身份证明", "身份证明 复印件2份",
        "《身份证明》",
        "身份证明(正反面)复印件一份", "身 份 证 明", "３．身份证明【扫描件】",
    ],
)  # fmt: skip
def test_what_people_write_beside_a_name_makes_no_other_material(name):
    """Two systems never write it to the letter."""
    assert plain(name) == "身份证明"
    assert count_materials([name], GUIDE)["unlisted"] == 0


@pytest.mark.parametrize(
    "name",
    [
        "其他材料", "其它有关材料", "其他相关资料等", "法律、法规规定的其他材料",
        "审批机关要求提供的其他证明文件", "有关材料", "相关证明材料", "申请人的有关材料",
        "5.其他应当提交的材料", "其余必要的手续",
        "Other documents", "any other relevant documents", "Additional evidence",
    ],
)  # fmt: skip
def test_a_catch_all_names_nothing(name):
    """兜底条款: under it anything may be asked."""
    assert is_catch_all(name)


@pytest.mark.parametrize(
    "name",
    [
        "身份证明", "与经营场所有关的证明文件", "其他股东的身份证明复印件",
        "有关机关出具的验收报告", "材料清单", "其他应收款明细",
        "The other parent's identity card", "relevant",
    ],
)  # fmt: skip
def test_what_is_named_is_no_catch_all(name):
    """The same words in a name that says what is meant."""
    assert not is_catch_all(name)


@given(st.lists(st.text(max_size=30), max_size=20))
def test_counts_are_never_more_than_what_was_asked(asked):
    """Whatever is written: unlisted and catch-alls are different ones, and what is listed is in."""
    found = count_materials(asked, GUIDE)
    assert 0 <= found["catch_all"] + found["unlisted"] <= len(asked)
    assert count_materials(asked, Guide(materials=tuple(asked)))["unlisted"] == 0
