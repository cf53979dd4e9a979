"""Publishing and signing: what is committed becomes public, once, and nothing else ever does."""

import pytest

from chalicelib.errors import Conflict, Corrupt
from chalicelib.lambdas import publish as publishing
from chalicelib.lambdas.routes import health, healthz
from chalicelib.log.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.log.tlog.note import read_note
from chalicelib.log.tlog.proof import check_inclusion, inclusion
from chalicelib.log.tlog.tile import read_bundle
from chalicelib.log.tlog.tree import EMPTY, leaf_hash
from tests.support.faulty import FLAVOURS
from tests.support.log_audit import naive_root
from tests.support.memory_stage import memory_world
from tests.support.published import (
    ORIGIN,
    START,
    backdate,
    edited,
    grow,
    publish,
    rehead,
    rows,
    shown,
)


@pytest.fixture
def county():
    """Give an empty county."""
    with memory_world(START) as made:
        yield made


def test_an_empty_log_has_a_checkpoint_too(county):
    """Size 0, the root of nothing, signed by the key of the specification's example."""
    assert publish(county) == Checkpoint(ORIGIN, 0, EMPTY)
    (line,) = read_note(county.cloud.bucket.objects["checkpoint"]).lines
    vkey = county.cloud.bucket.objects[f"vkeys/{line.id.hex()}"].decode()
    assert vkey.startswith(ORIGIN + "+")
    assert vkey.endswith("+AYI/Tz/WqE3skOoof9rCN2YZPAxIcKy9Vdooj6slGm9r\n")


def test_what_is_committed_is_published_and_provable(county):
    """Entry by entry the leaves of the table; older checkpoints stay, and the log extends them."""
    sizes = []
    for cases in ((1,), (2, 3), (4,)):
        grow(county, *cases)
        assert health(county.services)["status"] == "ok"
        sizes.append(publish(county).size)
    assert sizes == sorted(set(sizes))
    objects, leaves = county.cloud.bucket.objects, [row["leaf"].encode() for row in rows(county)]
    assert read_bundle(objects[f"tile/entries/000.p/{sizes[-1]}"], sizes[-1]) == leaves
    for size in sizes:
        archived = read_checkpoint(read_note(objects[f"checkpoints/{size}"]).text)
        assert archived == Checkpoint(ORIGIN, size, naive_root(leaves[:size])), "I1"
    for index in range(sizes[-1]):
        proof = inclusion(index, sizes[-1], objects.__getitem__)
        check_inclusion(leaf_hash(leaves[index]), index, sizes[-1], proof, naive_root(leaves))


def test_a_quiet_minute_reads_twice_and_writes_nothing(county):
    """The head, and the checkpoint."""
    grow(county, 1)
    publish(county)
    for event in ({}, {"overdue": 180}):
        begun = len(county.cloud.calls)
        publishing.run(event)
        asked = county.cloud.calls[begun:]
        assert asked == [("GetObject", "test-PublicLog"), ("GetItem", "test-Log")]


def test_the_schedule_leaves_what_the_stream_still_gathers(county):
    """It publishes only what is overdue, and then all; without a checkpoint it makes one."""
    publishing.run({"overdue": 180})
    assert shown(county).size == 0
    grow(county, 1)
    county.wall.forward(minutes=2)
    grow(county, 2)
    for seconds, size in ((59, 0), (1, len(rows(county)))):
        county.wall.forward(seconds=seconds)
        publishing.run({"overdue": 180})
        assert shown(county).size == size


def test_what_is_recorded_as_of_a_time_to_come_waits_for_no_clock(county):
    """A local stage's clock was set back: the schedule publishes at once."""
    publish(county)
    grow(county, 1)
    county.wall.forward(hours=-1)
    publishing.run({"overdue": 180})
    assert shown(county).size == len(rows(county))


def test_a_long_backlog_is_published_in_steps(county, monkeypatch):
    """No more than a step is held in memory; a run that has no time left goes on in the next."""
    monkeypatch.setattr(publishing, "STEP", 2)
    grow(county, *range(5))
    publishing.publish(county.services, seconds=0)
    assert shown(county).size == 2
    assert publish(county).size == len(rows(county)) == 5
    archived = {name for name in county.cloud.bucket.objects if name.startswith("checkpoints/")}
    assert archived == {"checkpoints/2", "checkpoints/4", "checkpoints/5"}


def test_a_backlog_that_does_not_lead_to_the_head_is_not_begun(county, monkeypatch):
    """The steps before the last have no root in the table: so all is hashed before the first."""
    monkeypatch.setattr(publishing, "STEP", 2)
    grow(county, *range(5))
    edited(county, lambda rows: rows[4].update(leaf=rows[3]["leaf"]))
    with pytest.raises(Corrupt, match="do not hash to the head"):
        publishing.run({})
    assert county.cloud.bucket.objects == {}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_crash_at_any_call_is_repaired_by_the_next_run(county, flavour):
    """Of the publisher and of the signer; nothing unfinished is ever shown."""
    grow(county, 1)
    publish(county)
    grow(county, 2)
    restore, at = county.save(), 0
    while True:
        with county.faulty.failing(at, flavour):
            try:
                publishing.run({})
            except Exception:  # noqa: BLE001 - the process ends
                shown(county)
        if not county.faulty.failed:
            break
        shown(county)
        assert publish(county).size == len(rows(county)), (at, county.faulty.failed)
        restore()
        at += 1
    assert at > 8


@pytest.mark.parametrize("order", ["0" * 40 + "1" * 40, "01" * 20, "0010111" * 6])
def test_two_publishers_at_once_do_no_harm(county, order):
    """One of them replaces the checkpoint; the other finds that it was."""
    grow(county, 1)
    publish(county)
    grow(county, 2)
    runners = county.turns.run([lambda: publishing.run({})] * 2, map(int, order))
    assert [one.error for one in runners] == [None, None]
    assert shown(county).size == len(rows(county))


def test_a_late_publisher_never_sets_the_checkpoint_back(county):
    """It was about to show less than is shown by now (I8)."""
    grow(county, 1)
    late = publishing._read_public(county.services)
    goals = list(publishing._list_goals(county.services, late, county.services.log.head()))
    grow(county, 2)
    after = publish(county)
    with pytest.raises(Conflict, match="were signed"):
        publishing._publish(county.services, late, goals[-1])
    assert shown(county) == after


def test_an_edited_past_is_neither_signed_nor_shown(county):
    """Batch and head agree with each other, and not with what was signed."""
    grow(county, 1)
    before = publish(county)
    grow(county, 2)
    rehead(county, edited(county, backdate))
    with pytest.raises(Corrupt):
        publishing.run({})
    assert shown(county) == before


def test_a_restored_backup_is_refused(county):
    """The table lags what is public: nothing is shown, nothing is signed."""
    grow(county, 1)
    restore = county.cloud.snapshot()
    grow(county, 2)
    after = publish(county)
    public = dict(county.cloud.bucket.objects)
    signed = dict(county.cloud.items["test-Signed"])
    restore()
    county.cloud.bucket.objects, county.cloud.items["test-Signed"] = public, signed
    with pytest.raises(Corrupt, match="are public"):
        publishing.run({})
    assert healthz().status_code == 503
    assert health(county.services)["status"] == "contradiction"
    grow(county, *range(20, 30))  # it goes on, and overtakes what is public, as another log
    assert len(rows(county)) > after.size
    with pytest.raises(Corrupt):
        publishing.run({})
    assert shown(county) == after


def test_a_table_with_fewer_entries_than_were_signed_is_refused(county):
    """The publisher died when all was signed and not shown; then the table was set back."""
    grow(county, 1)
    before = publish(county)
    public = county.cloud.bucket.objects["checkpoint"]
    grow(county, 2)
    stored, backup = len(rows(county)), dict(county.cloud.items["test-Log"])
    grow(county, 3)
    whole = dict(county.cloud.items["test-Log"])
    signed = publish(county)
    assert before.size < stored < signed.size
    county.cloud.bucket.objects["checkpoint"] = public
    county.cloud.items["test-Log"] = backup
    why = f"{signed.size} entries were signed, and the table has {stored}"
    with pytest.raises(Corrupt, match=why):
        publishing.run({})
    assert shown(county) == before
    county.cloud.items["test-Log"] = whole
    assert publish(county) == signed


def test_a_table_with_just_what_was_signed_goes_on(county, monkeypatch):
    """Its steps ask for less than was signed, and give way to the whole."""
    grow(county, 1)
    publish(county)
    public = county.cloud.bucket.objects["checkpoint"]
    grow(county, 2, 3)
    signed = publish(county)
    county.cloud.bucket.objects["checkpoint"] = public
    monkeypatch.setattr(publishing, "STEP", 1)
    assert publish(county) == signed


def test_bytes_that_are_public_already_are_not_written_over(county):
    """Somebody put another tile where ours belongs: it stops, and the checkpoint stays."""
    grow(county, 1)
    before = publish(county)
    grow(county, 2)
    county.cloud.bucket.objects[f"tile/0/000.p/{len(rows(county))}"] = b"x" * 32
    with pytest.raises(Corrupt, match="is public with other bytes"):
        publishing.run({})
    assert shown(county) == before


def test_a_damaged_edge_is_seen_before_anything_is_signed(county):
    """One flipped bit in the partial bundle that the next one is made from."""
    grow(county, 1)
    before = publish(county)
    objects, path = county.cloud.bucket.objects, f"tile/entries/000.p/{before.size}"
    objects[path] = objects[path][:-2] + bytes([objects[path][-2] ^ 1]) + objects[path][-1:]
    grow(county, 2)
    with pytest.raises(Corrupt, match="does not hash"):
        publishing.run({})
    assert county.services.signer_memory.last(ORIGIN) == before
    assert read_checkpoint(read_note(objects["checkpoint"]).text) == before
