"""What the lists of a department's desk have: the parts of today, pages, the reader's own items."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib.card.stages import CardAct
from chalicelib.cases.list_range import is_place, merge, place_of
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.clock.due import Due
from chalicelib.desk.calendar_picture import write_used, write_why
from chalicelib.desk.department import view
from chalicelib.desk.department.card_view import offered, text_of
from chalicelib.desk.department.case_view import main_clock, needed, shorten
from chalicelib.desk.department.view import CaseFilter, RowContext
from chalicelib.desk.frame import desk_words
from chalicelib.errors import Rejected
from chalicelib.people.person import Appointment

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 10, 9, tzinfo=ZONE)
UNTIL = datetime(2026, 11, 12, tzinfo=ZONE)
SHOWN = RowContext(NOW, ZONE, {"X-01": "许可"})
FOLDER = Path(view.__file__).parent


def case(name, hours=None, **more):
    """Give an open case that is due in so many hours; None: it has no due instant."""
    due = None if hours is None else Due(NOW.astimezone(UTC) + timedelta(hours=hours))
    given = {"lamp": "green", "item": "X-01", "dues": {"promise": due} if due else {}} | more
    return CaseSnapshot(f"hall:{name}", f"c_{name}", 1, NOW, department="Housing", **given)


def numbers(rows):
    """Give the numbers of cases in rows."""
    return [row["number"] for row in rows]


def test_a_case_is_due_today_until_midnight_and_over_after_its_instant():
    """Of the local day. What is due tomorrow at its last moment is tomorrow's."""
    dated = [case("late", -1), case("now", 0), case("night", 14.99), case("next", 15)]
    dated.append(case("last", 38.99))
    today = view.sort_today(dated[::-1], [], UNTIL, SHOWN, CaseFilter())
    assert numbers(today.overdue) == ["late"]
    assert numbers(today.today) == ["now", "night"]
    assert numbers(today.tomorrow) == ["next", "last"]


def test_the_next_one_is_the_first_that_is_due_later():
    """And without a due instant a case waits for the applicant, if the next step is his."""
    later = [case("b", 50), case("c", 60), case("p", is_paused=True), case("new")]
    later.append(case("s", told="case.supplement_notified", lamp="pending"))
    today = view.sort_today([], later, UNTIL, SHOWN, CaseFilter())
    assert today.next_due is not None
    assert today.next_due["number"] == "b"
    assert numbers(today.waiting) == ["p", "s"]


@pytest.mark.parametrize(
    ("wanted", "is_wanted"),
    [
        (CaseFilter(), True),
        (CaseFilter(lamp="green"), True),
        (CaseFilter(lamp="red"), False),
        (CaseFilter(state="open"), True),
        (CaseFilter(state="paused"), False),
        (CaseFilter(item="X-02"), False),
        (CaseFilter(items=frozenset({"X-01", "X-09"})), True),
        (CaseFilter(items=frozenset({"X-09"})), False),
    ],
)
def test_a_list_has_what_is_wanted(wanted, is_wanted):
    """By lamp, state, item, and the reader's own items."""
    assert wanted.has(case("a", 1)) is is_wanted


def post(*items, department="Housing"):
    """Give a post with these items."""
    return Appointment("p", "t", "clerk", date(2020, 1, 1), None, department, items=items)


def test_a_post_without_items_has_all_of_its_department():
    """So who holds one has no items of his own to choose."""
    assert view.own_items([post("X-01"), post("X-02")]) == {"X-01", "X-02"}
    assert view.own_items([post("X-01"), post()]) == frozenset()
    assert view.own_items([post("X-01", department="")]) == frozenset()
    assert view.own_items([]) == frozenset()


def rows_of(snapshots, most, *, is_end):
    """Give the numbers on a page of a list, and where the next one begins."""
    page = view.page_of(
        snapshots,
        CaseFilter(lamp="green").has,
        lambda each: view.case_row(each, SHOWN),
        most,
        is_end=is_end,
    )
    return numbers(page.rows), page.after.rpartition(":")[2]


def test_a_page_of_a_list_goes_on_behind_its_last_row():
    """Or behind the last case that was read, where few are wanted; at the end there is no more."""
    cases = [case("a", 1), case("b", 2, lamp="red"), case("c", 3), case("d", 4, lamp="red")]
    assert rows_of(cases, 2, is_end=False) == (["a", "c"], "c")
    assert rows_of(cases, 2, is_end=True) == (["a", "c"], "c")
    assert rows_of(cases[:3], 2, is_end=True) == (["a", "c"], "")
    assert rows_of(cases, 3, is_end=False) == (["a", "c"], "d")
    assert rows_of(cases, 3, is_end=True) == (["a", "c"], "")
    assert rows_of([], 3, is_end=True) == ([], "")


def test_two_lists_are_read_in_one_order():
    """What lies behind the end of one of them waits: its next ones may come before it."""
    one, other = [case("a", 1), case("d", 4)], [case("b", 2), case("c", 3), case("e")]
    assert [each.case[5:] for each in merge([one, other], 9)[0]] == ["a", "b", "c", "d", "e"]
    assert merge([one, other], 9)[1] is True
    known, is_end = merge([one, other[:2]], 2)
    assert [each.case[5:] for each in known] == ["a", "b", "c"]
    assert is_end is False


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (place_of(case("a", 1)), True),
        (place_of(case("a")), True),
        ("", False),
        ("9999", False),
        ("9999#", False),
        ("x#hall:1", False),
        ("9999#hall:\n", False),
        ("9999#" + "x" * 601, False),
    ],
)
def test_a_place_in_a_list_is_an_instant_and_a_case(text, is_one):
    """Anything else is refused before a table is asked."""
    assert is_place(text) is is_one


def test_a_card_is_to_be_answered_while_its_time_runs():
    """One that is answered, under appeal or closed is not."""
    due = {"response": Due(NOW.astimezone(UTC) + timedelta(hours=5))}
    for state, is_waiting in (("issued", True), ("sent_back", True), ("appealed", False)):
        card = CaseSnapshot("duban:card/c_a.1", "c_b", 1, NOW, state, dues=due, level="yellow")
        assert view.card_row(card, SHOWN)["to_answer"] is is_waiting
        assert view.card_row(card, SHOWN)["left_minutes"] == 300
    closed = CaseSnapshot("duban:card/c_a.1", "c_b", 1, NOW, "issued", level="yellow")
    assert view.card_row(closed, SHOWN)["to_answer"] is False


def test_a_clerk_drafts_what_the_head_sends():
    """And acknowledges himself; what does not fit the card is not offered."""
    fit: list[CardAct] = ["acknowledge", "respond", "appeal", "revoke"]
    own, drafted = {"acknowledge"}, {"respond", "appeal"}
    assert offered(fit, own, drafted) == [
        ("acknowledge", False),
        ("respond", True),
        ("appeal", True),
    ]
    assert offered(["respond", "send_back"], {"acknowledge", "respond"}, set()) == [
        ("respond", False)
    ]


def test_the_ground_of_an_appeal_is_the_first_line_of_its_words():
    """An appeal without one is refused; without words there is nothing to send."""
    grounds = {"law": "依据不适用"}
    form = {"ground": "law", "text": " 一\r\n二 "}
    assert text_of("appeal", form, grounds) == "依据不适用\n一\n二"
    assert text_of("appeal", {"ground": "law", "text": " "}, grounds) == ""
    assert text_of("respond", form, grounds) == "一\n二"
    assert text_of("acknowledge", form, grounds) == ""
    with pytest.raises(Rejected) as refused:
        text_of("appeal", {"text": "x", "ground": "x"}, grounds)
    assert (refused.value.status, refused.value.field) == (422, "ground")


def test_a_slip_has_no_citations():
    """Nor what a profile proposes where nothing is published; the day of the week stays."""
    text = "受理当日不计入（《民法典》第一条），到期时间为11月9日（星期一）17:30，即下班时"
    text += "（《民法典》第二条；办公时间依据：建议默认值：未公布时使用）。"
    assert shorten(text) == "受理当日不计入，到期时间为11月9日（星期一）17:30，即下班时。"


def clock(name, stopped_at=None):
    """Give a clock as a case shows it."""
    return {"clock": name, "stopped_at": stopped_at}


def test_the_promise_is_the_clock_that_is_drawn():
    """Else the first review or the law's, else the first that there is."""
    every = [clock("acceptance"), clock("statutory"), clock("promise")]
    drawn = [main_clock(every[:last]) for last in (3, 2, 1)]
    assert [each and each["clock"] for each in drawn] == ["promise", "statutory", "acceptance"]
    assert main_clock([]) is None


def test_what_a_source_must_still_report_is_named_once():
    """A clock that stopped waits for nothing; promise and law wait for the same decision."""
    clocks = [clock("acceptance", "x"), clock("promise"), clock("statutory"), clock("stage")]
    assert [*needed(clocks)] == ["promise", "stage"]


@pytest.mark.parametrize(
    ("why", "zh"),
    [
        ("workday", "工作日"),
        ("make-up workday (国办发明电〔2025〕7号)", "调休上班日（国办发明电〔2025〕7号）"),
        ("moved on: weekend", "顺延：周末"),
        ("outside office hours", "没有办公时间"),
    ],
)
def test_why_a_day_counts_is_told_in_words(why, zh):
    """With the notice that it rests on."""
    words = desk_words("zh", FOLDER)
    assert write_why(why, words) == zh
    assert write_used("PT5H30M", words) == "计5小时30分"
