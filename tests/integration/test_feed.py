"""A log fed into the live chain ends with exactly the cards that its replay gives."""

from collections import Counter
from pathlib import Path

import pytest

from chalicelib.errors import BadInput, Rejected
from chalicelib.instant import text
from chalicelib.intake.event import normalise
from infra.feed import feed
from infra.feed_log import chunks, events_of, first_accepted
from infra.replay.log_map import load_map
from infra.replay.moment import instant
from infra.replay.read_log import read_log
from infra.replay.rules import rules_of
from infra.replay.supervise import Supervision
from tests.support.memory_stage import memory_world
from tests.support.real_data import RECEIPT_MAP, receipt_log

SOURCE = "hall"
HEADER = "case,dept,act,at\n"
MAP = """
format = "csv"
timezone = "Asia/Shanghai"
activity = "act"
time = "at"
[case]
id = "case"
accepted = { event = "Accept" }
completed = { event = "Decide" }
department = { attribute = "dept" }
limit = [{ amount = 5, unit = "wd" }]
[[pause]]
start = { event = "Suspend" }
end = { event = "Resume" }
[[extension]]
at = { event = "Extend" }
amount = 5
unit = "wd"
"""


class Nearby:
    """A stage in this process, told and asked as a courier does it over HTTP."""

    def __init__(self, world):
        self.world = world

    def set_clock(self, now=None, speed=None):
        """Set the clock and let everything come through."""
        self.world.wall.at = now
        self.world.tick()
        return text(now)

    def post(self, events):
        """Put the events into the inbox, one after another."""
        results = []
        for event in events:
            read = normalise(event)
            assert read["time"] <= text(self.world.wall.at), "an event from the future"
            try:
                status = self.world.services.inbox.put_event(read, self.world.wall.at)
                results.append({"id": event["id"], "status": status})
            except Rejected as refusal:
                problem = {"detail": refusal.detail}
                results.append({"id": event["id"], "status": "refused", "problem": problem})
            self.world.pump.drain()
        return results


def opened(log_path: Path, map_text: str, until: str | None = None):
    """Read a log by its map."""
    map_path = log_path.parent / "map.toml" if log_path.suffix == ".csv" else Path(map_text)
    if log_path.suffix == ".csv":
        map_path.write_text(map_text, encoding="utf-8")
    log_map = load_map(map_path)
    rules = rules_of(log_map, "statutory", str(map_path))
    return read_log(log_path, log_map, rules.policy.zone, until), rules


def compared(log, rules, cases=None):
    """Feed *log* and give what the live chain issued, what replay says, and the feed's account."""
    chosen = first_accepted(log.readings(), cases)
    posted = events_of(chosen, SOURCE, rules)
    supervision = Supervision(rules, instant(log.cut_off))
    replayed = Counter(
        (reading.id, level, text(at))
        for reading in chosen
        for level, at in supervision.issued(reading)
    )
    with memory_world("2008-01-01T00:00:00") as world:
        nearby = Nearby(world)
        fed = feed(log, posted, nearby)
        if cases is None:
            again = feed(log, posted, nearby)
            assert again.results == {"duplicate": len(posted)}
        live = Counter(
            (reading.id, level, at) for reading in chosen for level, at in world.cards(reading.id)
        )
        rechecked = [
            fact
            for reading in chosen
            for fact in world.facts(reading.id)
            if fact.kind in ("card.rechecked", "event.set_aside")
        ]
    assert rechecked == []
    return live, replayed, fed


def test_a_small_log_gives_the_same_cards_live_as_replayed(tmp_path: Path) -> None:
    """Warned, overdue, paused, extended, open, decided: and nothing has to be taken back."""
    log_path = tmp_path / "log.csv"
    log_path.write_text(
        HEADER
        + "1,Works,Accept,2024-03-01 09:00\n1,Works,Decide,2024-03-07 09:00\n"
        + "2,Works,Accept,2024-03-01 09:00\n2,Works,Decide,2024-03-11 09:00\n"
        + "3,,Accept,2024-03-01 09:00\n"
        + "4,Parks,Accept,2024-03-01 09:00\n4,Parks,Suspend,2024-03-05 10:00\n"
        + "4,Parks,Resume,2024-03-12 10:00\n4,Parks,Decide,2024-03-15 18:00\n"
        + "5,Parks,Accept,2024-03-01 09:00\n5,Parks,Extend,2024-03-07 10:00\n"
        + "5,Parks,Decide,2024-03-18 10:00\n"
        + "6,Parks,Accept,2024-03-04 09:00\n6,Parks,Suspend,2024-03-05 09:00\n"
        + "6,Parks,Decide,2024-03-20 09:00\n"
        + "7,Parks,Decide,2024-03-04 09:00\n7,Parks,Accept,2024-03-05 09:00\n",
        encoding="utf-8",
    )
    log, rules = opened(log_path, MAP)
    live, replayed, fed = compared(log, rules)
    assert live == replayed
    assert Counter(level for _, level, _ in live) == {"warning": 6, "yellow": 4, "red": 1}
    assert fed.written() == {
        "cases": 7,
        "events": 17,
        "recorded": 17,
        "duplicate": 0,
        "now": "2024-03-20T01:00:00.000Z",
    }


def test_until_ends_the_feed_too(tmp_path: Path) -> None:
    """What lies after it is not told, and the clock stops there."""
    log_path = tmp_path / "log.csv"
    rows = "1,Works,Accept,2024-03-01 09:00\n1,Works,Decide,2024-03-11 09:00\n"
    log_path.write_text(HEADER + rows, encoding="utf-8")
    log, rules = opened(log_path, MAP, until="2024-03-08T20:00:00+08:00")
    live, replayed, fed = compared(log, rules)
    assert live == replayed
    assert set(live) == {
        ("1", "warning", "2024-03-06T09:30:00.000Z"),
        ("1", "yellow", "2024-03-08T09:30:00.000Z"),
    }
    assert fed.now == "2024-03-08T12:00:00.000Z"


def test_an_event_that_is_refused_stops_the_feed(tmp_path: Path) -> None:
    """The line names the event; here another map has made another event of the same id."""
    log_path = tmp_path / "log.csv"
    log_path.write_text(HEADER + "1,Works,Accept,2024-03-01 09:00\n", encoding="utf-8")
    with memory_world("2008-01-01T00:00:00") as world:
        nearby = Nearby(world)
        for amount in ("amount = 5", "amount = 6"):
            log, rules = opened(log_path, MAP.replace("amount = 5", amount))
            posted = events_of(first_accepted(log.readings(), None), SOURCE, rules)
            if amount == "amount = 5":
                feed(log, posted, nearby)
            else:
                with pytest.raises(BadInput, match=r"event 1/case\.accepted/: refused"):
                    feed(log, posted, nearby)


def test_case_numbers_travel_in_ascii(tmp_path: Path) -> None:
    """Percent-encoded where they are not."""
    log_path = tmp_path / "log.csv"
    log_path.write_text(HEADER + "审批 7,Works,Accept,2024-03-01 09:00\n", encoding="utf-8")
    log, rules = opened(log_path, MAP)
    (posted,) = events_of(first_accepted(log.readings(), None), SOURCE, rules)
    assert posted.event["subject"] == "%E5%AE%A1%E6%89%B9%207"
    assert normalise(posted.event)["subject"] == posted.event["subject"]


def test_a_chunk_ends_before_it_would_mislead(tmp_path: Path) -> None:
    """The clock may not pass case 1's warning before its decision is told."""
    log_path = tmp_path / "log.csv"
    rows = (
        "1,Works,Accept,2024-03-01 09:00\n2,Works,Accept,2024-03-04 09:00\n"
        "1,Works,Decide,2024-03-06 17:00\n2,Works,Decide,2024-03-06 18:00\n"
    )
    log_path.write_text(HEADER + rows, encoding="utf-8")
    log, rules = opened(log_path, MAP)
    posted = events_of(first_accepted(log.readings(), None), SOURCE, rules)
    sizes = [[one.event["subject"] for one in chunk] for chunk in chunks(posted)]
    assert sizes == [["1", "2", "1"], ["2"]]


def test_real_cases_end_with_the_cards_that_their_replay_gives(tmp_path: Path) -> None:
    """The first 200 of the receipt log, counted by the stage's own profile."""
    map_path = tmp_path / "receipt.toml"
    map_path.write_text(
        RECEIPT_MAP.replace('cutoff   = "24:00"\nrest_day = "keep"\n', "").replace(
            "Europe/Amsterdam", "Asia/Shanghai"
        ),
        encoding="utf-8",
    )
    log, rules = opened(receipt_log(), str(map_path))
    live, replayed, fed = compared(log, rules, 200)
    assert fed.cases == 200
    assert live == replayed
    assert Counter(level for _, level, _ in live) == {"warning": 109, "yellow": 67, "red": 41}
