"""Only so many readers of the feed wait at once; those beyond have their answer at once."""

import json
from datetime import timedelta

import pytest

from chalicelib.errors import Conflict
from chalicelib.plumbing.waiting_room import WaitingRoom
from tests.support.asker import Asker
from tests.support.memory_stage import memory_world
from tests.support.written_log import card_row, write

START = "2026-11-02T09:00:00"
FULL = ("FEED", "WAITING")


@pytest.fixture
def county():
    """Give an empty county."""
    with memory_world(START) as made:
        yield made


@pytest.fixture
def room(county):
    """Give a room with two places."""
    return WaitingRoom(county.services.registry, 2)


def test_a_room_has_so_many_places(county, room):
    """One who leaves, and one whose time is over, make room."""
    now = county.wall.at
    first, second = room.enter(now, 20), room.enter(now, 10)
    assert first
    assert second
    assert first != second
    assert room.enter(now, 20) is None
    room.leave(first)
    room.leave(first)
    assert room.enter(now, 20)
    assert room.enter(now, 20) is None
    assert room.enter(now + timedelta(seconds=9.999), 20) is None
    assert room.enter(now + timedelta(seconds=10), 20)


def test_places_that_are_over_are_forgotten(county, room):
    """The document does not grow."""
    for seconds in range(50):
        assert room.enter(county.wall.at + timedelta(seconds=seconds), 1)
    assert len(county.services.registry.get(*FULL)) == 1


def test_a_crowd_takes_no_more_than_there_are(county, room):
    """Eight come in the same instant, call by call in any order."""
    names = []
    works = [lambda: names.append(room.enter(county.wall.at, 20)) for _ in range(8)]
    runners = county.turns.run(works, [])
    assert [runner.error for runner in runners] == [None] * 8
    taken = [name for name in names if name]
    assert 1 <= len(taken) <= 2
    assert set(county.services.registry.get(*FULL)) == set(taken)


def test_a_reader_without_a_place_is_answered_at_once(county, monkeypatch):
    """With the same page, and the word when to come again; who finds alerts needs no place."""

    def sleeping(_seconds):
        raise AssertionError("it waits")

    monkeypatch.setattr("chalicelib.feed.routes.time.sleep", sleeping)
    ask = Asker(county.services)
    for _ in range(county.services.settings.feed_readers):
        assert county.services.waiting_room.enter(county.wall.at, 20)
    answer = ask("GET", "/v1/alerts?timeout=20000")
    assert (answer.status_code, answer.body) == (200, b"[]")
    assert answer.headers["Retry-After"] == "5"
    write(county.services, [card_row(0)])
    answer = ask("GET", "/v1/alerts?timeout=20000")
    assert [event["id"] for event in json.loads(answer.body)] == ["0000000000000000"]
    assert "Retry-After" not in answer.headers


def test_a_reader_gives_its_place_back_when_something_comes(county, monkeypatch):
    """And where the log cannot be read while it waits."""
    taken = []

    def write_meanwhile(_seconds):
        taken.append(len(county.services.registry.get(*FULL)))
        write(county.services, [card_row(0)])

    monkeypatch.setattr("chalicelib.feed.routes.time.sleep", write_meanwhile)
    ask = Asker(county.services)
    answer = ask("GET", "/v1/alerts?timeout=20000")
    assert len(json.loads(answer.body)) == 1
    assert (taken, county.services.registry.get(*FULL)) == ([1], {})

    def fail(_seconds):
        raise Conflict("读不到日志", "the log cannot be read")

    monkeypatch.setattr("chalicelib.feed.routes.time.sleep", fail)
    assert ask("GET", "/v1/alerts?lastEventId=0&timeout=20000").status_code == 503
    assert county.services.registry.get(*FULL) == {}


def test_a_wait_that_ends_empty_costs_one_write(county):
    """Its place is free by itself."""
    ask = Asker(county.services)
    ask.bearer("inspector")
    begun = len(county.cloud.calls)
    assert ask("GET", "/v1/alerts?timeout=10").body == b"[]"
    calls = county.cloud.calls[begun:]
    assert calls.count(("PutItem", "test-Registry")) == 1
    county.wall.forward(seconds=0.01)
    assert WaitingRoom(county.services.registry, 1).enter(county.wall.at, 1)
