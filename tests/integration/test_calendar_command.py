"""`duban calendar`: what it tells, what it stores, how it refuses; on moto and offline."""

import json
import re
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path

import pytest

from chalicelib.calendar.documents import check_document, read_document
from chalicelib.cases.view import show_line
from infra.cli import main
from infra.stack import services as stage_services
from tests.support.arranged_year import WORKED, YEAR, calendar, whole_year
from tests.support.memory_stage import memory_world
from tests.support.stage import go_on_with
from tests.support.stream_pump import StreamPump

TYPHOON = {
    "kind": "change",
    "notice": "湘西政办发电〔2026〕3号",
    "issued": "2026-08-19",
    "region": "4331",
    "days_off": ["2026-08-20", "2026-08-22"],
}
ICS = calendar(*whole_year()).decode()


@pytest.fixture
def duban(monkeypatch, capsys):
    """Give the command; without a stage."""

    def nowhere(name):
        raise AssertionError(f"asked for stage {name}")

    monkeypatch.setattr(stage_services, "services_of", nowhere)

    def run(*arguments):
        code = main.main(["calendar", *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out.strip(), printed.err.strip()

    return run


@pytest.fixture
def staged_duban(served, duban, monkeypatch):
    """Give the command; it finds the stage of this test whatever stage it names."""
    go_on_with(served, StreamPump().drain)

    @contextmanager
    def here(_name):
        yield served

    monkeypatch.setattr(stage_services, "services_of", here)
    return duban


@pytest.fixture
def file(tmp_path):
    """Give a function that writes a file: JSON of a table, or text."""

    def write(content, name="f.json"):
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def test_a_check_tells_what_would_change_and_needs_no_stage(duban, file):
    """What was guessed to be off already does not change: 1 January, May Day, 1 October."""
    code, printed, errors = duban("import", file(YEAR), "--check")
    assert (code, errors) == (0, "")
    worked = "2027-01-31 周日、2027-02-20 周六、2027-05-08 周六、2027-09-26 周日、2027-10-09 周六"
    off = (
        "02-05 周五、02-08 周一、02-09 周二、02-10 周三、02-11 周四、02-12 周五、04-05 周一、"
        "05-03 周一、05-04 周二、05-05 周三、06-09 周三、09-15 周三、10-04 周一、10-05 周二、"
        "10-06 周三、10-07 周四"
    )
    changes = [f"{day}  放假 → 上班" for day in worked.split("、")]
    changes += [f"2027-{day}  上班 → 放假" for day in off.split("、")]
    assert printed.splitlines()[:-1] == [
        *sorted(changes),
        f"2027 年写明放假 28 天，其中工作日 18 天；上班的周末日 5 天（{worked}）",
        "2027 年的放假安排此前没有公布",
        "所有地区共 21 天改变；没有导入",
    ]


def test_an_import_is_in_force_and_told_as_json(staged_duban, served, file):
    """The closure of one region: only the Thursday changes, the Saturday was off anyway."""
    code, printed, _ = staged_duban("import", file(TYPHOON), "--json")
    told = json.loads(printed)
    assert code == 0
    assert told["imported"] is told["in_force"] is True
    assert told["changes"] == [{"date": "2026-08-20", "was": "working", "now": "off"}]
    assert (told["kind"], told["region"], told["publishes"]) == ("change", "4331", None)
    assert told["notices"] == ["湘西政办发电〔2026〕3号"]
    assert told["version"] == served.calendar("433101").version != served.calendar("11").version


def test_the_same_import_again_does_nothing(staged_duban, served, file):
    """And says so."""
    staged_duban("import", file(TYPHOON))
    code, printed, _ = staged_duban("import", file(TYPHOON))
    assert code == 0
    assert "地区 4331共 0 天改变；此前已经生效" in printed
    assert len(served.calendars.current()) == 1
    assert json.loads(staged_duban("import", file(TYPHOON), "--json")[1])["imported"] is False


def test_a_check_against_a_stage_imports_nothing(staged_duban, served, file):
    """It compares with what is in force there; what does not add up is said."""
    staged_duban("import", file(YEAR))
    shorter = {**YEAR, "makeup_workdays": WORKED[1:]}
    code, printed, errors = staged_duban("import", file(shorter), "--check", "--stage", "prod")
    assert code == 0
    assert printed.startswith("2027-01-31 周日  上班 → 放假\n2027 年写明放假 28 天")
    assert "所有地区共 1 天改变；没有导入" in printed
    assert errors.startswith("duban: 2027 年有 18 个工作日放假、4 个周末日上班")
    assert len(served.calendars.current()) == 1


def test_a_year_in_icalendar_with_its_notice(staged_duban, served, file):
    """As it is published; the notice is the operator's to say."""
    published = file(ICS, "2027.ics")
    assert staged_duban("import", published, "--notice", "国办发明电〔2026〕1号")[0] == 0
    assert served.calendar().why(date(2027, 1, 31)) == "make-up workday"
    assert served.calendar().notices(date(2027, 1, 31)) == ("国办发明电〔2026〕1号",)


@pytest.mark.parametrize(
    ("given", "options", "says"),
    [
        (('{\n"year": 2027\n', "f.json"), (), "f.json:3: 不是 JSON"),
        (({**YEAR, "days_off": ["2027-13-01"]}, "f.json"), (), "f.json: days_off: '2027-13-01'"),
        (({**TYPHOON, "regions": "4331"}, "f.json"), (), "f.json: regions: 此处没有这个字段"),
        ((ICS, "f.ics"), (), "--notice: iCalendar 文件没有文号"),
        ((ICS, "f.txt"), (), "--notice: iCalendar 文件没有文号"),
        ((ICS, "f.ics"), ("--notice", "1号", "--year", "2026"), "f.ics: 没有 2026 年的日子"),
        (
            (ICS.replace("DTSTART;VALUE=DATE:20270508", "X:1"), "f.ics"),
            ("--notice", "1号"),
            "DTSTART",
        ),
        ((TYPHOON, "f.json"), ("--force", "x"), "--force: 只用于年度放假安排"),
        ((YEAR, "f.json"), ("--force", " "), "--force: 请写明理由"),
        ((YEAR, "f.json"), ("--force", "x" * 201), "--force: 理由应是文字，至多 200 个字"),
        ((YEAR, "f.json"), ("--notice", "1号"), "--notice: 只用于 iCalendar"),
        ((YEAR, "f.json"), ("--year", "2027"), "--year: 只用于 iCalendar"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(duban, file, given, options, says):
    """One line, exit 2, and no stage is asked for."""
    code, printed, errors = duban("import", file(*given), *options)
    assert (code, printed) == (2, "")
    assert errors.startswith("duban: ")
    assert says in errors
    assert "\n" not in errors


def test_what_is_in_force_stays_when_an_import_is_refused(staged_duban, served, file):
    """Whole or not at all."""
    staged_duban("import", file(TYPHOON))
    before = served.calendars.version()
    wrong = {**YEAR, "makeup_workdays": [*WORKED, "2027-01-04"]}
    assert staged_duban("import", file(wrong))[0] == 2
    assert served.calendars.version(fresh=True) == before


def test_a_file_that_is_not_there_is_bad_input(duban, tmp_path):
    """So is a folder."""
    for path in (tmp_path / "none.json", tmp_path):
        code, _, errors = duban("import", path, "--check")
        assert (code, str(path) in errors) == (2, True)


def test_the_cases_that_an_import_moves_are_judged_again(duban, monkeypatch, file):
    """And no others; the head of each that moves is in place when the streams have run dry."""
    with memory_world("2026-08-18T09:00:00") as county:
        monkeypatch.setattr(stage_services, "services_of", lambda _: nullcontext(county.services))
        county.accept("2026-08-18T09:00:00", "here", region="433101")
        county.accept("2026-08-18T09:00:00", "there", region="430102")
        county.accept("2026-08-18T09:00:00", "soon", region="433101", promise="1wd")
        county.tick()
        county.until("2026-08-18T12:00:00")
        code, printed, _ = duban("import", file(TYPHOON), "--json")
        told = json.loads(printed)
        assert (code, told["looked_at"], told["nudged"]) == (
            0,
            5,
            2,
        )  # with the department's year, and the log's own day
        county.pump.drain()
        # without Thursday 20 August the fifth working day is not the 25th but the 26th
        now, zone = county.wall.at, county.services.profile().zone
        lines = [show_line(county.snapshot(case), now, zone) for case in ("here", "there")]
        assert {line["id"]: line["due_at"] for line in lines} == {
            "hall:here": "2026-08-26T17:30:00.000+08:00",
            "hall:there": "2026-08-25T17:30:00.000+08:00",
        }
        assert county.facts("here")[-1].text("cause") == "calendar"
        assert len(county.facts("there")) == 1
        assert [fact.text("clock") for fact in county.facts("soon")[1:]] == ["promise", "statutory"]
        assert "查看 5 件，其中 2 件重新裁断" in duban("import", file(TYPHOON))[1]


def test_the_shipped_calendar_stands_without_a_stage(duban):
    """Through the last published year; in November nothing is missing."""
    code, printed, errors = duban("status", "--on", "2026-11-30", "--json")
    told = json.loads(printed)
    assert (code, errors) == (0, "")
    assert told["known_through"] == "2026-12-31"
    assert told["missing"] == []
    assert told["years"][-1] == {
        "year": 2026,
        "notices": ["国办发明电〔2025〕7号"],
        "origin": "shipped",
        "forced": "",
    }
    assert [one["notice"] for one in told["changes"]] == ["国办发明电〔2020〕1号"]
    assert told["stage"] is None
    assert told["regions"] == {}


@pytest.mark.parametrize(
    ("on", "missing", "known"),
    [
        ("2026-12-01", [2027], "2026-12-31"),
        ("2026-12-31", [2027], "2026-12-31"),
        ("2027-01-01", [2027], "2026-12-31"),
        ("2027-12-01", [2027, 2028], "2026-12-31"),
        ("2003-06-01", [2003], None),
    ],
)
def test_from_december_on_a_missing_year_is_not_passed_over(duban, on, missing, known):
    """Exit 1, and a line that names it."""
    code, printed, errors = duban("status", "--on", on, "--json")
    told = json.loads(printed)
    assert code == 1
    assert (told["missing"], told["known_through"]) == (missing, known)
    line = "duban: {0} 年的日历尚未导入：duban calendar import"
    assert errors.splitlines() == [line.format(year) for year in missing]


def test_what_was_imported_is_told_by_region(staged_duban, file):
    """Years by where they come from, changes by where they hold, each with its version."""
    staged_duban("import", file(YEAR))
    staged_duban("import", file(TYPHOON))
    code, printed, _ = staged_duban("status", "--stage", "prod", "--json", "--on", "2026-12-24")
    told = json.loads(printed)
    assert code == 0
    assert told["known_through"] == "2027-12-31"
    assert told["years"][-1]["origin"] == "imported"
    assert list(told["regions"]) == ["4331"]
    documents = [{k: v for k, v in one.items() if k != "document"} for one in told["documents"]]
    assert [check_document(one, "told").notices for one in documents] == [
        ("国办发明电〔2026〕1号",),
        ("湘西政办发电〔2026〕3号",),
    ]
    assert told["regions"]["4331"]["version"] != told["version"]
    assert [one["days_off"] for one in told["regions"]["4331"]["changes"]] == [
        ["2026-08-20", "2026-08-22"]
    ]
    _, printed, _ = staged_duban("status", "--stage", "prod", "--on", "2026-12-24")
    lines = printed.splitlines()
    assert lines[0] == "环境 prod"
    assert "地区 4331：湘西政办发电〔2026〕3号: 放假 2026-08-20, 放假 2026-08-22" in lines
    assert lines[-1] == "已知到 2027-12-31"


def test_the_stage_s_own_clock_says_what_day_it_is(staged_duban, wall):
    """1 December in China begins at 16:00 UTC of 30 November."""
    assert staged_duban("status", "--stage", "prod")[0] == 0
    wall.at = wall.at.replace(month=11, day=30, hour=15, minute=59)
    assert staged_duban("status", "--stage", "prod")[0] == 0
    wall.at = wall.at.replace(hour=16)
    assert staged_duban("status", "--stage", "prod")[0] == 1


def test_a_day_that_is_none_is_bad_usage(duban):
    """One line."""
    code, _, errors = duban("status", "--on", "tomorrow")
    assert code == 2
    assert errors.startswith("duban: --on: 日期应写成")


@pytest.mark.parametrize("page", ["operating.md#工作日历", "operating.en.md#Calendars"])
def test_what_the_documentation_shows_can_be_imported(page):
    """Every JSON document under “Calendars” is one."""
    name, heading = page.split("#")
    text = (Path(__file__).parents[2] / "docs" / name).read_text("utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"```json\n(.*?)```", section, re.DOTALL)
    kinds = [type(read_document(each.encode(), "docs")).__name__ for each in found]
    assert kinds == ["CalendarYear", "Change", "Change"]
