"""New rules reach each case that they move exactly once, whoever dies on the way, and no other."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import BotoCoreError
from msgspec.structs import replace
from pynamodb.exceptions import PynamoDBException

from chalicelib.instant import local, parse
from chalicelib.lambdas import recompute as recomputing
from chalicelib.lambdas.recompute import Counts, recompute
from chalicelib.lambdas.reconcile import run as reconcile
from chalicelib.lambdas.stating import beat, state
from chalicelib.lambdas.sweep import sweep
from chalicelib.plumbing.services import use
from tests.support.end_state import check, shown
from tests.support.faulty import FLAVOURS
from tests.support.memory_stage import memory_world
from tests.support.spring_festival import BEFORE, EXTENDED, put_in_force
from tests.support.trials import at_night
from tests.unit.told import ZONE

START = "2020-01-20T09:00:00"
HEARING = {
    "procedure": "hearing",
    "basis": "第五十五条",
    "notified_at": START + "+08:00",
    "approved": {"amount": 30, "unit": "d"},  # and a promise in days: no day off moves either
}
PROMISES = {"1": "5wd", "2": "11d", "3": "20d", "4": "60d", "5": "2wd", "6": "4wd", "7": "6wd"}
STATUTORY = {"amount": 25, "unit": "d"}  # ends on 14 February, whatever is a day off before
MOVED = {  # of the promise: under the arrangement of 2019, and as it was extended
    "1": ("2020-02-01T17:30:00", "2020-02-04T17:30:00"),
    "2": ("2020-01-31T17:30:00", "2020-02-03T17:30:00"),
    "6": ("2020-01-31T17:30:00", "2020-02-03T17:30:00"),
    "7": ("2020-02-03T17:30:00", "2020-02-05T17:30:00"),
}
HEADS = len(PROMISES) + 2  # the department's year too, for a warning counts there; the log's day
UNMOVED = {"3", "4", "5"}
READS = {"GetItem", "Query", "Scan"}


@pytest.fixture(autouse=True)
def _small_and_forgetful(monkeypatch):
    """Several pages; and what is remembered for some seconds would make a second run shorter."""
    monkeypatch.setattr(recomputing, "_PAGE", 3)
    monkeypatch.setattr("chalicelib.calendar.store.KEEP_SECONDS", -1)


def open_cases(county):
    """Some that the notice will move, and some that it will not: far, paused, closed."""
    put_in_force(county.services, BEFORE)
    for case, promise in PROMISES.items():
        county.accept(START, case, promise=promise, statutory=STATUTORY)
    county.report("case.suspended", "2020-01-21T09:00:00", "4", **HEARING)
    county.report("case.decided", "2020-01-21T10:00:00", "5", outcome="refused", reason="无证")
    county.until("2020-01-23T18:00:00")
    settled(county)


def settled(county):
    """Let every pass under the rules in force come and go."""
    for minutes in (1, 2, 20):
        county.wall.forward(minutes=minutes)
        reconcile({})
        county.tick()


def work(county):
    """Do what follows within a minute; what dies is not repeated within it."""
    for step in (lambda: reconcile({}), lambda: sweep(county.services, county.services.now())):
        county.pump.drain()
        with suppress(PynamoDBException, BotoCoreError):
            step()
    county.pump.drain()


def quiet(county):
    """Let what died be gone on with, and everything come to rest."""
    county.pump.retries = 3
    county.pump.failed.clear()
    settled(county)
    settled(county)


def dues(county, case):
    """What was said of the promise of *case*: what it was, what it is, and why."""
    said = [fact for fact in county.facts(case) if fact.kind == "due.revised"]
    assert len({fact.key for fact in said}) == len(said)
    return [
        (
            *(local(parse(fact.text(name)), ZONE)[:19] for name in ("was", "due_at")),
            fact.text("cause"),
        )
        for fact in said
        if fact.text("clock") == "promise"
    ]


def test_each_case_that_moves_is_told_of_it_once():
    """What was and what is, and why; the others have no new fact and were not even nudged."""
    with memory_world(START) as county:
        open_cases(county)
        before = {case: county.facts(case) for case in county.told}
        county.wall.at = parse("2020-01-27T10:00:00+08:00")
        put_in_force(county.services, EXTENDED)
        begun = len(county.cloud.streams["test-Inbox"])
        progress = recompute(county.services)
        nudged = {
            record["dynamodb"]["Keys"]["case"]["S"].removeprefix("hall:")
            for record in county.cloud.streams["test-Inbox"][begun:]
        }
        assert nudged == MOVED.keys()
        assert (progress.counts.looked_at, progress.counts.nudged) == (HEADS, len(MOVED))
        quiet(county)
        for case, (was, due_at) in MOVED.items():
            assert dues(county, case) == [(was, due_at, "calendar")]
            assert county.snapshot(case).due_at == parse(due_at + "+08:00")
        for case in UNMOVED:
            assert county.facts(case) == before[case]
        check(county, county.told)


def test_whoever_dies_on_the_way_the_next_goes_on():
    """At every call of the job and of what comes of it: one end, and nothing comes twice.

    In the gate at every write and a third of the reads.
    """
    with memory_world(START) as county:
        open_cases(county)
        county.wall.at = parse("2020-01-27T10:00:00+08:00")
        put_in_force(county.services, EXTENDED)
        beat(county.services, state(county.services))  # dies in test_stating
        county.pump.drain()
        restore = county.save()
        for _ in range(2):  # documents never change: a process reads them once
            restore()
            with county.faulty.failing(-1, "before"):
                work(county)
        operations = list(county.faulty.calls)
        quiet(county)
        check(county, county.told)
        expected = shown(county)
        for at, operation in enumerate(operations):
            is_next = at and operation in READS and operations[at - 1] in READS
            flavours = FLAVOURS[:1] if operation in READS else (FLAVOURS[at % 3],)
            is_left = operation in READS and at % at_night(3, 1) > 0
            for flavour in () if is_next or is_left else flavours:
                restore()
                county.pump.retries = at % 2 * 3  # a record that fails comes again, or is lost
                with county.faulty.failing(at, flavour):
                    work(county)
                assert county.faulty.failed == operation
                quiet(county)
                assert shown(county) == expected, (at, operation, flavour)
                for case, said in MOVED.items():
                    assert dues(county, case) == [(*said, "calendar")]
                check(county, county.told)


def test_a_slice_of_time_ends_at_a_page_and_the_next_begins_there():
    """As in a function that may run for a minute."""
    with memory_world(START) as county:
        open_cases(county)
        county.wall.forward(hours=2)
        put_in_force(county.services, EXTENDED)
        looked_at: list[Counts] = []
        for _ in range(4):  # a last page that is full says, as on AWS, that there may be more
            progress = recompute(county.services, timedelta(), looked_at.append)
        assert [counts.looked_at for counts in looked_at] == [3, 6, HEADS, HEADS]
        assert (progress.passes, progress.counts.nudged) == (1, len(MOVED))
        assert recompute(county.services) == progress  # until a minute later
        county.wall.forward(minutes=20)
        counts = recompute(county.services).counts  # two more passes, and nobody is judged twice
        assert (counts.looked_at, counts.judged, counts.nudged) == (3 * HEADS, HEADS, len(MOVED))


def test_a_change_for_one_region_judges_no_case_of_another():
    """Heads say under which rules they were judged, and the others' are still in force."""
    with memory_world(START) as county:
        county.accept(START, "1", region="433101")
        county.accept(START, "2", region="370102")
        county.tick()
        settled(county)
        flood = replace(
            EXTENDED, region="4331", days_off=frozenset({parse("2020-01-21T09:00:00+08:00").date()})
        )
        put_in_force(county.services, flood)
        progress = recompute(county.services)
        assert (progress.counts.judged, progress.counts.nudged) == (1, 1)
        quiet(county)
        assert [dues(county, case) for case in "12"] == [
            [("2020-02-04T17:30:00", "2020-02-05T17:30:00", "calendar")],
            [],
        ]


def test_what_was_judged_by_old_rules_meanwhile_is_found_by_a_later_pass(monkeypatch):
    """A function remembers the calendar for some seconds, and accepts a case after the first."""
    with memory_world(START) as county:
        open_cases(county)
        remembering = replace(county.services)
        monkeypatch.setattr("chalicelib.calendar.store.KEEP_SECONDS", 20)
        remembering.calendars.current()
        put_in_force(county.services, EXTENDED)
        recompute(county.services)
        county.pump.drain()
        with use(remembering):
            county.accept("2020-01-23T18:10:00", "8", promise="2wd")
            county.pump.drain()
        assert county.snapshot("8").due_at == parse("2020-02-01T17:30:00+08:00")
        county.wall.forward(minutes=1)
        recompute(county.services)
        county.pump.drain()
        assert dues(county, "8") == [("2020-02-01T17:30:00", "2020-02-04T17:30:00", "calendar")]
        quiet(county)
        check(county, county.told)


def test_a_nudge_tells_a_function_that_what_it_remembers_is_old(monkeypatch):
    """It reads anew what is in force, and the case need not wait for a later pass."""
    with memory_world(START) as county:
        open_cases(county)
        remembering = replace(county.services)
        monkeypatch.setattr("chalicelib.calendar.store.KEEP_SECONDS", 20)
        with use(remembering):
            remembering.calendars.current()
            put_in_force(county.services, EXTENDED)
            recompute(county.services)
            county.pump.drain()
        for case, said in MOVED.items():
            assert dues(county, case) == [(*said, "calendar")]


def test_no_case_is_judged_by_the_clock_of_the_operators_machine():
    """It is a week ahead: what falls due in that week is not due yet."""
    with memory_world(START) as county:
        open_cases(county)
        put_in_force(county.services, EXTENDED)
        county.wall.skew = timedelta(days=7)
        recompute(county.services)
        county.wall.skew = timedelta()
        county.pump.drain()
        for case in MOVED:
            assert county.snapshot(case).judged_at == county.wall.at


def test_snapshots_of_an_earlier_version_are_brought_up_to_date_without_a_word():
    """They do not say by what they were judged, so nothing can have moved."""
    with memory_world(START) as county:
        open_cases(county)
        before = {case: county.facts(case) for case in county.told}
        snapshots = county.cloud.items["test-Cases"]
        for key, item in snapshots.items():
            snapshots[key] = {name: item[name] for name in item if name not in ("rules", "dues")}
        put_in_force(county.services, EXTENDED)
        quiet(county)
        for case in county.told:
            kinds = [fact.kind for fact in county.facts(case)[len(before[case]) :]]
            assert "due.revised" not in kinds
        assert (
            {county.snapshot(case).rules for case in MOVED} == {county.snapshot("1").rules} != {""}
        )
        check(county, county.told)


def test_rules_that_come_back_are_said_again():
    """An import by mistake, taken back: each case is told twice, and is as it was."""
    with memory_world(START) as county:
        open_cases(county)
        put_in_force(county.services, EXTENDED)
        quiet(county)
        put_in_force(county.services, replace(BEFORE, title="taken back"))
        quiet(county)
        for case, (was, due_at) in MOVED.items():
            assert dues(county, case) == [(was, due_at, "calendar"), (due_at, was, "calendar")]
        put_in_force(county.services, replace(EXTENDED, title="after all"))
        quiet(county)
        assert Counter(len(dues(county, case)) for case in MOVED) == {3: len(MOVED)}
        check(county, county.told)
