"""The tables in memory, which the tests with faults run on, do as moto does."""

import json
import secrets
from random import Random

import boto3

from chalicelib.cases.snapshot import WAKE_SHARDS
from tests.support.memory_stage import memory_world
from tests.support.stage import TABLES
from tests.support.world import world


def live(county):
    """Let two cases go through everything that writes."""
    county.accept("2026-11-02T09:00:00", "1", applicant={"name": "Wang"})
    county.accept("2026-11-02T09:00:00", "2")
    county.until("2026-11-03T09:00:00")
    county.report("case.suspended", "2026-11-03T09:00:00", "2", procedure="hearing")
    county.until("2026-11-06T09:00:00")
    county.report("case.decided", "2026-11-04T09:00:00", "1", outcome="granted")
    county.report("case.decided", "2026-11-04T09:00:00", "1", outcome="granted", id="again")
    county.until("2026-11-13T08:00:00")
    county.services.inbox.touch("hall:1", "E#e1", county.wall.at)
    county.heal()


def same_dice(monkeypatch):
    """Let the same random bytes come again."""
    dice = Random(7)
    monkeypatch.setattr(secrets, "token_bytes", dice.randbytes)
    monkeypatch.setattr(secrets, "token_hex", lambda size: dice.randbytes(size).hex())


def shown(items):
    """Give *items* in an order of their own."""
    return sorted(json.dumps(item, sort_keys=True, default=bytes.hex) for item in items)


def test_memory_and_moto_end_alike(monkeypatch):
    """The same story leaves the same items in every table."""
    same_dice(monkeypatch)
    with world("2026-11-02T09:00:00") as county:
        live(county)
        scan = boto3.client("dynamodb").scan
        on_moto = {name: scan(TableName=f"test-{name}")["Items"] for name in TABLES}
    same_dice(monkeypatch)
    with memory_world("2026-11-02T09:00:00", WAKE_SHARDS) as county:
        live(county)
        for name in TABLES:
            assert shown(county.cloud.items[f"test-{name}"].values()) == shown(on_moto[name]), name


def test_who_goes_on_from_the_same_life_sees_nothing_of_the_others():
    """Nor is that life changed: each test that shares one has it as it was."""
    with memory_world("2026-11-02T09:00:00") as lived:
        live(lived)
    before = {name: shown(items.values()) for name, items in lived.cloud.items.items()}
    ends = []
    for outcome in ("granted", "refused"):
        with memory_world("2026-11-02T09:00:00") as county:
            county.go_on_from(lived)
            assert {n: shown(items.values()) for n, items in county.cloud.items.items()} == before
            assert (county.wall.at, county.told) == (lived.wall.at, lived.told)
            county.accept("2026-11-13T09:00:00", outcome)
            county.report("case.decided", "2026-11-13T09:30:00", "2", outcome=outcome)
            county.until("2026-11-13T10:00:00")
            county.cloud.items["test-Board"].clear()
            county.cloud.bucket.objects["rules/x"] = b""
            ends.append([fact.kind for fact in county.facts(outcome)])
    assert ends[0] == ends[1]
    assert "case.accepted" in ends[0]
    assert {name: shown(items.values()) for name, items in lived.cloud.items.items()} == before
    assert lived.told == {"1", "2"}
    assert "rules/x" not in lived.cloud.bucket.objects
