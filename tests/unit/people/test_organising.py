"""Rows put over an organisation: what is added, what stays, and what may not be."""

from datetime import date
from pathlib import Path

import pytest

from chalicelib.people.organisation import NO_ORGANISATION, Organisation
from infra.people import importing
from infra.people.organising import Organiser

TODAY = date(2026, 8, 1)
UNITS = "部门编码,部门名称,起始日期,截止日期,上级部门\n"
FIRST = UNITS + "LY,林业局,2019-01-01,,\nNY,农业局,,,林业局\n"
REGIONS = "区划代码,区划名称,级别,上级区划,启用日期,停用日期\n"
POSTS = "岗位编码,部门,岗位名称,系统角色\n"
HELD = "工号,岗位编码,起始日期\n"
REFORM = "原部门,现部门,变更类型,生效日期,事项编码\n"


@pytest.fixture
def put(tmp_path: Path):
    """Give a function that puts the texts of files over an organisation."""

    def over(before: Organisation, *texts: str, whole: bool = False):
        files = []
        for n, text in enumerate(texts):
            files.append(tmp_path / f"{n}.csv")
            files[-1].write_text(text)
        read = importing.read_files(files)
        planned = importing.plan(None, read, whole=whole, is_check=True)
        organised = Organiser(before, read.drafts, planned.ids, whole=whole, today=TODAY).organise()
        told = [(fault.row, fault.column) for fault in (*read.wrong, *organised.wrong)]
        return organised.organisation, told

    return over


def names(organisation: Organisation, code: str) -> list[tuple[str, str]]:
    """Return a department's names with their first days."""
    return [(each.name, str(each.since or "")) for each in organisation.by_code[code].names]


def test_a_new_name_is_added_to_the_names_that_were(put) -> None:
    """In a later file too; the same name again adds none."""
    first, wrong = put(NO_ORGANISATION, FIRST)
    assert wrong == []
    assert first.by_code["NY"].parent == "LY"
    later, wrong = put(first, UNITS + "LY,林草局,2026-07-01,,\n")
    assert wrong == []
    assert names(later, "LY") == [("林业局", ""), ("林草局", "2026-07-01")]
    assert later.by_code["LY"].since == date(2019, 1, 1)
    assert later.by_code["NY"] == first.by_code["NY"]
    assert put(later, UNITS + "LY,林草局,2026-07-01,,\n") == (later, [])
    assert put(later, FIRST) == (later, [])
    back = put(later, UNITS + "LY,林业局,2027-01-01,,\n")[0]
    assert names(back, "LY")[-1] == ("林业局", "2027-01-01")


def test_what_a_file_lacks_stays_unless_it_is_whole(put) -> None:
    """Tables that are not in the file stay in any case."""
    first, _ = put(NO_ORGANISATION, FIRST, REGIONS + "430000,湖南,省,,,\n")
    fewer, wrong = put(first, UNITS + "SW,水务局,,,\n", whole=True)
    assert (sorted(fewer.by_code), wrong) == (["SW"], [])
    assert fewer.regions == first.regions
    more, _ = put(first, UNITS + "SW,水务局,,,\n")
    assert sorted(more.by_code) == ["LY", "NY", "SW"]


def test_a_code_is_never_used_again(put) -> None:
    """Of a department, nor of a region; a last day alone may be written later."""
    first, _ = put(NO_ORGANISATION, UNITS + "LY,林业局,,2026-06-30,\n")
    assert put(first, UNITS + "LY,新局,2027-01-01,,\n")[1] == [(2, "部门编码")]
    region, _ = put(NO_ORGANISATION, REGIONS + "430000,湖南,省,,,2026-06-30\n")
    assert put(region, REGIONS + "430000,新省,省,,2027-01-01,\n")[1] == [(2, "区划代码")]


def test_a_post_that_was_held_does_not_change_its_department(put) -> None:
    """It would move those who held it, for all of the past."""
    posts = POSTS + "P,LY,窗口,窗口\n"
    first, wrong = put(NO_ORGANISATION, FIRST, posts, HELD + "1,P,2026-01-01\n")
    assert wrong == []
    assert put(first, POSTS + "P,NY,窗口,窗口\n")[1] == [(2, "部门")]
    assert put(first, POSTS + "P,林业局,窗口主任,部门\n")[1] == []


@pytest.mark.parametrize(
    ("reform", "expected"),
    [
        ("林业局,农业局,合并,2026-07-01,\n", []),
        ("林业局,农业局,划转,2026-07-01,X-1\n", []),
        ("林业局,,撤销,2026-07-01,\n", []),
        ("林业局,没有的局,合并,2026-07-01,\n", [(2, "现部门")]),
        ("林业局,农业局,兼并,2026-07-01,\n", [(2, "变更类型")]),
        ("林业局,农业局,合并,去年,\n", [(2, "生效日期")]),
        ("林业局,林业局,合并,2026-07-01,\n", [(2, "现部门")]),
        ("林业局,农业局,合并,2026-07-01,\nNY,LY,合并,2026-07-01,\n", [(3, "现部门")]),
        ("林业局,农业局,合并,2026-07-01,\nNY,LY,合并,2027-07-01,\n", []),
    ],
)
def test_reorganisations_are_checked_as_a_whole(
    put, reform: str, expected: list[tuple[int, str]]
) -> None:
    """Units that are not there, circles, unknown words."""
    assert put(NO_ORGANISATION, FIRST, REFORM + reform)[1] == expected


@pytest.mark.parametrize(
    ("reform", "until"),
    [
        ("林业局,农业局,合并,2026-07-01,\n", date(2026, 6, 30)),
        ("林业局,,撤销,2026-07-01,\n", date(2026, 6, 30)),
        ("林业局,农业局,划转,2026-07-01,X-1\n", None),
        ("林业局,农业局,分设,2026-07-01,\n", None),
    ],
)
def test_who_goes_into_another_ends_the_day_before(put, reform: str, until: date | None) -> None:
    """Nobody writes it twice."""
    organisation, _ = put(NO_ORGANISATION, FIRST, REFORM + reform)
    assert organisation.by_code["LY"].until == until


def test_a_new_name_among_the_reorganisations_is_no_succession(put) -> None:
    """The department's own names have it."""
    rows = FIRST + "LY,林草局,2026-07-01,,\n"
    organisation, wrong = put(NO_ORGANISATION, rows, REFORM + "林业局,林草局,更名,2026-07-01,\n")
    assert (organisation.successions, wrong) == ((), [])


PLACES = (
    REGIONS + "433100,湘西州,市,,,\n433101,吉首市,县,433100,,\n"
    "433101103,甲镇,乡镇,433101,,2026-06-30\n433101104,乙镇,乡镇,433101,,\n"
    "433101105,丙镇,乡镇,433101,,2026-06-30\n433101106,丁镇,乡镇,433101,,2026-12-31\n"
)
MOVED = "原区划代码,现区划代码,变更类型,生效日期\n433101103,433101104,合并,2026-07-01\n"
PLACED = "部门编码,部门名称,区划代码,截止日期\n"
POSTED = "岗位编码,部门,岗位名称,系统角色,管辖区划\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (PLACED + "A,甲局,433101,\nB,乙局,433101106,\n", []),
        (PLACED + "A,甲局,433101103,\n", [(2, "区划代码")]),
        (PLACED + "A,甲局,433101103,2026-06-30\nB,乙局,433101103,2026-07-01\n", [(3, "区划代码")]),
        (PLACED + "A,甲局,433101105,\nB,乙局,433122,\n", [(2, "区划代码"), (3, "区划代码")]),
        (PLACED + "A,甲局,4331,\nB,乙局,吉首市,\n", [(2, "区划代码"), (3, "区划代码")]),
        (
            POSTED + "P,LY,岗,督查,433101；433101103；433122\nQ,LY,岗,督查,43310\n",
            [(2, "管辖区划"), (2, "管辖区划"), (3, "管辖区划")],
        ),
    ],
)
def test_a_code_of_a_region_is_one_that_the_tree_has_today(
    put, rows: str, expected: list[tuple[int, str]]
) -> None:
    """Of 6, 9 or 12 figures; of a department that ended it is that of its last day."""
    before, wrong = put(NO_ORGANISATION, FIRST, PLACES, MOVED)
    assert wrong == []
    assert sorted(put(before, rows)[1]) == expected


def test_an_ended_code_names_the_one_that_stands_for_it(put, tmp_path: Path) -> None:
    """So nobody has to look it up; where there is no tree, only the form is asked."""
    before, _ = put(NO_ORGANISATION, FIRST, PLACES, MOVED)
    (tmp_path / "x.csv").write_text(PLACED + "A,甲局,433101103,\n")
    drafts = importing.read_files([tmp_path / "x.csv"]).drafts
    (fault,) = Organiser(before, drafts, {}, whole=False, today=TODAY).organise().wrong
    assert (fault.value, "433101104" in fault.text.zh) == ("433101103", True)
    early = Organiser(before, drafts, {}, whole=False, today=date(2026, 6, 30)).organise()
    assert early.wrong == []
    assert put(NO_ORGANISATION, PLACED + "A,甲局,433122,\n")[1] == []
