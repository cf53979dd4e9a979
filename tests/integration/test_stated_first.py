"""New rules are in the log before anything is judged by them, however soon the next ones come."""

import json

import pytest

from chalicelib.calendar.change import read_change
from chalicelib.errors import BadInput
from chalicelib.lambdas.stating import Coming, state
from infra.cli.calendar import nudge_moved_cases
from infra.operate.announcing import announce
from tests.support.command import duban
from tests.support.replayed import found, public_world
from tests.support.stage import go_on_with

__all__ = ["duban"]  # the fixture

START = "2026-11-27T09:00:00"


@pytest.fixture
def county():
    """Give a county whose log states its rules."""
    with public_world(START) as made:
        yield made


@pytest.fixture
def file(tmp_path):
    """Give a function that writes a file: JSON of a table, or iCalendar."""

    def write(content, name="f.json"):
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        (tmp_path / name).write_bytes(text)
        return tmp_path / name

    return write


def change(days, number, **said):
    """A change that makes *days* off, by a document of its own."""
    table = {"kind": "change", "notice": f"测试办发〔2026〕{number}号", "issued": "2026-11-27"}
    return {**table, "days_off": list(days), **said}


def stated(county):
    """What the log states to be imported, statement by statement."""
    rules = county.rules()
    tables = [
        json.loads(rules[f"rules/{document['sha256']}"])
        for leaf in county.leaves()
        if leaf["k"] == "rules.adopted"
        for document in leaf["data"]["documents"]
        if document["name"] == "calendar"
    ]
    return [[one.get("notice") or one["year"] for one in table["imported"]] for table in tables]


@pytest.mark.parametrize(
    "changes",
    [
        [("2026-12-01",), ("2026-12-01", "2026-12-02"), ("2026-12-01", "2026-12-02", "2026-12-03")],
        [("2026-12-01",), (), ("2026-12-01",)],
        [("2026-12-01", "2026-12-02", "2026-12-03"), ("2026-12-02",), ()],
    ],
)
def test_three_imports_within_a_minute_leave_a_sound_log(duban, file, county, changes):
    """F-69: each calendar is in the log before a case is judged by it, however soon the next is.

    Off are the days of the last change, and those between are worked again.
    """
    county.accept(START, promise="10wd")
    county.tick()
    for number, off in enumerate(changes, 1):
        worked = [f"2026-12-0{n}" for n in (1, 2, 3) if f"2026-12-0{n}" not in off]
        assert duban("calendar", "import", file(change(off, number, workdays=worked)))[0] == 0
        county.pump.drain()  # at once, and no minute's run in between
        county.wall.forward(seconds=10)
    revised = [fact for fact in county.facts() if fact.kind == "due.revised"]
    assert len(revised) == 2 * 3  # of the promise and of the limit by law, by each import
    notices = [f"测试办发〔2026〕{n}号" for n in (1, 2, 3)]
    assert [one for one in stated(county) if one] == [notices[:n] for n in (1, 2, 3)]
    county.close()
    assert found(county) == []


def test_a_calendar_is_in_the_log_before_anything_is_judged_by_it(duban, file, county):
    """In the log's own order, and not only by the clocks."""
    county.accept(START, promise="10wd")
    county.tick()
    duban("calendar", "import", file(change(["2026-12-01"], 1)))
    county.pump.drain()
    kinds = [leaf["k"] for leaf in county.leaves()]
    assert kinds.index("due.revised") > max(
        n for n, kind in enumerate(kinds) if kind == "rules.adopted"
    )


def test_the_log_that_was_not_asked_first_is_accused(county):
    """The twin: a day off and the same day back, put in force as they were before (F-69)."""
    county.accept(START, promise="10wd")
    county.tick()
    off, back = change(["2026-12-01"], 1), change([], 2, workdays=["2026-12-01"])
    for table in (off, back):
        county.services.calendars.write(read_change(table, "f"))
        nudge_moved_cases(county.services)
        county.pump.drain()
        county.wall.forward(seconds=10)
    county.close()
    accused = [one for one in found(county) if "due.revised does not follow" in one]
    assert len(accused) == 2 * 2  # of the promise and of the limit by law, there and back


def test_a_log_that_does_not_answer_keeps_the_calendar_out(duban, file, county):
    """Nothing is in force that the log has not; the same import again does it all."""
    go_on_with(county.services, lambda: county.wall.forward(seconds=1))
    code, printed, errors = duban(
        "calendar", "import", file(change(["2026-12-01"], 1)), "--wait", "0"
    )
    assert (code, printed) == (2, "")
    assert "0 秒内日志没有写入新规则的声明，所以新规则没有生效" in errors
    assert county.services.calendars.current(fresh=True) == ()
    go_on_with(county.services, county.pump.drain)
    county.tick()  # a minute's run states what is in force
    assert duban("calendar", "import", file(change(["2026-12-01"], 1)))[0] == 0
    county.close()
    assert found(county) == []


def test_two_imports_at_once_state_what_each_puts_in_force(county):
    """Who is overtaken states again, with what the other imported, before it is in force."""
    services = county.services
    first, second = (read_change(change([f"2026-12-0{n}"], n), "f") for n in (1, 2))
    tried = []

    def overtaken(documents):
        tried.append(documents)
        announce(services, Coming(calendar=documents))
        if len(tried) == 1:
            services.calendars.write(
                second, announce=lambda other: announce(services, Coming(calendar=other))
            )

    assert services.calendars.write(first, announce=overtaken)
    assert tried == [(first,), (second, first)]
    assert services.calendars.documents(fresh=True) == (second, first)
    assert [one for one in stated(county) if one] == [
        ["测试办发〔2026〕1号"],
        ["测试办发〔2026〕2号"],
        ["测试办发〔2026〕2号", "测试办发〔2026〕1号"],
    ]


def test_a_minute_s_run_between_the_statement_and_the_import(duban, file, county):
    """It does not state again what is in force still: a slow import is one change, not three."""
    county.accept(START, promise="10wd")
    county.tick()
    services = county.services

    def announced(documents):
        announce(services, Coming(calendar=documents))
        state(services)

    services.calendars.write(read_change(change(["2026-12-01"], 1), "f"), announce=announced)
    nudge_moved_cases(services)
    county.pump.drain()
    assert stated(county) == [[], ["测试办发〔2026〕1号"]]
    county.close()
    assert stated(county)[-1] == ["测试办发〔2026〕1号"]
    assert [fact.kind for fact in county.facts()] == ["case.accepted", "due.revised", "due.revised"]
    assert found(county) == []


def test_an_import_that_is_broken_off_is_taken_back_after_five_minutes(county):
    """What was stated and is not in force: the log states what is."""
    with pytest.raises(BadInput):
        county.services.calendars.write(
            read_change(change(["2026-12-01"], 1), "f"),
            announce=lambda documents: _state_and_die(county.services, documents),
        )
    county.wall.forward(minutes=4)
    state(county.services)
    county.pump.drain()
    assert stated(county)[-1] == ["测试办发〔2026〕1号"]
    county.wall.forward(minutes=1)
    state(county.services)
    county.pump.drain()
    assert stated(county)[-2:] == [["测试办发〔2026〕1号"], []]


def _state_and_die(services, documents):
    announce(services, Coming(calendar=documents))
    raise BadInput(zh="终止", en="died")


def test_three_catalogues_within_a_minute_leave_a_sound_log(duban, county, tmp_path):
    """A case whose item no catalogue had adopts the terms of the first one that has it."""
    county.accept(START, "early", item="X-09")
    county.tick()
    head = "item,name,department,kind,promise,statutory,basis,stages\n"
    for promise in ("3wd", "4wd", "5wd"):
        path = tmp_path / "items.csv"
        path.write_text(head + f"X-09,许可,Housing,promise,{promise},20wd,某法第一条,\n", "utf-8")
        assert duban("catalogue", "import", path)[0] == 0
        county.pump.drain()
        county.accept(START, promise, item="X-09", promise="9wd")
        county.pump.drain()
        county.wall.forward(seconds=10)
    assert "terms.adopted" in [fact.kind for fact in county.facts("early")]
    county.close()
    assert found(county) == []
