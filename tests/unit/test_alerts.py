"""What becomes an alert, under which id, and where reading goes on after one."""

from zoneinfo import ZoneInfo

import pytest

from chalicelib.errors import Corrupt, Rejected
from chalicelib.feed.alerts import TYPES, alert_id, index_after, make_alert
from chalicelib.feed.entry import LogEntry
from tests.support.alerted import make_alerts
from tests.support.written_log import row

ZONE = ZoneInfo("Asia/Shanghai")
TOLD = row(41, public="c_ab", n=0, kind="case.accepted", was="", was_in="")
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


def issued(index=42, **more):
    """Make the entry of a card, or of what *more* says."""
    given = {"kind": "card.issued", "data": CARD, "n": 3, "public": "c_ab", **more}
    return LogEntry.read_row(row(index, **given))


def test_what_was_told_is_no_alert():
    """Told facts are in the log, and nobody is alarmed."""
    assert make_alert(LogEntry.read_row(TOLD), ZONE) is None


def test_a_card_becomes_a_cloudevent_of_its_case():
    """Times show the wall clock of the region; the card is named as the API knows it."""
    event = make_alert(issued(), ZONE)
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
    event = make_alert(issued(kind="card.rechecked", n=7, data=CARD | {"card": 3}), ZONE)
    assert event is not None
    assert event["data"]["card"] == "c_ab.3"


def test_a_confirmed_proposal_is_the_card_that_was_proposed():
    """It has one name, from the fact that first found it."""
    proposed = make_alert(issued(kind="card.proposed"), ZONE)
    confirmed = make_alert(issued(n=8, data=CARD | {"card": 3}), ZONE)
    assert proposed is not None
    assert confirmed is not None
    assert proposed["data"]["card"] == confirmed["data"]["card"] == "c_ab.3"


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("card.numbered", {"number": 12, "year": 2026}),
        ("case.escalated", {"to": ["handler", "unit_head"]}),
        ("appeal.overdue", {}),
        ("card.annulled", {"reason": "revoked"}),
        ("card.closed", {}),
    ],
)
def test_what_our_own_cases_say_of_a_card_names_it_by_its_id(kind, more):
    """They know it by no other name."""
    event = make_alert(issued(kind=kind, data=CARD | {"card": "c_ab.3"} | more), ZONE)
    assert event is not None
    assert kind in TYPES
    assert (event["type"], event["data"]["card"]) == (kind, "c_ab.3")
    assert event["data"].items() >= more.items()


def test_a_department_that_is_raised_at_once_begins_a_card():
    """Which has the number of the fact that says so."""
    event = make_alert(issued(kind="case.escalated"), ZONE)
    assert event is not None
    assert event["data"]["card"] == "c_ab.3"


def test_a_contest_is_an_alert_with_what_differs():
    """Its instants are shown in local time, those of the findings too."""
    differs = [{"rule": "V-02", "level": "yellow", "at": "2026-11-09T09:30:00.000Z"}]
    data = {"claim": 3, "type": "case.suspended", "time": "2026-11-03T01:00:00.000Z"}
    event = make_alert(issued(kind="claim.contested", data=data | {"differs": differs}), ZONE)
    assert event is not None
    assert event["data"]["time"] == "2026-11-03T09:00:00.000+08:00"
    assert event["data"]["differs"] == [
        {"rule": "V-02", "level": "yellow", "at": "2026-11-09T17:30:00.000+08:00"}
    ]
    assert "card" not in event["data"]


@pytest.mark.parametrize("kind", ["claim.accepted", "claim.refused"])
def test_a_decision_about_late_news_is_told_and_an_alert(kind):
    """Of all that is reported only this; which private words came with it is left unsaid."""
    data = {"claim": 3, "seen": 7, "role": "inspector", "given": ["actor", "text"]}
    decision = issued(kind=kind, data=data, told=True)
    assert decision.alert == {"claim": 3, "seen": 7, "role": "inspector"}
    event = make_alert(decision, ZONE)
    assert event is not None
    assert kind in TYPES
    assert (event["type"], event["data"]["claim"]) == (kind, 3)
    assert issued(kind="case.decided", data=data).alert is None


def test_no_column_beside_the_leaf_makes_or_unmakes_an_alert():
    """An operator may write into the table what he likes: what is told is what the leaf says."""
    lies = {"alert": None, "kind": "case.accepted", "n": 9, "at": "x", "recorded_at": "x"}
    event = make_alert(issued(), ZONE)
    assert event is not None
    hidden = row(42, public="c_ab", n=3, kind="card.issued", data=CARD) | lies
    assert make_alert(LogEntry.read_row(hidden | {"department": "Water"}), ZONE) == event
    assert (
        make_alert(LogEntry.read_row(TOLD | {"kind": "card.issued", "alert": CARD}), ZONE) is None
    )


def test_alerts_keep_the_order_of_the_log():
    """Nothing is sorted, nothing is dropped but what is no alert."""
    events = make_alerts([LogEntry.read_row(TOLD), *map(issued, range(5))], ZONE)
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
    "broken", [{"leaf": "{"}, {"leaf": "{}"}, {"leaf": "[]"}, {"now": "purple"}, {"index": "x"}]
)
def test_an_entry_that_cannot_be_read_is_a_broken_log(broken):
    """It is never skipped."""
    with pytest.raises(Corrupt):
        LogEntry.read_row(TOLD | broken)
