"""`duban catalogue` on moto: what it prints, what it puts in force, how it refuses."""

import errno
import json

from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.errors import BadInput
from chalicelib.policy.limit import Limit
from infra.stack import services as stage_services
from tests.integration.test_operator_commands import duban
from tests.support.made_workbook import number, rows_of, workbook

__all__ = ["duban"]  # the fixture

HEAD = "item,name,department,kind,promise,statutory,basis,stages\n"
LINE = "X-01,Permit,Housing,promise,10wd,20wd,law,\n"


def test_a_catalogue_is_imported_whole_or_not_at_all(duban, served, tmp_path, monkeypatch):
    """A broken line leaves the old one in force and is told with its place."""
    file = tmp_path / "items.csv"
    file.write_text(HEAD + LINE)
    code, out, _ = duban("catalogue", "import", str(file), "--json")
    told = json.loads(out)
    assert (code, told["items"], told["nudged"]) == (0, 1, 0)
    assert served.catalogues.current() == told["version"]
    file.write_text(HEAD + LINE + LINE)
    code, out, error = duban("catalogue", "import", str(file))
    assert (code, out) == (2, "")
    assert f"{file}:3: “item”：X-01 在第 2 行已有" in error
    assert served.catalogues.current() == told["version"]


def test_a_check_needs_no_stage(duban, served, tmp_path):
    """It reads the file and stores nothing."""
    file = tmp_path / "items.csv"
    file.write_text(HEAD + LINE)
    assert duban("catalogue", "import", str(file), "--check")[0] == 0
    assert served.catalogues.current() == ""


def test_an_import_tells_which_items_break_a_rule(duban, tmp_path):
    """Before it with --check, by any profile; and when it is in force, with what came of it."""
    file = tmp_path / "items.csv"
    lines = (LINE.replace("X-01,", f"X-{n:02},").replace("law,", "law,a;b;c;d") for n in range(11))
    file.write_text(HEAD + "".join(lines) + LINE.replace("X-01", "X-99").replace("10wd", "20wd"))
    code, out, _ = duban("catalogue", "import", str(file), "--check")
    assert code == 0
    first, stages, promise = out.splitlines()
    assert first.startswith("12 项；版本 ")
    assert first.endswith("没有导入")
    named = ", ".join(f"X-{n:02}" for n in range(10))
    assert stages == f"V-21 审批环节过多: 11 ({named}, …)"
    assert promise == "V-22 承诺时限没有压缩三分之一: 1 (X-99)"
    told = json.loads(duban("catalogue", "import", str(file), "--json")[1])
    assert (told["listed"], told["removed"], told["nudged"]) == (12, 0, 0)
    assert told["broken"]["V-22"] == ["X-99"]
    file.write_text(HEAD + LINE)
    code, out, error = duban("catalogue", "import", str(file))
    assert (code, len(out.splitlines())) == (0, 1)
    assert "2 items" not in error
    assert "告知 1 项，去掉 11 项" in error


def open_a_case(served, item, number, department="Housing"):
    """Put an open case of *item* where the operator's commands look for it."""
    served.cases.save(
        CaseSnapshot(
            case=f"hall:{number}",
            public_case=f"c_{number}",
            n=1,
            judged_at=served.now(),
            lamp="green",
            department=department,
            item=item,
        )
    )


def test_what_would_go_is_said_with_its_open_cases(duban, served, tmp_path):
    """By the check before it happens, and by the import."""
    file = tmp_path / "items.csv"
    second, third = LINE.replace("X-01", "X-02"), LINE.replace("X-01", "X-03")
    file.write_text(HEAD + LINE + second + third)
    code, out, _ = duban("catalogue", "import", str(file), "--check")
    assert (code, len(out.splitlines())) == (0, 1)  # there is nothing yet to compare it with
    assert duban("catalogue", "import", str(file))[0] == 0
    for case, item in enumerate(["X-01", "X-02", "X-02"]):
        open_a_case(served, item, case)
    file.write_text(HEAD + LINE.replace("10wd", "9wd") + third + LINE.replace("X-01", "X-04"))
    code, out, _ = duban("catalogue", "import", str(file), "--check")
    assert code == 0
    assert out.splitlines()[1:] == [
        "与现行清单相比：新增 1 项，变更 1 项，去掉 1 项",
        "新增 X-04",
        "变更 X-01",
        "去掉 X-02 Permit（Housing）：在办 2 件",
    ]
    told = json.loads(duban("catalogue", "import", str(file), "--check", "--json")[1])
    going = [{"item": "X-02", "name": "Permit", "department": "Housing", "open_cases": 2}]
    assert (told["added"], told["changed"], told["going"]) == (["X-04"], ["X-01"], going)
    code, _, error = duban("catalogue", "import", str(file))
    assert code == 0
    assert "去掉 X-02 Permit（Housing）：在办 2 件" in error
    code, out, _ = duban("catalogue", "import", str(file), "--check")
    assert (code, len(out.splitlines())) == (0, 1)  # it is in force


def test_open_cases_are_counted_under_the_names_that_nothing_knew(duban, served, tmp_path):
    """They were accepted before the first catalogue, so they are kept under tokens."""
    token = served.name_tokens.keep
    open_a_case(served, token("X-02"), 0)
    open_a_case(served, token("X-02"), 1, token("Housing"))
    open_a_case(served, "X-02", 2)
    open_a_case(served, "X-01", 3)
    file = tmp_path / "items.csv"
    file.write_text(HEAD + LINE + LINE.replace("X-01", "X-02"))
    assert duban("catalogue", "import", str(file))[0] == 0
    file.write_text(HEAD + LINE)
    code, out, _ = duban("catalogue", "import", str(file), "--check")
    assert (code, out.splitlines()[-1]) == (0, "去掉 X-02 Permit（Housing）：在办 3 件")


def test_a_check_without_a_stage_says_that_nothing_was_compared(duban, tmp_path, monkeypatch):
    """It still checks the file."""

    def no_stage(_name):
        raise BadInput(zh="云没有运行", en="the local cloud is not up; start it with: duban up")

    monkeypatch.setattr(stage_services, "services_of", no_stage)
    file = tmp_path / "items.csv"
    file.write_text(HEAD + LINE)
    code, out, error = duban("catalogue", "import", str(file), "--check")
    assert (code, len(out.splitlines())) == (0, 1)
    assert "未与现行清单比较" in error
    assert duban("catalogue", "import", str(file), "--check", "--stage", "prod")[0] == 2


def test_what_is_in_force_is_listed_and_exported_and_read_again(duban, served, tmp_path):
    """The export is in the words of official lists, and the same version."""
    assert duban("catalogue", "list") == (0, "没有清单在用", "")
    assert duban("catalogue", "export")[0] == 2
    file, copy = tmp_path / "items.csv", tmp_path / "copy.csv"
    file.write_text(HEAD + LINE + LINE.replace("X-01", "X-02").replace("10wd", "2mo"))
    duban("catalogue", "import", str(file))
    code, out, _ = duban("catalogue", "list")
    assert code == 0
    first, _, last = out.splitlines()
    assert first == "X-01  Permit  Housing  承诺件  承诺 10个工作日，法定 20个工作日"
    assert last == f"2 项；版本 {served.catalogues.current()}"
    listed = json.loads(duban("catalogue", "list", "--json")[1])
    assert [item["item"] for item in listed["items"]] == ["X-01", "X-02"]
    assert duban("catalogue", "export", str(copy))[0] == 0
    assert copy.read_text("utf-8-sig").splitlines()[:2] == [
        "事项编码,事项名称,实施主体,办件类型,承诺时限,法定时限,设定依据,办理环节",
        "X-01,Permit,Housing,承诺件,10个工作日,20个工作日,law,",
    ]
    told = json.loads(duban("catalogue", "import", str(copy), "--check", "--json")[1])
    assert told["version"] == listed["version"]
    assert (told["added"], told["changed"], told["going"]) == ([], [], [])
    assert duban("catalogue", "export")[1] == copy.read_text("utf-8-sig").strip()


def test_an_export_onto_a_full_disk_keeps_the_file_before(duban, served, tmp_path, monkeypatch):
    """Nothing else is left, and the line names the disk."""
    file, copy = tmp_path / "items.csv", tmp_path / "copy.csv"
    file.write_text(HEAD + LINE)
    duban("catalogue", "import", str(file))
    copy.write_text("mine")

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    code, out, error = duban("catalogue", "export", str(copy))
    assert (code, out, error) == (2, "", f"duban: {copy}: 磁盘已满，没有写成；请腾出空间后再试")
    assert (sorted(tmp_path.iterdir()), copy.read_text()) == ([copy, file], "mine")


def test_all_mistakes_of_a_catalogue_are_told_at_once(duban, served, tmp_path):
    """Each on a line of its own, in Chinese, with its place."""
    file = tmp_path / "items.csv"
    file.write_text(
        HEAD + LINE.replace("promise", "特办件").replace("10wd", "10天") + LINE[:5] + "\n"
    )
    code, out, error = duban("catalogue", "import", str(file))
    assert (code, out) == (2, "")
    kinds = "即办件（immediate）、承诺件（promise）、转报件（forwarded）、联办件（joint）"
    assert error.splitlines() == [
        f"duban: {file}:2: “kind”：“特办件”不是办件类型；应为 {kinds}",
        f"duban: {file}:2: “promise”：“10天”没有写明单位；应写成 10个工作日 或 10个自然日",
        f"duban: {file}:3: 2 个单元格，而表头只有 8 列",
    ]
    assert served.catalogues.current() == ""


def test_an_official_list_in_a_workbook_is_read(duban, served, tmp_path):
    """Below its title, by its own names and words; what says nothing to us is named."""
    file = tmp_path / "清单.xlsx"
    head = "序号 事项名称 实施编码 实施主体 办件类型 法定办结时限 法定办结时限单位"
    head += " 承诺办结时限（工作日） 设定依据"
    one, twenty, ten = number("1"), number("20"), number("10")
    rows = rows_of(
        ["某县政务服务事项清单"],
        head.split(),
        [one, "许可一", "370-1", "住建局", "承诺件", twenty, "工作日", ten, "甲法"],
        [one, "许可二", "370-2", "住建局", "即办件", "", "", "当场", "甲法\n乙法"],
    )
    file.write_bytes(workbook({"说明": rows_of(["填表说明"]), "清单": rows}))
    code, _, error = duban("catalogue", "import", str(file))
    assert code == 0
    assert "未用的列：序号" in error
    first, second = sorted(served.catalogues.entries(), key=lambda item: item.item)
    assert (first.promise, first.statutory) == (Limit(10, "wd"), Limit(20, "wd"))
    assert (second.kind, second.promise, second.basis) == ("immediate", None, "甲法 乙法")
    file.write_bytes(b"\xd0\xcf\x11\xe0")
    assert "请去掉密码" in duban("catalogue", "import", str(file))[2]


def test_a_check_by_a_profile_that_there_is_not(duban, tmp_path):
    """It is said, and nothing is checked."""
    file = tmp_path / "items.csv"
    file.write_text(HEAD + LINE)
    code, out, error = duban("catalogue", "import", str(file), "--check", "--profile", "nowhere")
    assert (code, out) == (2, "")
    assert "nowhere" in error
