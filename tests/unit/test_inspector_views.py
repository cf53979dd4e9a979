"""The rows of the inspectors' desk, made from what is on record."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.board.leaf_index import Run
from chalicelib.board.published_card import CardFact, PublishedCard
from chalicelib.cases.decision import Claims
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.clock.due import Due
from chalicelib.desk.frame import desk_words
from chalicelib.desk.inspector.card_view import acts_now, earlier_decisions, other_cards
from chalicelib.desk.inspector.fact_view import TYPES, fact_row
from chalicelib.desk.inspector.reached import FOLDER
from chalicelib.desk.inspector.record_view import MOST, index_of, number_versions, page_of
from chalicelib.desk.inspector.search import levels_of, read_query
from chalicelib.desk.inspector.work_view import ShownWith, claim_row, sweep_state, work_row
from chalicelib.instant import parse
from chalicelib.people.caller import Caller
from chalicelib.policy.basis import NO_BASIS
from chalicelib.policy.papers import Numbering

ZONE = ZoneInfo("Asia/Shanghai")
NOW = parse("2026-11-17T09:00:00+08:00")
WORDS = desk_words("zh", FOLDER)
ABOUT = {"rule": "V-02", "rule_words": "旧名", "at": "2026-11-13T09:30:00.000Z"}


def shown(language="zh", instrument="《某办法》"):
    """Return what rows are shown with."""
    return ShownWith(NOW, ZONE, language, {"X-01": "建设许可"}, instrument)


def snapshot(case="duban:card/c_a.1", **more):
    """Return the snapshot of a yellow card under appeal."""
    fields = {"lamp": "appealed", "level": "yellow", "item": "X-01", "about": ABOUT, **more}
    return CaseSnapshot(case=case, public_case="c_x", n=3, judged_at=NOW, **fields)


def test_an_appeal_shows_how_long_is_left_to_decide_it():
    """And leads to its own page; a due time that is over is negative."""
    dues = {"appeal_decision": Due(NOW + timedelta(hours=5)), "response": Due(NOW)}
    row = work_row(snapshot(dues=dues), shown())
    assert (row["address"], row["left_minutes"], row["form"]) == (
        "desk/appeals/c_a.1",
        300,
        "card",
    )
    assert (row["rule_title"], row["at"]) == ("旧名", "2026-11-13T17:30:00.000+08:00")
    late = snapshot(dues={"appeal_decision": Due(NOW - timedelta(minutes=1))})
    assert work_row(late, shown())["left_minutes"] == -1


def test_a_card_is_called_by_its_colour_only_under_an_instrument():
    """A proposal has no form yet; what rests on no law is advice."""
    assert work_row(snapshot(), shown(instrument=""))["form"] == "notice"
    advice = snapshot(about={**ABOUT, "basis_kind": "model"})
    assert work_row(advice, shown())["form"] == "advice"
    assert work_row(snapshot(lamp="proposed"), shown())["form"] is None
    assert work_row(snapshot(lamp="step_proposed"), shown())["form"] == "card"


def test_a_case_on_hold_and_a_lead_have_no_card():
    """The case leads to its record, and says why; a lead leads to its page."""
    held = work_row(snapshot("hall:1/2", lamp="green", held_for="calendar:2028", level=""), shown())
    assert (held["address"], held["held_for"]) == (
        "desk/cases/hall%3A1%2F2/record",
        "calendar:2028",
    )
    assert (
        work_row(snapshot("duban:sealed/abc", lamp="", level=""), shown())["address"]
        == "desk/leads/abc"
    )


def test_the_title_of_a_rule_is_that_of_the_card_in_chinese():
    """English has that of today; a rule that nobody knows keeps its code."""
    assert shown().rule_title("V-02", "旧名") == "旧名"
    assert shown("en").rule_title("V-02", "旧名").isascii()
    assert shown().rule_title("V-99") == "V-99"


def test_late_news_says_since_when_it_waits():
    """And whether a card hangs on it."""
    claims = Claims(2, parse("2026-11-16T09:00:00+08:00"), True)  # noqa: FBT003 - its third field
    row = claim_row(snapshot("hall:1", lamp="yellow", claims=claims), shown())
    assert (row["number"], row["has_card"], row["since"][:16]) == (2, True, "2026-11-16T09:00")
    assert row["address"] == "desk/claims/hall%3A1"


@pytest.mark.parametrize(("minutes", "is_late"), [(0, False), (5, False), (6, True), (None, True)])
def test_a_sweep_that_is_silent_for_more_than_five_minutes_is_late(minutes, is_late):
    """It runs every minute."""
    swept_at = None if minutes is None else NOW - timedelta(minutes=minutes)
    assert sweep_state(swept_at, NOW) == {"minutes": minutes, "is_late": is_late}


def test_every_type_of_fact_has_a_word_in_both_languages():
    """No page shows a code in its place."""
    for language in ("zh", "en"):
        words = desk_words(language, FOLDER)
        assert [kind for kind in TYPES if f"fact_{kind.replace('.', '_')}" not in words] == []


def row_of(kind="case.suspended", *, told=True, **data):
    """Return a fact as a history shows it."""
    return {
        "n": 3,
        "kind": kind,
        "at": "2026-11-05T09:00:00.000+08:00",
        "recorded_at": "2026-11-16T09:00:00.000+08:00",
        "written_at": None,
        "told": told,
        "data": data,
        "source": "hall" if told else None,
    }


def test_a_fact_is_told_in_words():
    """Lengths, instants and codes; what the head of the page says is not repeated."""
    data = {
        "approved": {"amount": 10, "unit": "wd"},
        "notified_at": "2026-11-05T09:00:00.000+08:00",
        "department": "Housing",
        "item": "X-01",
        "policy": "long",
    }
    row = fact_row(row_of(**data), WORDS, {"department": "Housing"})
    assert row["word"] == "特别程序开始"
    assert dict(row["fields"]) == {
        "批准的时限": "10 个工作日",
        "告知时间": "2026年11月5日 周四 09:00",
        "事项": "X-01",
    }


@pytest.mark.parametrize(
    ("told", "data", "source"),
    [
        (True, {}, "hall"),
        (True, {"role": "inspector"}, "监察人员"),
        (False, {}, "本平台"),
    ],
)
def test_a_fact_says_who_reported_it(told, data, source):
    """An intake system by its name, a person by the role, or nobody."""
    assert fact_row(row_of(told=told, **data), WORDS)["source"] == source


def test_a_fact_has_its_index_in_the_log():
    """By the run that it is in; before the first run there is none."""
    runs = [Run("c_x", 0, 10), Run("c_x", 3, 40)]
    assert [index_of(n, runs) for n in (0, 2, 3, 5)] == [10, 12, 40, 42]
    assert index_of(0, []) is None


def test_versions_are_listed_once():
    """And each row refers to them by number."""
    rows: list[dict[str, Any]] = [
        {"versions": {"policy": "a", "calendar": "c"}},
        {"versions": {"policy": "b", "calendar": "c"}},
    ]
    assert number_versions(rows) == [("policy", "a"), ("calendar", "c"), ("policy", "b")]
    assert [row["refers_to"] for row in rows] == [[1, 2], [3, 2]]


def test_a_long_record_has_pages():
    """A hundred facts each; a page beyond the last is the last fact."""
    facts: list[dict[str, Any]] = [{}] * (MOST + 1)
    assert page_of(facts, 0) == (0, MOST, MOST)
    assert page_of(facts, MOST) == (MOST, MOST + 1, None)
    assert page_of(facts, 9_999) == (MOST, MOST + 1, None)
    assert page_of([], 5) == (0, 0, None)


INSPECTOR = Caller("p_a", "inspector")


@pytest.mark.parametrize(
    ("page", "possible", "state", "acts"),
    [
        ("proposals", ["confirm", "revoke"], "proposed", ["confirm", "dismiss"]),
        ("answers", ["send_back", "appeal", "revoke"], "responded", ["send_back", "revoke"]),
        ("appeals", ["respond", "decide", "revoke"], "appealed", ["decide"]),
        ("answers", [], "revoked", []),
    ],
)
def test_a_page_offers_the_acts_that_fit(page, possible, state, acts):
    """A proposal is dismissed where its door would revoke it."""
    body = {"possible": possible, "state": state}
    assert acts_now(body, INSPECTOR, page, ["Housing"]) == (acts, False)


def test_nobody_is_offered_an_act_about_his_own_department():
    """And who supervises without judging is offered none at all."""
    body = {"possible": ["confirm"], "state": "proposed"}
    own = Caller("p_a", "inspector", posted_in=("Housing",))
    assert acts_now(body, own, "proposals", ["Housing"]) == ([], True)
    assert acts_now(body, own, "proposals", ["Water", "Water"]) == (["confirm"], False)
    assert acts_now(body, Caller("p_b", "supervisor"), "proposals", ["Housing"]) == ([], False)


def test_other_cards_are_of_the_same_item_and_year():
    """The year is the local one: nine in the morning of New Year's Eve in UTC is next year."""
    found = [
        snapshot("duban:card/c_a.1"),
        snapshot("duban:card/c_b.1"),
        snapshot("duban:card/c_c.1", item="X-02"),
        snapshot("duban:card/c_d.1", about={**ABOUT, "at": "2025-12-31T17:00:00.000Z"}),
        snapshot("duban:card/c_e.1", about={**ABOUT, "at": "2025-12-31T15:00:00.000Z"}),
    ]
    rows = other_cards(found, "c_a.1", "X-01", "2026-11-13T17:30:00.000+08:00", shown())
    assert [row["card"] for row in rows] == ["c_b.1", "c_d.1"]


def test_earlier_decisions_are_those_by_the_same_rule():
    """Of other cards; each appeal that was decided."""
    step = CardFact(2, "appeal.decided", "2026-10-01T01:00:00.000Z", True, {"outcome": "upheld"})  # noqa: FBT003 - its field
    cards = [
        PublishedCard("c_a.1", rule="V-02", steps=(step,)),
        PublishedCard("c_b.1", rule="V-02", steps=(step,)),
        PublishedCard("c_c.1", rule="V-01", steps=(step,)),
        PublishedCard("c_d.1", rule="V-02"),
    ]
    rows = earlier_decisions(cards, "V-02", "c_a.1", shown())
    assert [(row["card"], row["outcome"]) for row in rows] == [("c_b.1", "upheld")]


TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "nothing"),
        ("  ", "nothing"),
        ("c_abc.12", "card"),
        ("2026-11-13", "day"),
        ("2026-02-30", "text"),
        ("〔2026〕12号", "number"),
        ("某政监黄（2026）12", "number"),
        ("2026-001", "text"),
        ("hall:2026-001", "text"),
        ("建设许可", "text"),
        ("11月13日", "day"),
        ("2月30日", "text"),
        ("12号", "number"),
        ("第 12 号", "number"),
        ("12", "text"),
    ],
)
def test_what_is_typed_is_read_as_what_it_looks_like(text, kind):
    """A day that is none, and a case number with a year, are texts."""
    assert read_query(text, TODAY).kind == kind


def test_a_number_is_sought_in_the_registers_that_write_so():
    """The code and the colour choose; a number alone may be any."""
    numbering = Numbering(
        "{authority}政监黄〔{year}〕{number}号",
        "{authority}政监红〔{year}〕{number}号",
        "{authority}政监督〔{year}〕{number}号",
        "{authority}政监移〔{year}〕{number}号",
        NO_BASIS,
    )
    query = read_query("某政监红〔2026〕12号", TODAY)
    assert (query.year, query.number) == (2026, 12)
    assert levels_of(query, numbering, "某") == ["red"]
    assert levels_of(query, numbering, "他") == []
    assert levels_of(read_query("〔2026〕12号", TODAY), numbering, "某") == [
        "yellow",
        "red",
        "supervision",
    ]


def test_without_a_year_it_is_this_one():
    """A day and a number; a code before the number needs its year, for it is copied from paper."""
    assert read_query("2025年11月13日", TODAY).day == date(2025, 11, 13)
    assert read_query("１1月13日", TODAY).day == date(2026, 11, 13)
    query = read_query("第12号", TODAY)
    assert (query.code, query.year, query.number) == ("", 2026, 12)
    assert read_query("某政监红12号", TODAY).kind == "text"
