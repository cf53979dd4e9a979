"""A log fed into the live chain ends with exactly the cards that its replay gives."""

from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Struct

from chalicelib.errors import BadInput, Rejected
from chalicelib.instant import text
from chalicelib.intake.event import normalise
from chalicelib.intake.event_types import ISSUED_TYPES
from chalicelib.plumbing.services import use
from chalicelib.policy.sources import Delivery, DeliveryTime, Registration, Registrations
from infra.feeding.feed import feed
from infra.feeding.feed_log import chunks, first_accepted, stops, story_of
from infra.replay.log_map import load_map
from infra.replay.read_log import ReadLog, read_log
from infra.replay.rules import ReplayRules, replay_rules
from infra.replay.supervise import Supervision
from tests.support.memory_stage import memory_world
from tests.support.real_data import RECEIPT_MAP, receipt_log
from tests.support.stage import services_here, settings

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

    def set_clock(self, now=None, speed=None, counting=None):
        """Set the clock and let everything come through."""
        if counting is not None:
            self.world.services.table_clock.count_as(*region_and_rest(counting))
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
                status = self.world.services.inbox.put_event(read, self.world.wall.at).outcome
                results.append({"id": event["id"], "status": status})
            except Rejected as refusal:
                problem = {"detail": refusal.line("zh")}
                results.append({"id": event["id"], "status": "refused", "problem": problem})
            self.world.pump.drain()
        return results


@contextmanager
def a_local_stage():
    """A stage whose clock can be set, in memory."""
    with memory_world("2008-01-01T00:00:00") as world:
        world.services = services_here(settings("table"), world.wall, world.turns)
        in_time = Registration(
            deliveries=(Delivery(DeliveryTime(5, "s")),),
            history_from=datetime(1990, 1, 1, tzinfo=UTC),
        )
        world.services.registrations.change(lambda _: Registrations({SOURCE: in_time}))
        with use(world.services):
            yield world


def region_and_rest(counting):
    """Split as the route does."""
    rest = {name: value for name, value in counting.items() if name != "region"}
    return counting["region"], rest


class Opened(Struct, dict=True):
    """A log read by its map."""

    log: ReadLog
    rules: ReplayRules

    def story(self, cases=None, *, on_time=True):
        """What there is to tell of the first *cases*."""
        return story_of(self.log, SOURCE, self.rules, cases, on_time=on_time)


def opened(log_path: Path, map_path: Path, map_text: str, until: str | None = None) -> Opened:
    """Read a log by its map."""
    map_path.write_text(map_text, encoding="utf-8")
    log_map = load_map(map_path)
    rules = replay_rules(log_map, "statutory", str(map_path))
    log = read_log(log_path, log_map, rules.profile.zone, until)
    return Opened(log, rules)


def small(folder: Path, rows: str, map_text: str = MAP, until: str | None = None) -> Opened:
    """Write a small log and read it."""
    log_path = folder / "log.csv"
    log_path.write_text(HEADER + rows, encoding="utf-8")
    return opened(log_path, folder / "map.toml", map_text, until)


def compared(given: Opened, cases=None, *, on_time=True):
    """Feed the log; give what the live chain issued, what replay says, and the feed's account."""
    story = given.story(cases, on_time=on_time)
    supervision = Supervision(given.rules, story.ends)
    chosen = first_accepted(given.log.readings(), cases)
    replayed = Counter(
        (reading.id, level, text(at))
        for reading in chosen
        for level, at in supervision.issued(reading)
    )
    with a_local_stage() as world:
        fed = feed(story, Nearby(world))
        if cases is None:
            again = feed(story, Nearby(world))
            assert again.results == {"duplicate": len(story.posted)}
        facts = [(reading.id, fact) for reading in chosen for fact in world.facts(reading.id)]
    issued = [(case, fact) for case, fact in facts if fact.kind in ISSUED_TYPES]
    live = Counter((case, fact.text("level"), text(fact.at)) for case, fact in issued)
    # All was in time, so nothing is flagged as told late, and nothing waits for an inspector.
    signs = {fact.text("sign") for _, fact in facts if fact.kind == "data.flagged"}
    assert signs <= {"closed_before_accepted"}  # as some cases of a log are
    assert not [fact for _, fact in facts if fact.kind == "claim.contested"]
    # Nothing had to be taken back, and where the clock stopped for it nothing was noticed late.
    assert not [fact for _, fact in facts if fact.kind == "card.rechecked"]
    aside = {fact.text("reason") for _, fact in facts if fact.kind == "event.set_aside"}
    assert aside <= {"the case was closed"}  # some cases of a log end before they begin
    assert not on_time or {fact.text("noticed") for _, fact in issued} <= {"on_time"}
    return live, replayed, fed


def test_a_small_log_gives_the_same_cards_live_as_replayed(tmp_path: Path) -> None:
    """Warned, overdue, paused, extended, open, decided: and nothing has to be taken back."""
    given = small(
        tmp_path,
        "1,Works,Accept,2024-03-01 09:00\n1,Works,Decide,2024-03-07 09:00\n"
        "2,Works,Accept,2024-03-01 09:00\n2,Works,Decide,2024-03-11 09:00\n"
        "3,,Accept,2024-03-01 09:00\n"
        "4,Parks,Accept,2024-03-01 09:00\n4,Parks,Suspend,2024-03-05 10:00\n"
        "4,Parks,Resume,2024-03-12 10:00\n4,Parks,Decide,2024-03-15 18:00\n"
        "5,Parks,Accept,2024-03-01 09:00\n5,Parks,Extend,2024-03-07 10:00\n"
        "5,Parks,Decide,2024-03-18 10:00\n"
        "6,Parks,Accept,2024-03-04 09:00\n6,Parks,Suspend,2024-03-05 09:00\n"
        "6,Parks,Decide,2024-03-20 09:00\n"
        "7,Parks,Decide,2024-03-04 09:00\n7,Parks,Accept,2024-03-05 09:00\n",
    )
    live, replayed, fed = compared(given)
    assert live == replayed
    assert Counter(level for _, level, _ in live) == {"warning": 6, "yellow": 4}
    assert fed.written() == {
        "cases": 7,
        "events": 17,
        "recorded": 17,
        "duplicate": 0,
        "now": "2024-03-20T01:00:00.000Z",
    }


def test_one_two_and_five_pauses_are_the_same_live_as_replayed(tmp_path: Path) -> None:
    """Each pause is told by an event of its own; the stage pairs them as the replay does."""
    pauses = {"1": 1, "2": 2, "5": 5}
    rows = ""
    for case, count in pauses.items():
        rows += f"{case},Works,Accept,2024-03-01 09:00\n"
        for day in range(4, 4 + 2 * count, 2):  # from 4 to 5 March, from 6 to 7 …
            rows += f"{case},Works,Suspend,2024-03-{day:02d} 10:00\n"
            rows += f"{case},Works,Resume,2024-03-{day + 1:02d} 10:00\n"
    # Ten working days end on the 15th. The pauses take out the 5th, the 7th, the 11th and the 13th:
    # the 9th and the 10th are a weekend.
    ten = MAP.replace("limit = [{ amount = 5,", "limit = [{ amount = 10,")
    live, replayed, fed = compared(small(tmp_path, rows, ten, until="2024-03-21T17:31:00+08:00"))
    assert live == replayed
    assert {(case, at) for case, level, at in live if level == "yellow"} == {
        ("1", "2024-03-18T09:30:00.000Z"),
        ("2", "2024-03-19T09:30:00.000Z"),
        ("5", "2024-03-21T09:30:00.000Z"),
    }
    assert fed.results == {"recorded": 3 + 2 * 8}


def test_until_ends_the_feed_too(tmp_path: Path) -> None:
    """What lies after it is not told, and the clock stops there."""
    rows = "1,Works,Accept,2024-03-01 09:00\n1,Works,Decide,2024-03-11 09:00\n"
    live, replayed, fed = compared(small(tmp_path, rows, until="2024-03-08T20:00:00+08:00"))
    assert live == replayed
    assert set(live) == {
        ("1", "warning", "2024-03-06T09:30:00.000Z"),
        ("1", "yellow", "2024-03-08T09:30:00.000Z"),
    }
    assert fed.now == "2024-03-08T12:00:00.000Z"


def test_the_stage_counts_as_the_map_does(tmp_path: Path) -> None:
    """With days that end at 24:00 in Amsterdam the cards come at other instants, live too."""
    map_text = MAP.replace("Asia/Shanghai", "Europe/Amsterdam").replace(
        "[case]", '[clock]\ncutoff = "24:00"\n[case]'
    )
    rows = "1,Works,Accept,2024-03-01 09:00\n1,Works,Decide,2024-03-15 09:00\n"
    live, replayed, _ = compared(small(tmp_path, rows, map_text))
    assert live == replayed
    assert ("1", "yellow", "2024-03-08T22:59:59.999Z") in live


def test_an_event_that_is_refused_stops_the_feed(tmp_path: Path) -> None:
    """The line names the event; here another map has made another event of the same id."""
    rows = "1,Works,Accept,2024-03-01 09:00\n"
    other = MAP.replace("amount = 5", "amount = 6")
    with a_local_stage() as world:
        feed(small(tmp_path, rows).story(), Nearby(world))
        with pytest.raises(BadInput, match=r"event 1/case\.accepted/: refused"):
            feed(small(tmp_path, rows, other).story(), Nearby(world))


def test_case_numbers_travel_in_ascii(tmp_path: Path) -> None:
    """Percent-encoded where they are not."""
    (posted,) = small(tmp_path, "审批 7,Works,Accept,2024-03-01 09:00\n").story().posted
    assert posted.event["subject"] == "%E5%AE%A1%E6%89%B9%207"
    assert normalise(posted.event)["subject"] == posted.event["subject"]


def test_a_chunk_ends_before_it_would_mislead(tmp_path: Path) -> None:
    """The clock may not pass case 1's warning (17:30) before its decision is told."""
    rows = (
        "1,Works,Accept,2024-03-01 09:00\n2,Works,Accept,2024-03-04 09:00\n"
        "1,Works,Decide,2024-03-06 17:00\n2,Works,Decide,2024-03-06 18:00\n"
    )
    assert chunked(small(tmp_path, rows)) == [["1"], ["2"], ["1"], ["2"]]
    at_once = (
        "1,Works,Accept,2024-03-01 09:00\n1,Works,Decide,2024-03-06 17:29:58\n"
        "2,Works,Accept,2024-03-06 17:30:00\n3,Works,Accept,2024-03-06 17:30:01\n"
    )
    assert chunked(small(tmp_path, at_once)) == [["1"], ["1", "2"], ["3"]]


def test_a_chunk_is_received_in_time(tmp_path: Path) -> None:
    """Within the five seconds that the source of a local stage has to deliver, from its first."""
    rows = (
        "1,Works,Accept,2024-03-01 09:00:00\n2,Works,Accept,2024-03-01 09:00:03\n"
        "3,Works,Accept,2024-03-01 09:00:05\n4,Works,Accept,2024-03-01 09:00:06\n"
    )
    assert chunked(small(tmp_path, rows)) == [["1", "2", "3"], ["4"]]


def chunked(given: Opened) -> list[list[str]]:
    """Give the cases of the events in each chunk."""
    posted = given.story().posted
    return [[event.event["subject"] for event in chunk] for chunk in chunks(posted)]


def test_the_clock_stops_soon_after_each_crossing() -> None:
    """What lies within five minutes is noticed at one stop."""
    noon = datetime(2024, 3, 1, 12, tzinfo=UTC)
    minutes = [0, 4, 5, 6, 30]
    found = [
        (at - noon) // timedelta(minutes=1)
        for at in stops(noon + timedelta(minutes=m) for m in minutes)
    ]
    assert found == [6, 7, 31]


def test_real_cases_end_with_the_cards_that_their_replay_gives(tmp_path: Path) -> None:
    """The first 60 of the receipt log."""
    given = opened(receipt_log(), tmp_path / "map.toml", RECEIPT_MAP)
    live, replayed, fed = compared(given, 60, on_time=False)
    assert fed.cases == 60
    assert live == replayed
    assert Counter(level for _, level, _ in live) == {"warning": 36, "yellow": 27}
