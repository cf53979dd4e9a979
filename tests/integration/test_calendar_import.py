"""`duban calendar import`: a year that lacks something, and a file that has days of two years."""

import json
from contextlib import nullcontext

import pytest

from infra.cli import main
from infra.stack import services as stage_services
from tests.support.arranged_year import (
    DAYS_OFF,
    NOTICE,
    WORKED,
    YEAR,
    calendar,
    event,
    span,
    whole_year,
    without,
)
from tests.support.replayed import public_world

START = "2026-11-27T09:00:00"
MAY_DAY = [f"2027-05-0{day}" for day in range(1, 6)]


@pytest.fixture
def county():
    """Give a county whose log states its rules."""
    with public_world(START) as made:
        yield made


@pytest.fixture
def duban(county, monkeypatch, capsys):
    """Give the command; it finds this county whatever stage it names."""
    monkeypatch.setattr(stage_services, "services_of", lambda _: nullcontext(county.services))

    def run(*arguments, action="import"):
        code = main.main(["calendar", action, *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out.strip(), printed.err.strip()

    return run


@pytest.fixture
def file(tmp_path):
    """Give a function that writes a file: JSON of a table, or iCalendar."""

    def write(content, name="f.json"):
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        (tmp_path / name).write_bytes(text)
        return tmp_path / name

    return write


def test_a_year_that_lacks_holidays_is_refused_with_all_of_them(duban, file, county):
    """F-43: three festivals and a make-up day; each is a line, and nothing is imported."""
    lacking = without("2027-04-05", "2027-09-15", *MAY_DAY)
    code, printed, errors = duban(file(lacking))
    assert (code, printed) == (2, "")
    first, *rest = errors.splitlines()
    assert "f.json: 2027 年的放假安排不完整，没有导入" in first
    assert "写明放假 21 天，其中工作日 13 天；上班的周末日 5 天" in first
    assert '通知确实如此的，写 --force "理由"，理由会保留，并随规则写入日志' in first
    assert [line.partition("f.json: ")[2] for line in rest] == [
        "缺清明节（2027-04-05 还是上班）",
        "缺劳动节（2027-05-01、2027-05-02 是周末，没有写明放假，也没有工作日补假）",
        "缺中秋节（2027-09-15 还是上班）",
    ]
    assert county.services.calendars.current(fresh=True) == ()


def test_what_lacks_is_imported_by_force_and_the_reason_is_kept(duban, file, county):
    """In the document, in what the status tells, and in the rules that the log states."""
    code, printed, errors = duban(
        file(without("2027-09-15")), "--force", " 通知如此，已电话核实 ", "--json"
    )
    assert code == 0
    assert "2027 年缺中秋节（2027-09-15 还是上班）；理由保留：通知如此，已电话核实" in errors
    [document] = county.services.calendars.documents(fresh=True)
    assert document.table()["forced"] == "通知如此，已电话核实"
    told = json.loads(printed)
    assert told["weekend_days_worked"] == WORKED
    [*_, text] = [
        json.loads(body)["imported"]
        for body in county.rules().values()
        if body.startswith(b'{"base"') and json.loads(body)["imported"]
    ]
    assert [one["forced"] for one in text] == ["通知如此，已电话核实"]
    shown = duban("--stage", "prod", action="status")[1].splitlines()
    assert "2027  导入        国办发明电〔2026〕1号  不完整，理由：通知如此，已电话核实" in shown


def test_a_reason_in_the_file_is_not_a_reason_for_this_import(duban, file, county):
    """It came from another one, and the file may be whole now."""
    reason = {"forced": "as somebody else said"}
    assert duban(file({**without("2027-09-15"), **reason}))[0] == 2
    assert duban(file({**YEAR, **reason}))[0] == 0
    assert county.services.calendars.documents(fresh=True)[0].forced == ""


def test_a_reason_that_nothing_needs_is_not_kept(duban, file, county):
    """And that is said."""
    _, _, errors = duban(file(YEAR), "--force", "to be sure")
    assert errors.startswith("duban: 2027 年什么都不缺，没有保留 --force 的理由")
    assert county.services.calendars.documents(fresh=True)[0].forced == ""


@pytest.mark.parametrize(
    ("events", "lacks"),
    [
        (
            [event("20270131", "补班"), event("20270213", "补班")],
            "缺放假的日子（只有上班的周末，缺另一半）",
        ),
        (
            [one for one in whole_year() if "（班）" not in one],
            "缺上班的周末日（2004 年以来每年都有",
        ),
    ],
)
def test_half_a_year_in_icalendar_is_refused(duban, file, events, lacks):
    """F-42: make-up days alone; and holidays alone."""
    code, printed, errors = duban(file(calendar(*events), "f.ics"), "--notice", NOTICE)
    assert (code, printed) == (2, "")
    assert lacks in errors


def test_a_festival_that_is_not_marked_is_named_where_the_year_lacks_it(duban, file):
    """F-45: the operator sees which event of the file does not count."""
    events = whole_year(中秋节=event("20270915", "中秋节"))
    code, _, errors = duban(file(calendar(*events), "f.ics"), "--notice", NOTICE)
    assert code == 2
    assert "缺中秋节（2027-09-15 还是上班）" in errors
    assert "未读入：第 28 行“中秋节”（2027-09-15 周三）：没有写明放假或上班，不算放假" in errors


def test_every_event_that_is_not_understood_is_a_line(duban, file):
    """F-46, in a file that is whole but for them."""
    events = whole_year(
        d20270131=event("20270131", "春节(补)"), d20270926=event("20270926", "国庆节补")
    )
    code, printed, errors = duban(file(calendar(*events), "f.ics"), "--notice", NOTICE, "--check")
    assert (code, printed) == (2, "")
    assert [line.partition("f.ics")[2][:10] for line in errors.splitlines()] == [
        ": 有 2 处读不懂",
        ":38: “春节(补",
        ":50: “国庆节补",
        ": 读懂的上班周末日",
    ]


def test_the_decembers_of_two_years_are_kept_apart(duban, file, county):
    """F-44: the year before keeps all its days, and its last ones rest on the new notice."""
    events = [*whole_year(), event("20261227", "元旦（班）"), event("20261231", "元旦（休）")]
    code, printed, errors = duban(file(calendar(*events), "f.ics"), "--notice", NOTICE, "--json")
    told = json.loads(printed)
    assert (code, errors) == (0, "")
    assert [one["date"] for one in told["changes"]][:2] == ["2026-12-27", "2026-12-31"]
    assert [one["year"] for one in told["beside"]] == [2027]
    now = county.services.calendar()
    shipped = county.services.calendars.base
    changed = [str(day) for day in now.days_unlike(shipped) if day.year == 2026]
    assert changed == ["2026-12-27", "2026-12-31"]
    assert len(county.services.calendars.current()) == 2
    assert (
        json.loads(duban(file(calendar(*events), "f.ics"), "--notice", NOTICE, "--json")[1])[
            "imported"
        ]
        is False
    )


def test_the_year_before_cannot_be_replaced_by_its_december(duban, file, county):
    """Not by force either."""
    events = [*whole_year(), span("20261230", "20270101", "元旦（休）")]
    given = (file(calendar(*events), "f.ics"), "--notice", NOTICE, "--year", "2026", "--force", "x")
    code, _, errors = duban(*given)
    assert code == 2
    assert "2026 年只有 2026-12-30、2026-12-31，属于 2027 年的放假安排" in errors
    assert county.services.calendars.current(fresh=True) == ()


def test_days_off_of_the_json_before_new_year_too(duban, file, county):
    """The same file in JSON."""
    table = {**YEAR, "days_off": ["2026-12-31", *DAYS_OFF]}
    assert duban(file(table))[0] == 0
    kinds = [type(document).__name__ for document in county.services.calendars.documents()]
    assert kinds == ["CalendarYear", "Change"]
