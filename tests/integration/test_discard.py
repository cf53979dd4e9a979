"""Partial tiles go a day after their full one is public; nothing else ever does."""

from contextlib import suppress

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.errors import Corrupt
from chalicelib.lambdas import discard as discarding
from chalicelib.lambdas.publish import publish
from chalicelib.log.tlog.note import COSIGNATURE, Vkey
from tests.support.faulty import FLAVOURS
from tests.support.long_log import LongLog
from tests.support.memory_stage import memory_world
from tests.support.rights import acting, refused_on_purpose
from tests.support.watcher import Watcher

START = "2026-11-02T09:00:00"
BUCKET = "test-PublicLog"
SIZES = (100, 255, 300, 511, 600)
run = acting("discard", discarding.run)


@pytest.fixture
def county():
    """Give an empty county."""
    with memory_world(START) as made:
        yield made


@pytest.fixture(autouse=True)
def log(county):
    """Give a log that was published at some sizes; a first run has seen the last one."""
    made = LongLog(county.cloud)
    publish_sizes(county, made, *SIZES)
    assert run({}) == {"discarded": 0}
    return made


def publish_sizes(county, log, *sizes):
    """Let the log grow, and publish each size."""
    for size in sizes:
        log.grow(size)
        publish(county.services)


def partial(county):
    """The partial objects that are there, by their tile and widths."""
    found: dict[str, set[int]] = {}
    for name in county.cloud.bucket.objects:
        tile, is_partial, width = name.partition(".p/")
        if is_partial:
            found.setdefault(tile, set()).add(int(width))
    return found


def days(county, count):
    """Let *count* days pass, and run then."""
    county.wall.forward(days=count)
    return run({})["discarded"]


def test_partial_tiles_go_a_day_after_their_full_one_is_public(county, log):
    """Those of what was public a day ago; what filled up since waits for another day."""
    before = dict(county.cloud.bucket.objects)
    assert partial(county) == {
        "tile/entries/000": {100, 255}, "tile/0/000": {100, 255}, "tile/1/000": {1, 2},
        "tile/entries/001": {44, 255}, "tile/0/001": {44, 255},
        "tile/entries/002": {88}, "tile/0/002": {88},
    }  # fmt: skip
    publish_sizes(county, log, 770)
    county.wall.forward(hours=24, milliseconds=-1)
    assert run({}) == {"discarded": 0}
    county.wall.forward(milliseconds=1)
    assert run({}) == {"discarded": 8}
    assert partial(county) == {
        "tile/1/000": {1, 2, 3}, "tile/entries/002": {88}, "tile/0/002": {88},
        "tile/entries/003": {2}, "tile/0/003": {2},
    }  # fmt: skip
    kept = {name: raw for name, raw in before.items() if ".p/" not in name and name != "checkpoint"}
    assert kept.items() <= county.cloud.bucket.objects.items()
    assert run({}) == {"discarded": 0}
    assert days(county, 1) == 2
    assert partial(county).keys() == {"tile/1/000", "tile/entries/003", "tile/0/003"}


def test_who_comes_with_an_old_checkpoint_still_finds_all(county, log):
    """By the full ones: the stranger proves every earlier checkpoint from what is left."""
    watcher = Watcher(county)
    watcher.look_at_objects()
    days(county, 1)
    publish_sizes(county, log, 601)
    seen = watcher.look_at_objects()
    assert seen is not None
    assert seen.entries == log.entries
    assert [note.split(b"\n")[1] for note in watcher.notes] == [b"600", b"601"]


def test_what_is_full_and_not_public_keeps_its_partial_one(county, log):
    """The full tile was written, and too few witnesses cosigned: the public reads the partial."""
    stranger = Vkey("w.test/w", COSIGNATURE, bytes(32)).text
    county.services.witnesses.change(
        lambda old: old.with_witness(stranger, "http://127.0.0.1:9").with_needed(1)
    )
    publish_sizes(county, log, 900)
    assert "tile/0/002" in county.cloud.bucket.objects
    for _ in range(3):
        days(county, 1)
    assert partial(county)["tile/0/002"] == partial(county)["tile/entries/002"] == {88}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_crash_at_any_call_is_repaired_by_the_next_run(county, flavour):
    """Before each call and after it; nothing that is needed is gone meanwhile."""
    county.wall.forward(days=1)
    restore, at, failed = county.save(), 0, []
    run({})
    wanted = dict(county.cloud.bucket.objects)
    while True:
        restore()
        watcher = Watcher(county)
        watcher.look_at_objects()
        with (
            county.faulty.failing(at, flavour),
            suppress(PynamoDBException, BotoCoreError, ClientError),
        ):
            run({})
        if not county.faulty.failed:
            break
        failed.append(county.faulty.failed)
        watcher.look_at_objects()
        run({})
        assert county.cloud.bucket.objects == wanted, failed
        at += 1
    once = ["ListObjectVersions", "DeleteObjects"]
    assert failed == ["GetItem", *once * 4, "PutItem", "GetObject", "PutItem"]


@pytest.mark.parametrize("order", ["1" + "0" * 30, "01" * 20, "0010111" * 6])
def test_two_runs_at_once_do_no_harm(county, order):
    """Whoever is slower finds nothing left, and stops."""
    county.wall.forward(days=1)
    runners = county.turns.run([lambda: run({})] * 2, map(int, order))
    assert [one.error for one in runners] == [None, None]
    assert partial(county).keys() == {"tile/1/000", "tile/entries/002", "tile/0/002"}
    document = county.services.registry.get(*discarding.PROGRESS)
    assert (document["through"], document["seen"]) == (600, 600)


def test_a_run_without_time_goes_on_where_it_was(county, monkeypatch):
    """A step is the least it does."""
    monkeypatch.setattr("chalicelib.lambdas.discard.STEP", 256)
    county.wall.forward(days=1)
    one = acting("discard", lambda _: {"n": discarding.discard(county.services, county.wall(), 0)})
    assert [one({})["n"] for _ in range(4)] == [4, 4, 0, 0]
    assert partial(county).keys() == {"tile/1/000", "tile/entries/002", "tile/0/002"}


def test_nothing_goes_where_the_full_one_is_missing(county):
    """Somebody took it away: the run stops, and says so each time until it is back."""
    lost = county.cloud.bucket.objects.pop("tile/entries/001")
    county.wall.forward(days=1)
    for _ in range(2):
        with pytest.raises(Corrupt, match="tile/entries/001 is not there"):
            run({})
    assert partial(county)["tile/entries/001"] == {44, 255}
    county.cloud.bucket.objects["tile/entries/001"] = lost
    run({})
    assert "tile/entries/001" not in partial(county)


def deleting(county, function, *names, version="v1"):
    """Ask as *function* for objects to be deleted; say which were refused."""
    objects = [{"Key": name} | ({"VersionId": version} if version else {}) for name in names]
    request = {"Bucket": BUCKET, "Delete": {"Objects": objects}}

    def work(_):
        return county.cloud._make_api_call("DeleteObjects", request)

    with refused_on_purpose():
        answer = acting(function, work)({})
    return [error["Key"] for error in answer.get("Errors", [])]


FORBIDDEN = (
    "checkpoint", "checkpoints/600", "tile/0/000", "tile/entries/001", "tile/0/.p", "tile/0/x001.p",
    "rules/00.p/1", "vkeys/00", "checkpoints/1.p/1",
)  # fmt: skip


def test_the_buckets_policy_allows_that_removal_and_no_other(county):
    """Not even the owner of the account, who has every right of his own, nor any other function."""
    county.cloud.bucket.objects |= dict.fromkeys(FORBIDDEN, b"x")
    before = dict(county.cloud.bucket.objects)
    every = sorted(before)
    assert deleting(county, "", *every) == every
    assert deleting(county, "", *every, version="") == every
    assert deleting(county, "discard", *every, version="") == every  # hidden, by nobody
    for function in ("publish", "sign", "api", "reconcile"):
        assert deleting(county, function, "tile/0/000.p/100") == ["tile/0/000.p/100"]
    assert county.cloud.bucket.objects == before
    assert deleting(county, "discard", *FORBIDDEN) == list(FORBIDDEN)
    assert deleting(county, "discard", "tile/0/x001/234.p/5", "tile/0/000.p/100") == []
    assert before.keys() - county.cloud.bucket.objects.keys() == {"tile/0/000.p/100"}


def test_what_it_asks_of_the_bucket_is_counted(county):
    """Two requests for each full object that had partial ones, one for each other; none more."""
    county.wall.forward(days=1)
    county.cloud.calls.clear()
    run({})
    asked = [call for call, _ in county.cloud.calls]
    assert {call: asked.count(call) for call in asked} == {
        "GetItem": 1, "ListObjectVersions": 4, "DeleteObjects": 4, "GetObject": 1, "PutItem": 2,
    }  # fmt: skip
    county.cloud.calls.clear()
    run({})  # an hour in which nothing is due
    assert county.cloud.calls == [("GetItem", "test-Registry")]
