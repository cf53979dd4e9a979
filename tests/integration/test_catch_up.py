"""After an outage everything is caught up within minutes, in due order, and it is called ours."""

from datetime import timedelta

import pytest

from chalicelib.instant import parse
from chalicelib.lambdas.reconcile import STUCK, reconcile
from chalicelib.lambdas.sweep import sweep
from tests.support.end_state import ISSUED, cards_in_force, check
from tests.support.memory_stage import memory_world
from tests.support.stream_pump import READERS

START = "2026-11-02T09:00:00"
OUT, BACK = "2026-11-04T12:00:00", {"hours": 6, "week": 24 * 7}
# Told while nothing but the API worked: case, kind, when it happened, data.
MEANWHILE: tuple[tuple[str, str, str, dict[str, object]], ...] = (
    ("4", "case.decided", "2026-11-04T15:00:00", {"outcome": "granted"}),
    ("5", "case.suspended", "2026-11-04T16:00:00", {"procedure": "hearing"}),
    ("6", "case.extended", "2026-11-04T16:30:00", {"by": {"amount": 2, "unit": "wd"}}),
    ("7", "case.accepted", "2026-11-04T16:45:00", {}),
)
PLACES = {"item": "X-01", "department": "Housing", "region": "370102"}


def minute(county):
    """Let one minute pass, with everything that is due in it."""
    county.wall.forward(minutes=1)
    reconcile(county.services, STUCK)
    sweep(county.services, county.services.now())
    county.pump.drain()


def tell_meanwhile(county):
    """Tell what happens during the outage, each at its time."""
    for case, kind, at, data in MEANWHILE:
        county.wall.at = parse(at + "+08:00")
        more = {**PLACES, "promise": {"amount": 1, "unit": "wd"}} if kind == "case.accepted" else {}
        county.report(kind, at, case, **data, **more)
        yield


def open_cases(county):
    """Cases that fall due on the afternoon of the outage, and some days later."""
    for case in "123456":
        promise = "4wd" if case == "3" else "2wd"
        county.accept(START.replace("09:00", f"09:0{case}"), case, promise=promise)
    county.until("2026-11-03T12:00:00", minutes=240)
    county.until(OUT)


@pytest.fixture(scope="module")
def undisturbed():
    """What stands in each case when nothing fails, at the end of either outage."""
    ends = {}
    for name, hours in BACK.items():
        with memory_world(START) as county:
            open_cases(county)
            for _ in tell_meanwhile(county):
                county.tick()
            county.wall.at = parse(OUT + "+08:00") + timedelta(hours=hours)
            for _ in range(12):
                minute(county)
            ends[name] = {case: cards_in_force(county.facts(case)) for case in county.told}
    return ends


@pytest.mark.parametrize("outage", BACK)
@pytest.mark.parametrize("keeps_records", [True, False])
def test_an_outage_is_caught_up_within_minutes(undisturbed, outage, keeps_records):
    """Streams and sweeps stand still; what the streams still have comes then, or it is gone."""
    with memory_world(START) as county:
        open_cases(county)
        for _ in tell_meanwhile(county):
            pass
        county.wall.at = parse(OUT + "+08:00") + timedelta(hours=BACK[outage])
        if not keeps_records:
            for table in READERS:
                county.pump.fetch(table)
                county.pump.waiting[table].clear()
        since = county.wall.at
        for _ in range(3):
            minute(county)
        assert county.services.inbox.oldest_pending() is None
        check(county, county.told)
        for _ in range(9):
            minute(county)
        ended = {case: cards_in_force(county.facts(case)) for case in county.told}
        assert ended == undisturbed[outage]
        late = [
            fact
            for case in county.told
            for fact in county.facts(case)
            if fact.kind in ISSUED and fact.recorded_at >= since and since - fact.at > STUCK * 10
        ]
        assert late
        assert {fact.data["noticed"] for fact in late} == {"outage"}
        assert all(
            fact.kind != "card.rechecked" for case in "1234567" for fact in county.facts(case)
        )


def test_what_waited_longest_is_nudged_first():
    """After a week the backlog comes in due order, whatever shard it lies in."""
    with memory_world(START) as county:
        for number in range(30):
            at = f"2026-11-02T09:{number:02}:00"
            county.accept(at, str(number), promise=f"{1 + number * 7 % 5}wd")
        county.until("2026-11-02T10:00:00")
        before = len(county.cloud.streams["test-Inbox"])
        county.wall.forward(days=7)
        sweep(county.services, county.services.now())
        wakes = [
            record["dynamodb"]["NewImage"]["wake_at"]["S"]
            for record in county.cloud.streams["test-Inbox"][before:]
        ]
        assert len(wakes) == 30
        assert wakes == sorted(wakes)


def test_news_of_something_else_does_not_hide_an_outage():
    """A case fell due while sweeps stood still; that a stage was entered then is no excuse."""
    with memory_world(START) as county:
        county.accept(START, promise="1wd")
        county.until("2026-11-03T12:00:00")
        county.wall.at = parse("2026-11-04T09:00:00+08:00")
        county.report("stage.entered", "2026-11-04T09:00:00", stage="review")
        county.pump.drain()
        assert county.facts()[-1].text("level") == "yellow"
        assert county.facts()[-1].text("noticed") == "outage"


def test_news_that_comes_late_is_no_outage():
    """A case is made known three days after it was accepted, and overdue by then."""
    with memory_world("2026-11-09T09:00:00") as county:
        county.accept(START, promise="1wd", law="2wd")
        county.pump.drain()
        noticed = [fact.text("noticed") for fact in county.facts() if fact.kind in ISSUED]
        assert noticed == ["late_news", "late_news", "late_news"]
