"""`GET /v1/alerts`: in order, from anywhere, none skipped, none invented."""

import json

import pytest
from chalice.test import Client

import app
from chalicelib.feed import routes
from tests.support.written_log import card_row, row, write


@pytest.fixture
def get(served):
    """Give a function that asks for alerts as an inspector."""
    key = served.keys.issue("inspector")

    def got(query="", authorization=f"Bearer {key}"):
        return Client(app.app).http.get(
            f"/v1/alerts{query}", headers={"Authorization": authorization}
        )

    return got


def ids(answer):
    """Give the indexes of a page."""
    assert answer.status_code == 200, answer.body
    return [int(event["id"]) for event in json.loads(answer.body)]


def test_an_empty_log_has_an_empty_feed(get):
    """An empty page is the end, and it says which media type it is."""
    answer = get()
    assert answer.body == b"[]"
    assert answer.headers["Content-Type"] == "application/cloudevents-batch+json"


def test_following_page_by_page_gives_every_alert_once_in_order(served, get, monkeypatch):
    """Whatever the sizes of batches and pages are."""
    monkeypatch.setattr(routes, "PAGE", 3)
    at, expected = 0, []
    for size in (1, 7, 2, 30):
        rows = [card_row(i) if i % 4 == 1 else row(i) for i in range(at, at + size)]
        expected += [i for i in range(at, at + size) if i % 4 == 1]
        write(served, rows)
        at += size
    found, last = [], ""
    while page := ids(get(f"?lastEventId={last}")):
        assert len(page) <= 3
        found += page
        last = f"{page[-1]:016d}"
    assert found == expected


def test_a_batch_that_reaches_into_the_next_page_of_the_table(served, get):
    """Entries around index 4096 are found, from before, inside and behind the batch across it."""
    write(served, [card_row(i) for i in range(4090, 4100)])
    write(served, [card_row(i) for i in range(4100, 4103)])
    assert ids(get("?lastEventId=4089")) == list(range(4090, 4103))
    assert ids(get("?lastEventId=4097")) == list(range(4098, 4103))
    assert ids(get("?lastEventId=4101")) == [4102]
    assert ids(get("?lastEventId=4102")) == []


def test_reading_stops_at_a_gap(served, get):
    """A batch that is seen before the one it follows is not given out."""
    write(served, [card_row(0), card_row(1)])
    write(served, [card_row(3)])
    assert ids(get()) == [0, 1]
    write(served, [card_row(2)])
    assert ids(get("?lastEventId=0000000000000001")) == [2, 3]


def test_a_long_stretch_without_alerts_is_not_the_end(served, get, monkeypatch):
    """Only the end of the log is an empty page."""
    monkeypatch.setattr(routes, "SCAN", 5)
    write(served, [row(i) for i in range(50)])
    write(served, [card_row(50), *(row(i) for i in range(51, 60)), card_row(60)])
    assert ids(get()) == [50]
    assert ids(get("?lastEventId=50")) == [60]


def test_waiting_ends_when_something_comes(served, get, monkeypatch):
    """A long poll answers as soon as there is an alert, and empty when its time is over."""
    assert ids(get("?timeout=1")) == []
    pauses = []

    def write_meanwhile(seconds):
        pauses.append(seconds)
        write(served, [card_row(0)])

    monkeypatch.setattr("chalicelib.feed.routes.time.sleep", write_meanwhile)
    assert ids(get("?timeout=15000")) == [0]
    assert len(pauses) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [("?lastEventId=abc", "lastEventId"), ("?timeout=-1", "timeout"), ("?timeout=soon", "timeout")],
)
def test_what_cannot_be_meant_is_refused_with_its_name(get, query, field):
    """As a problem document."""
    answer = get(query)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.body)["field"] == field


def test_the_longest_wait_is_twenty_seconds():
    """More is taken as that, for the gateway gives up at 29."""
    assert routes.wait_seconds("999999999") == 20


def test_only_an_inspector_may_follow(served, get):
    """No key is 401, a department's is 403."""
    assert get(authorization="Bearer nonsense").status_code == 401
    key = served.keys.issue("department", "Housing")
    assert get(authorization=f"Bearer {key}").status_code == 403
