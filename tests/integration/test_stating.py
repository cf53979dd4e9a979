"""The log is told which rules are in force, word for word, and once an hour that it is alive."""

import hashlib
import json
from contextlib import suppress
from importlib import resources

import pytest

from chalicelib.calendar.change import read_change
from chalicelib.calendar.store import Calendars
from chalicelib.errors import Conflict
from chalicelib.lambdas import reconcile
from chalicelib.lambdas.stating import state
from tests.support.faulty import FLAVOURS
from tests.support.memory_stage import memory_world

START = "2026-11-02T09:00:00"
DAY, NEXT = "duban:log/2026-11-02", "duban:log/2026-11-03"
CLOSURE = {"notice": "〔2026〕1号", "issued": "2026-11-02", "days_off": ["2026-11-05"]}


@pytest.fixture
def county():
    """Give a county in memory."""
    with memory_world(START) as made:
        yield made


def minute(county):
    """Let a minute's reconcile run, and what it tells come through."""
    reconcile.run({})
    county.pump.drain()


def said(county, case=DAY):
    """What the log was told of itself on a day: kinds, and the names of the documents."""
    facts = [record.fact for record in county.services.facts.of_case(case)]
    return [
        (fact.kind, [one["name"] for one in fact.data.get("documents", ())])
        for fact in facts
        if fact.told
    ]


Said = tuple[str, list[str]]
RULES: Said = ("rules.adopted", ["policy/statutory", "calendar", "sources", "titles", "instrument"])
BEAT: Said = ("heartbeat", [])


def test_the_rules_are_stated_at_once_and_the_log_beats(county):
    """Once, however many minutes pass within the hour; then a beat for each hour."""
    minute(county)
    assert said(county) == [RULES, BEAT]
    for _ in range(3):
        county.wall.forward(minutes=15)
        minute(county)
    assert said(county) == [RULES, BEAT]
    county.wall.forward(minutes=15)
    minute(county)
    assert said(county) == [RULES, BEAT, BEAT]


def test_a_day_begins_with_the_rules(county):
    """In a case of its own: a day by the clocks of the region."""
    minute(county)
    county.wall.forward(hours=14, minutes=59)
    minute(county)
    assert said(county, NEXT) == []
    county.wall.forward(minutes=1)
    minute(county)
    assert said(county, NEXT) == [RULES, BEAT]


def test_the_texts_lie_beside_the_log_under_their_hashes(county):
    """The profile as it is shipped, byte for byte; the calendar as one document."""
    county.services.calendars.write(read_change(CLOSURE, "f"))
    minute(county)
    [first] = [r.fact for r in county.services.facts.of_case(DAY) if r.fact.kind == RULES[0]]
    profile, calendar, *_ = first.data["documents"]
    text = resources.files("chalicelib").joinpath("profiles", "statutory.toml").read_bytes()
    assert profile["sha256"] == hashlib.sha256(text).hexdigest()
    assert profile["version"] == f"statutory@sha256:{profile['sha256']}"
    assert county.services.objects.get(f"rules/{profile['sha256']}") == text
    body = county.services.objects.get(f"rules/{calendar['sha256']}")
    assert hashlib.sha256(body).hexdigest() == calendar["sha256"]
    told = json.loads(body)
    assert [year["year"] for year in told["base"] if "year" in year][-1] == 2026
    assert [one["days_off"] for one in told["imported"]] == [["2026-11-05"]]
    assert (first.data["selection"], first.data["region"]) == ("statutory", "370102")


def test_what_is_imported_is_stated_within_a_minute(county):
    """And what takes its place likewise."""
    minute(county)
    county.services.calendars.write(read_change(CLOSURE, "f"))
    minute(county)
    county.services.calendars.write(read_change({**CLOSURE, "days_off": ["2026-11-06"]}, "g"))
    minute(county)
    assert said(county) == [RULES, BEAT, RULES, RULES]


def test_what_a_process_remembers_is_not_stated_once_more(county):
    """Another process stated what it imported; this one has the calendar of before in memory."""
    minute(county)
    remembered = county.services.calendars
    process = vars(county.services)
    process["calendars"] = Calendars(county.services.registry, "CN")
    county.services.calendars.write(read_change(CLOSURE, "f"))
    minute(county)
    assert said(county) == [RULES, BEAT, RULES]
    process["calendars"] = remembered
    county.wall.forward(minutes=10)  # the stage's clock may leap within those seconds
    minute(county)
    assert said(county) == [RULES, BEAT, RULES]


def test_a_crash_at_any_call_leaves_it_to_the_next_minute(county):
    """In every way a call can fail; what was begun is told, and told once."""
    restore, at = county.save(), 0
    while at >= 0:
        for flavour in FLAVOURS:
            with suppress(Exception), county.faulty.failing(at, flavour):
                state(county.services)  # what is raised Lambda would try again
            failed = county.faulty.failed
            for _ in range(2):
                county.wall.forward(minutes=6)  # a mark that was lost is found by then
                minute(county)
            assert said(county) == [RULES, BEAT], (at, flavour)
            restore()
        at = at + 1 if failed else -1


def test_of_two_at_once_one_states(county):
    """Whatever the order of their calls; nobody states another thing under the same number."""
    for order in ([0, 1] * 9, [0, 0, 1, 1] * 5, [0] + [1] * 9, [0, 1, 1, 1, 0, 0, 0, 0]):
        restore = county.save()
        works = [lambda: state(county.services)] * 2
        for one in county.turns.run(works, order):
            assert one.error is None or isinstance(one.error, Conflict)
        county.wall.forward(minutes=6)
        minute(county)
        assert said(county) == [RULES, BEAT], order
        restore()
