"""What becomes an alert, under which id, and where reading goes on after one."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.audit.commit import row_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.record import LampState, Record
from chalicelib.errors import Corrupt, Rejected
from chalicelib.feed.alerts import TYPES, alert_id, index_after, make_alert, make_alerts
from chalicelib.feed.entry import LogEntry

ZONE = ZoneInfo("Asia/Shanghai")
TOLD = {
    "index": 41,
    "case": "hall:1",
    "n": 0,
    "leaf": json.dumps({"case": "c_ab", "n": 0}),
    "kind": "case.accepted",
    "at": "2026-11-02T01:00:00.000Z",
    "recorded_at": "2026-11-02T01:00:05.000Z",
    "department": "Housing",
    "was": "",
    "was_in": "",
    "now": "green",
    "alert": None,
}
CARD = {
    "level": "yellow",
    "rule": "V-02",
    "basis": "行政许可法第四十二条",
    "due_at": "2026-11-09T09:30:00.000Z",
    "noticed_at": "2026-11-09T09:30:40.000Z",
    "department": "Housing",
    "region": "370102",
    "item": "X-01",
}
ISSUED = TOLD | {
    "index": 42,
    "n": 3,
    "kind": "card.issued",
    "at": "2026-11-09T09:30:00.000Z",
    "alert": CARD,
}


def test_what_was_told_is_no_alert():
    """Told facts are in the log, and nobody is alarmed."""
    assert make_alert(LogEntry.read_row(TOLD), ZONE) is None


def test_a_card_becomes_a_cloudevent_of_its_case():
    """Times show the wall clock of the region; the card is named as the API knows it."""
    event = make_alert(LogEntry.read_row(ISSUED), ZONE)
    assert event is not None
    assert (event["id"], event["type"], event["subject"]) == (
        "0000000000000042",
        "card.issued",
        "hall:1",
    )
    assert event["time"] == "2026-11-09T17:30:00.000+08:00"
    assert event["data"] == CARD | {
        "case": "hall:1",
        "card": "c_ab.3",
        "due_at": "2026-11-09T17:30:00.000+08:00",
        "noticed_at": "2026-11-09T17:30:40.000+08:00",
        "index": 42,
    }


def test_a_recheck_names_the_card_it_is_about():
    """Inside a case a card is a fact's number; outside it has an id."""
    recheck = ISSUED | {"kind": "card.rechecked", "n": 7, "alert": CARD | {"card": 3}}
    event = make_alert(LogEntry.read_row(recheck), ZONE)
    assert event is not None
    assert event["data"]["card"] == "c_ab.3"


def test_a_confirmed_proposal_is_the_card_that_was_proposed():
    """It has one name, from the fact that first found it."""
    proposed = make_alert(LogEntry.read_row(ISSUED | {"kind": "card.proposed"}), ZONE)
    confirmed = make_alert(LogEntry.read_row(ISSUED | {"n": 8, "alert": CARD | {"card": 3}}), ZONE)
    assert proposed is not None
    assert confirmed is not None
    assert proposed["data"]["card"] == confirmed["data"]["card"] == "c_ab.3"


@pytest.mark.parametrize(
    ("case", "kind", "more"),
    [
        ("duban:register/370102/yellow/2026", "card.numbered", {"number": 12, "year": 2026}),
        ("duban:card/c_ab.3", "case.escalated", {"to": ["handler", "unit_head"]}),
        ("duban:card/c_ab.3", "appeal.overdue", {}),
        ("duban:card/c_ab.3", "card.annulled", {"reason": "revoked"}),
        ("duban:card/c_ab.3", "card.closed", {}),
    ],
)
def test_what_our_own_cases_say_of_a_card_names_it_by_its_id(case, kind, more):
    """They know it by no other name."""
    row = ISSUED | {"case": case, "kind": kind, "alert": CARD | {"card": "c_ab.3"} | more}
    event = make_alert(LogEntry.read_row(row), ZONE)
    assert event is not None
    assert kind in TYPES
    assert (event["type"], event["data"]["card"]) == (kind, "c_ab.3")
    assert event["data"].items() >= more.items()


def test_a_department_that_is_raised_at_once_begins_a_card():
    """Which has the number of the fact that says so."""
    row = ISSUED | {"case": "duban:department/Housing/2026", "kind": "case.escalated"}
    event = make_alert(LogEntry.read_row(row), ZONE)
    assert event is not None
    assert event["data"]["card"] == "c_ab.3"


def test_a_contest_is_an_alert_with_what_differs():
    """Its instants are shown in local time, those of the findings too."""
    differs = [{"rule": "V-02", "level": "yellow", "at": "2026-11-09T09:30:00.000Z"}]
    data = {"claim": 3, "type": "case.suspended", "time": "2026-11-03T01:00:00.000Z"}
    row = ISSUED | {"kind": "claim.contested", "alert": data | {"differs": differs}}
    event = make_alert(LogEntry.read_row(row), ZONE)
    assert event is not None
    assert event["data"]["time"] == "2026-11-03T09:00:00.000+08:00"
    assert event["data"]["differs"] == [
        {"rule": "V-02", "level": "yellow", "at": "2026-11-09T17:30:00.000+08:00"}
    ]
    assert "card" not in event["data"]


@pytest.mark.parametrize("kind", ["claim.accepted", "claim.refused"])
def test_a_decision_about_late_news_is_told_and_an_alert(kind):
    """Of all that is reported only this: the row of the log has what is public of it."""
    data = {"claim": 3, "seen": 7, "role": "inspector", "given": ["actor", "text"]}
    moment = datetime(2026, 11, 10, 1, tzinfo=UTC)
    fact = Fact(7, kind, "duban/x", moment, moment, told=True, data=data)
    leaf = json.dumps({"case": "c_ab", "n": 7, "data": data})
    record = Record("c_ab", fact, leaf, "A#x", LampState("yellow"), LampState("yellow"))
    row = row_of(9, "hall:1", record)
    assert row["alert"] == {"claim": 3, "seen": 7, "role": "inspector"}
    event = make_alert(LogEntry.read_row(row), ZONE)
    assert event is not None
    assert kind in TYPES
    assert (event["type"], event["data"]["claim"]) == (kind, 3)
    told = row_of(9, "hall:1", replace(record, fact=replace(fact, kind="case.decided")))
    assert told["alert"] is None


def test_alerts_keep_the_order_of_the_log():
    """Nothing is sorted, nothing is dropped but what is no alert."""
    rows = [ISSUED | {"index": index} for index in range(5)]
    events = make_alerts([LogEntry.read_row(TOLD), *map(LogEntry.read_row, rows)], ZONE)
    assert [event["id"] for event in events] == [alert_id(index) for index in range(5)]


@pytest.mark.parametrize(
    ("last", "start"), [(None, 0), ("", 0), ("0000000000000041", 42), ("7", 8), ("9" * 16, 10**16)]
)
def test_an_id_positions_whether_it_exists_or_not(last, start):
    """Reading goes on after it."""
    assert index_after(last) == start


@pytest.mark.parametrize("last", ["x", "-1", "1.0", "１", "1" * 17, " 1", "1\n"])
def test_what_was_never_an_id_is_refused(last):
    """A client that asks for the wrong thing is told so, with the field's name."""
    with pytest.raises(Rejected) as refusal:
        index_after(last)
    assert (refusal.value.status, refusal.value.field) == (422, "lastEventId")


@pytest.mark.parametrize(
    "broken", [{"leaf": "{"}, {"leaf": "{}"}, {"now": "purple"}, {"index": "x"}, {"kind": None}]
)
def test_an_entry_that_cannot_be_read_is_a_broken_log(broken):
    """It is never skipped."""
    row = {
        name: value
        for name, value in (TOLD | broken).items()
        if value is not None or name == "alert"
    }
    with pytest.raises(Corrupt):
        LogEntry.read_row(row)
