"""Why a case is due that day: every clock, day by day and in words that can be read out."""

import re
from urllib.parse import quote

import pytest

from tests.support.asker import Asker, data
from tests.support.described import fields_of
from tests.support.environment import environment
from tests.support.memory_stage import memory_world

PROMISE = {"amount": 20, "unit": "wd"}
TESTING = {
    "procedure": "testing",
    "basis": "食品安全法第八十四条",
    "approver": "张某某",
    "approved": {"amount": 3, "unit": "wd"},
    "notified_at": "2026-04-08T09:30:00+08:00",
}


@pytest.fixture(scope="module")
def county():
    """Give a county with one case of each kind of account; it is only read."""
    with environment(), memory_world("2026-04-01T09:00:00") as made:
        made.accept("2026-04-01T09:00:00", "2026/001", promise="20wd", title="王小明的饭店")
        made.report("case.suspended", "2026-04-08T10:00:00", "2026/001", **TESTING)
        made.report("case.resumed", "2026-04-20T10:00:00", "2026/001", procedure="testing")
        made.report(
            "case.extended",
            "2026-04-28T15:00:00",
            "2026/001",
            by={"amount": 10, "unit": "wd"},
            approved_by="head_of_authority",
            notified_at="2026-04-28T14:30:00+08:00",
        )
        made.accept("2026-04-01T09:00:00", "open", promise="20wd", department="Parks")
        open_one = {name: given for name, given in TESTING.items() if name != "approved"}
        made.report("case.suspended", "2026-04-08T10:00:00", "open", **open_one)
        made.accept("2026-04-01T09:00:00", "untold", promise="5wd")
        made.report(
            "case.suspended", "2026-04-02T10:00:00", "untold", procedure="hearing", basis=None
        )
        where = {"item": "X-01", "department": "Housing", "region": "370102"}
        made.report("case.received", "2026-04-30T09:00:00", "new", **where)
        made.report("case.accepted", "2026-04-01T09:00:00", "listed", **where | {"item": "NONE-1"})
        made.accept("2026-04-01T09:00:00", "closed", promise="5wd")
        made.report("case.decided", "2026-04-03T10:00:00", "closed", outcome="granted")
        made.until("2026-05-01T08:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def explained(ask, case, who="inspector"):
    """Ask why."""
    return data(ask("GET", f"/v1/cases/{quote(f'hall:{case}', safe='')}/explain", who))


def clock_of(body, name):
    """Give the clock *name*."""
    return next(clock for clock in body["clocks"] if clock["clock"] == name)


def test_a_clock_is_told_day_by_day_and_in_words(ask):
    """With the procedure, its cap, the extension, who approved it, and no private name."""
    body = explained(ask, "2026/001")
    assert (body["id"], body["as_of"]) == ("hall:2026/001", "2026-05-01T08:00:00.000+08:00")
    promise = clock_of(body, "promise")
    assert (promise["from"], promise["limit"]) == ("2026-04-01T09:00:00.000+08:00", "20wd")
    assert (promise["due_at"], promise["provisional"]) == ("2026-05-21T17:30:00.000+08:00", False)
    counting = [step["date"] for step in promise["steps"] if step["counts"]]
    assert (len(counting), counting[-1]) == (30, "2026-05-21")
    paused = [step for step in promise["steps"] if step["why"] == "paused"]
    assert [step["date"] for step in paused] == [f"2026-04-{day:02d}" for day in range(9, 14)]
    assert "检测" in paused[0]["basis"]
    told = promise["explanation"]
    assert told == body["explanation"]
    assert told.startswith("您的申请于2026年4月1日受理，承诺在20个工作日内办结（")
    assert "因检测，自4月8日10:00至4月13日10:00暂停计时，以批准的3个工作日为限" in told
    assert "依据已记录在案，批准人已记录在案，已于2026年4月8日09:30书面告知申请人" in told
    assert "4月9日至13日不计入，扣除3个工作日" in told
    assert "4月28日15:00经本行政机关负责人批准延长10个工作日" in told
    assert "到期时间为2026年5月21日（星期四）17:30" in told
    assert "张某某" not in told
    procedure = clock_of(body, "procedure")
    assert procedure["explanation"].startswith("检测于2026年4月8日开始，批准的时限为3个工作日")
    assert "已超过到期时间" in procedure["explanation"]


def test_a_paused_clock_says_so(ask):
    """Nobody said for how long: thirty working days at the most, to 05-22, and it is in doubt.

    04-02 to 04-08 are four; 05-25 to 29 are five more, 06-01 to 12 ten, and 06-15 is the last.
    """
    promise = clock_of(explained(ask, "open"), "promise")
    assert (promise["due_at"], promise["in_doubt"]) == ("2026-06-15T17:30:00.000+08:00", True)
    assert "以最长的30个工作日为限，超出部分照常计时" in promise["explanation"]
    assert "检测是否扣除时间存疑：没有写明批准的时限" in promise["explanation"]


def test_a_suspension_that_may_not_pause_is_told(ask):
    """And why, with both readings: 04-09 without it; with it 04-02=1, 05-20, 21, 22, 05-25=5."""
    promise = clock_of(explained(ask, "untold"), "promise")
    assert promise["due_at"] == "2026-05-25T17:30:00.000+08:00"
    assert "2026年4月2日10:00开始的听证是否扣除时间存疑：没有写明依据" in promise["explanation"]
    assert "都不计入的，到期时间为2026年4月9日17:30" in promise["explanation"]


def test_what_has_no_due_instant_says_why(ask):
    """Not accepted yet. An item that no list has runs by the law's own limit."""
    new = explained(ask, "new")
    assert [clock["clock"] for clock in new["clocks"]] == ["acceptance"]
    assert new["clocks"][0]["due_at"] == "2026-05-11T17:30:00.000+08:00"
    assert new["clocks"][0]["explanation"].startswith("您的申请材料于2026年4月30日收到，")
    assert new["explanation"] == "您的申请尚未受理，办理期限自受理之日起计算。"
    unlisted = explained(ask, "listed")
    assert [clock["clock"] for clock in unlisted["clocks"]] == ["statutory"]
    assert (
        "法定办理期限为20个工作日（《中华人民共和国行政许可法》第四十二条）"
        in unlisted["explanation"]
    )


def test_a_closed_case_says_how_it_ended(ask):
    """In time, by a decision; what is left to do then runs on."""
    body = explained(ask, "closed")
    promise = clock_of(body, "promise")
    assert promise["stopped_at"] == "2026-04-03T10:00:00.000+08:00"
    ended = "本项计时已于2026年4月3日10:00因作出决定停止，未超过到期时间。"
    assert promise["explanation"].endswith(ended)
    delivery = clock_of(body, "delivery")
    assert delivery["explanation"].startswith(
        "准予许可的决定于2026年4月3日作出，证件应当在10个工作日内"
    )
    assert "决定当日不计入，自次日4月4日起计算" in delivery["explanation"]


def test_the_answer_is_as_described(ask):
    """In the OpenAPI document, key by key."""
    body = explained(ask, "2026/001")
    assert body.keys() == fields_of("Explanation").keys()
    described = fields_of("ExplainedClock")
    for clock in body["clocks"]:
        assert clock.keys() == described.keys()
        for step in clock["steps"]:
            assert {"date", "counts", "why", "basis"} == step.keys()


@pytest.mark.parametrize(
    ("case", "used", "left"),
    [
        ("2026/001", 17, 13),  # by 1 May: four days, the pause, four and five and four more
        ("open", 4, 16),
        ("closed", 2, 3),  # of five, when it was decided
    ],
)
def test_the_countdown_stands_beside_it(ask, case, used, left):
    """In whole days, as the profile counts."""
    body = explained(ask, case)
    assert clock_of(body, "promise")["countdown"] == {
        "convention": "L", "used_days": used, "left_days": left,
    }  # fmt: skip


def test_no_machine_word_is_read_out(ask):
    """But an item's own code."""
    for case in ("2026/001", "open", "untold", "new", "closed"):
        for clock in explained(ask, case)["clocks"]:
            assert not re.search(r"[A-Za-z_{}]", clock["explanation"])


def test_it_is_told_to_whom_the_case_is_shown(ask):
    """Inspectors and its own department; to others it does not exist."""
    path = f"/v1/cases/{quote('hall:open', safe='')}/explain"
    assert ask("GET", path, "Parks").status_code == 200
    assert ask("GET", path, "Housing").status_code == 404
    assert ask("GET", path, "operator").status_code == 403
    assert ask("GET", "/v1/cases/hall%3Anone/explain").status_code == 404
