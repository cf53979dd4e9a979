"""`duban people` on moto: what it puts in force, what it keeps private, how it refuses."""

import json
from datetime import date

import pytest

from chalicelib.cases.case_id import person_case
from chalicelib.log.merge_delay import STATED
from chalicelib.log.objects import rules_path
from chalicelib.people.organisation import read_organisation
from infra.people import importing
from infra.people.organising import Organiser
from tests.integration.test_operator_commands import duban
from tests.support.made_workbook import DATE, number, rows_of, workbook

__all__ = ["duban"]  # the fixture

UNITS = rows_of(
    ("吉首市部门名录", "", "", "", ""),
    ("部门编码", "部门名称", "起始日期", "截止日期", "科室"),
    ("LY", "林业局", "2019年1月1日", "", "审批股；资源股"),
    ("NY", "农业局", "", "", ""),
    ("NY", "农林局", number("46204", DATE), "", ""),
    ("JW", "纪委监委", "", "", ""),
)
POSTS = rows_of(
    ("岗位编码", "部门", "岗位名称", "科室", "送达角色", "系统角色", "事项编码", "备注"),
    ("LY-1", "林业局", "采伐承办岗", "审批股", "承办人", "窗口", "CF-01；CF-02", "x"),
    ("NY-1", "农林局", "部门负责人", "", "分管领导", "部门", "", ""),
    ("JW-1", "JW", "监察室", "", "", "监察", "", ""),
)
HELD = rows_of(
    ("工号", "姓名", "手机", "邮箱", "登录名", "岗位编码", "任职日期", "离任日期", "代理"),
    ("1001", "王小明", number("13800000000"), "w@example.cn", "wang", "LY-1", "2024-01-01", "", ""),
    ("1002", "李雷", "", "", "li", "LY-1", "2024/1/1", "—", "1001"),
    ("1003", "韩梅梅", "", "", "", "NY-1", "2024.1.1", "2026-06-30", ""),
    ("1001", "王小明", "", "", "", "JW-1", "2026-01-01", "至今", ""),
)
REFORM = rows_of(
    ("原部门", "现部门", "变更类型", "生效日期", "依据文件"),
    ("林业局", "农林局", "合并", "2026-07-01", "吉编〔2026〕3号"),
)
BOOK = workbook({"部门": UNITS, "岗位": POSTS, "任职": HELD, "机构改革": REFORM})
NAMES = ("王小明", "李雷", "韩梅梅", "13800000000", "w@example.cn", "1001")


@pytest.fixture
def book(tmp_path):
    """Give the file of a whole county."""
    file = tmp_path / "people.xlsx"
    file.write_bytes(BOOK)
    return str(file)


def people(served):
    """Return the people by the post that they hold or held first."""
    return {each.appointments[0].post + each.appointments[0].deputy_for: each
            for each in served.people.all()}  # fmt: skip


def test_a_county_is_put_in_force_and_the_log_says_so_without_names(duban, served, book):
    """Departments, posts, who holds which as p_…; the vault alone knows who that is."""
    code, out, error = duban("people", "import", book, "--json")
    told = json.loads(out)
    assert (code, told["changed"], told["new_people"], told["people"]) == (0, True, 3, 3)
    assert "未用" in error  # the column 备注
    organisation = served.organisation.whole(fresh=True)
    assert organisation.version == told["version"]
    forestry, farming = organisation.by_code["LY"], organisation.by_code["NY"]
    assert (forestry.until, forestry.sections) == (date(2026, 6, 30), ("审批股", "资源股"))
    assert [farming.name_on(date(2026, day, 1)) for day in (6, 7)] == ["农业局", "农林局"]
    assert [step.document for step in organisation.successions] == ["吉编〔2026〕3号"]
    wang = next(each for each in served.people.all() if len(each.appointments) == 2)
    assert served.vault.person(wang.id) == {
        "name": "王小明", "mobile": "13800000000", "mail": "w@example.cn", "login": "wang",
    }  # fmt: skip
    assert wang.appointments[0].items == ("CF-01", "CF-02")
    assert [each.role for each in wang.callers(date(2026, 8, 1))] == ["clerk", "inspector"]
    key = served.vault.people_key()
    assert served.person_codes.find("code", "1001", key) == wang.id
    assert served.person_codes.find("login", "wang", key) == wang.id
    stated = {each["name"]: each for each in served.registry.get(*STATED)["documents"]}
    named = stated["organisation"]
    body = served.objects.get(rules_path(named["sha256"]))
    again = read_organisation(json.loads(body))
    assert (named["version"], again.tenures) == (told["version"], organisation.tenures)
    whole = body.decode()
    assert wang.id in whole
    registry = json.dumps([served.organisation.whole().document()], ensure_ascii=False)
    assert not [name for name in NAMES if name in whole + registry]


def test_the_same_file_twice_is_nothing_new(duban, served, book):
    """Everybody keeps his p_…; a file that gives another number of somebody moves him."""
    duban("people", "import", book)
    first = people(served)
    code, out, _ = duban("people", "import", book)
    assert (code, out.splitlines()[-1]) == (0, "没有变化")
    assert people(served) == first


def test_who_left_has_a_last_day_and_may_then_be_shredded(duban, served, book, tmp_path):
    """Not before; and then nothing finds him."""
    duban("people", "import", book)
    wang = next(each for each in served.people.all() if len(each.appointments) == 2)
    code, _, error = duban("people", "shred", wang.id)
    assert code == 2
    assert "还在任职" in error
    file = tmp_path / "left.csv"
    rows = "工号,岗位编码,起始日期,截止日期\n1001,LY-1,2024-01-01,2024-02-01\n"
    file.write_bytes((rows + "1001,JW-1,2026-01-01,2026-01-02\n").encode("gb18030"))
    assert duban("people", "import", str(file))[0] == 0
    code, out, _ = duban("people", "shred", wang.id, "--json")
    assert (code, json.loads(out)["is_done"]) == (0, True)
    assert served.vault.person(wang.id) == {}
    assert served.vault.disclosures(person_case(wang.id)) == {}
    assert served.person_codes.find("login", "wang", served.vault.people_key()) == ""
    assert wang.id in {each.id for each in served.people.all()}
    assert duban("people", "shred", "p_aaaaaaaaaaaaaaaa")[0] == 2


def test_the_list_says_role_region_days_and_ways_to_sign_in(duban, served, book):
    """Names only where they are asked for; a post that is over is not listed."""
    duban("people", "import", book)
    by_post = people(served)
    wang, li, han = by_post["LY-1"], by_post[f"LY-1{by_post['LY-1'].id}"], by_post["NY-1"]
    now = served.wall()
    token = served.logins.invite(wang.id, "wang", now)
    served.logins.accept(token, "a long password 1", now)
    served.logins.link(wang.id, "https://id.example.gov.cn", "sub-1")
    served.logins.invite(li.id, "li", now)
    code, out, _ = duban("people", "list", "--json")
    rows = {row["person"]: row for row in json.loads(out)["people"]}
    assert (code, set(rows)) == (0, {wang.id, li.id, han.id})
    assert [rows[each.id]["signs_in"] for each in (wang, li, han)] == [
        ["local", "oidc"], ["invited"], [],
    ]  # fmt: skip
    first, second = rows[wang.id]["posts"]
    assert first == {
        "post": "LY-1", "title": "采伐承办岗", "department": first["department"], "role": "clerk",
        "addressee": "handler", "since": "2024-01-01",
    }  # fmt: skip
    assert (second["role"], second["since"]) == ("inspector", "2026-01-01")
    assert rows[li.id]["posts"][0]["deputy_for"] == wang.id
    code, out, _ = duban("people", "list")
    assert "送达 承办人" in out
    assert not [name for name in NAMES if name in out]
    assert "密码、统一身份认证" in out
    assert f"代理 {wang.id}" in out
    assert "王小明" in duban("people", "list", "--names")[1]


def test_the_operator_is_told_for_whom_nobody_is_named(duban, served, book):
    """After an import, and with the list; the card goes to the department meanwhile."""
    _, _, told = duban("people", "import", book)
    assert "处没有人接牌" in told
    lacking = json.loads(duban("people", "list", "--json")[1])["unnamed"]
    where = {(each.get("department"), each["role"]): each["note"] for each in lacking}
    assert where["农林局", "handler"] == "no_post"
    assert where["农林局", "unit_head"] == "no_holder"  # she left when it came to be
    assert "林业局" not in {each.get("department") for each in lacking}
    assert (None, "supervision_office") in where


def test_a_check_writes_nothing(duban, served, book):
    """Not even a key."""
    assert duban("people", "import", book, "--check")[0] == 0
    assert [*served.people.all()] == []
    assert served.organisation.version(fresh=True) == ""
    assert [*served.vault._items.scan()] == []


def test_all_faults_are_told_at_once_and_nothing_is_written(duban, served, tmp_path):
    """With row, column, value and what would do; personal values are not repeated."""
    file = tmp_path / "wrong.xlsx"
    units = rows_of(
        ("部门编码", "部门名称", "上级部门"), ("林", "林业局", ""), ("A", "", "B"), ("A", "甲", "")
    )
    held = rows_of(
        ("工号", "姓名", "手机", "邮箱", "岗位编码", "起始日期"),
        ("7", "=HYPERLINK(1)", "1380000000", "", "A-1", "去年"),
        ("8", "乙", number("1.38E10"), "w@example", "A-1", "2025/2/30"),
        ("9", "丙", number("7438223456"), "", "A-9", "2025/2/3"),
    )
    file.write_bytes(workbook({"部门": units, "任职": held, "说明": rows_of(("随便写写",))}))
    code, out, _ = duban("people", "import", str(file), "--json")
    faults = json.loads(out)["faults"]
    assert code == 1
    found = {(each["row"], each["column"], each["value"]) for each in faults}
    assert {
        (2, "部门编码", "林"), (3, "部门名称", ""), (2, "姓名", ""), (2, "手机", ""),
        (3, "邮箱", ""), (4, "手机", ""),
        (2, "起始日期", "去年"), (3, "起始日期", "2025/2/30"), (4, "岗位编码", "A-9"),
    } <= found  # fmt: skip
    said = {(each["row"], each["column"]): each for each in faults}
    assert "11 位" in said[2, "手机"]["zh"]
    assert "area code" in said[4, "手机"]["en"]
    assert [*served.people.all()] == []
    code, out, _ = duban("people", "import", str(file))
    assert out.splitlines()[-1].startswith("共 ")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"a,b\n1,2\n", "认不出"), (b"\x00\x01", ""), ("工号,岗位编码\n1,2\n".encode(), "缺少列")],
)
def test_what_is_no_table_is_refused_in_one_line(duban, tmp_path, content, said):
    """Exit 2."""
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    code, out, error = duban("people", "import", str(file))
    assert (code, out) == (2, "")
    assert said in error


def test_duplicates_contradictions_and_taken_names(duban, tmp_path):
    """The same row twice is one; two that differ are a fault; so is a name to sign in with."""
    file = tmp_path / "x.csv"
    head = "工号,岗位编码,起始日期,截止日期,登录名\n"
    row = "1,P,2026-01-01,,wang\n"
    posts = tmp_path / "p.csv"
    posts.write_text("岗位编码,部门,岗位名称,系统角色\nP,D,岗,窗口\n")
    units = tmp_path / "d.csv"
    units.write_bytes("\ufeff部门编码,部门名称\nD,甲局\n".encode())
    files = (str(units), str(posts), str(file))
    file.write_text(head + row + row)
    assert duban("people", "import", *files, "--check")[0] == 0
    file.write_text(head + row + "1,P,2026-01-01,2026-02-01,wang\n2,P,2026-01-01,,wang\n")
    code, out, _ = duban("people", "import", *files, "--check", "--json")
    faults = json.loads(out)["faults"]
    assert (code, [each["row"] for each in faults]) == (1, [4, 3])
    assert "另一个人" in faults[0]["zh"]


def test_ten_thousand_rows_are_one_import(duban, served, tmp_path):
    """And the same ten thousand again are nothing."""
    units = tmp_path / "d.csv"
    units.write_text("部门编码,部门名称\n" + "".join(f"D{n},局{n}\n" for n in range(100)))
    posts = tmp_path / "p.csv"
    lines = (f"D{n}-1,D{n},岗,窗口\n" for n in range(100))
    posts.write_text("岗位编码,部门,岗位名称,系统角色\n" + "".join(lines))
    held = tmp_path / "h.csv"
    rows = (f"{n},D{n % 100}-1,2026-01-01\n" for n in range(10_000))
    held.write_text("工号,岗位编码,起始日期\n" + "".join(rows))
    read = importing.read_files([units, posts, held])
    planned = importing.plan(None, read, whole=False, is_check=False)
    assert (planned.wrong, planned.new_people, len(planned.codes)) == ([], 10_000, 10_000)
    served.organisation.change(lambda _: planned.organisation)
    assert served.organisation.whole(fresh=True) == planned.organisation
    assert len(served.organisation.units().departments) == 100
    assert served.organisation.units().tenures == ()
    again = Organiser(
        planned.organisation, read.drafts, planned.ids, whole=True, today=date(2026, 8, 1)
    ).organise()
    assert (again.organisation, again.wrong) == (planned.organisation, [])
