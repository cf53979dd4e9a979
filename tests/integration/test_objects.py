"""The public objects: S3 on moto, S3 in memory and a directory keep the same promises."""

import threading

import boto3
import pytest
from moto import mock_aws

from chalicelib.errors import BadInput, Conflict, Corrupt
from chalicelib.log.folder_objects import FolderObjects
from chalicelib.log.objects import cache_control, content_type
from chalicelib.log.s3_objects import S3Objects
from chalicelib.log.tlog.tile import TilePath
from tests.support.faulty import FLAVOURS, Faulty
from tests.support.memory_cloud import MemoryCloud
from tests.support.memory_objects import MemoryObjects
from tests.support.rights import acting

TEXT = "text/plain; charset=utf-8"


@pytest.fixture(params=["moto", "memory", "folder"])
def objects(request, tmp_path):
    """Give an empty store of each kind; the bucket keeps versions, as ours does."""
    if request.param == "memory":
        yield MemoryObjects()
    elif request.param == "folder":
        yield FolderObjects(tmp_path / "log")
    else:
        with mock_aws():
            client = boto3.client("s3", region_name="us-east-1")  # moto knows no bucket in China
            client.create_bucket(Bucket="public-log")
            versioned = {"Status": "Enabled"}
            client.put_bucket_versioning(Bucket="public-log", VersioningConfiguration=versioned)
            yield S3Objects("public-log", client)


def test_what_is_written_once_stays(objects):
    """The same bytes again are success; others are refused, and change nothing."""
    assert objects.get("tile/0/000") is None
    objects.put_new("tile/0/000", b"one")
    objects.put_new("tile/0/000", b"one")
    with pytest.raises(Corrupt, match="tile/0/000"):
        objects.put_new("tile/0/000", b"two")
    assert objects.get("tile/0/000") == b"one"


def test_the_checkpoint_is_replaced_only_by_who_saw_the_last_one(objects):
    """Whoever comes late with an old tag has lost, unless it is the very same that is there."""
    assert objects.get_tagged("checkpoint") is None
    objects.replace("checkpoint", b"1", None)
    with pytest.raises(Conflict):
        objects.replace("checkpoint", b"2", None)
    body, first = objects.get_tagged("checkpoint")
    assert body == b"1"
    objects.replace("checkpoint", b"2", first)
    with pytest.raises(Conflict):
        objects.replace("checkpoint", b"3", first)
    objects.replace("checkpoint", b"2", first)  # our own answer was lost
    assert objects.get("checkpoint") == b"2"


def test_what_was_there_and_is_gone_is_not_written_over(tmp_path):
    """A tag of what nobody has any more is an old one."""
    for store in (FolderObjects(tmp_path), MemoryObjects()):
        with pytest.raises(Conflict):
            store.replace("checkpoint", b"2", '"tag"')
        assert store.get("checkpoint") is None


def test_names_are_told_in_order(objects):
    """A tile and the folder of its partial forebears stand side by side."""
    wanted = ["checkpoints/0", "checkpoints/17", "tile/0/x001/000", "tile/0/x001/000.p/255"]
    for name in reversed(wanted):
        objects.put_new(name, name.encode())
    objects.replace("checkpoint", b"", None)
    assert list(objects.names("checkpoints/")) == wanted[:2]
    assert list(objects.names("")) == ["checkpoint", *wanted]
    assert list(objects.names("rules/")) == []


PARTIAL = [f"tile/0/x001/000.p/{width}" for width in (1, 99, 255)]
OTHERS = [
    "tile/0/x001/000", "tile/0/x001/001.p/1", "tile/0/000.p/1", "tile/entries/x001/000.p/1",
    "tile/0/x001/x000/000", "tile/1/x001/000.p/1", "checkpoints/256256",
]  # fmt: skip


def discard(objects, tile):
    """Discard as the one function that may."""
    done = acting("discard", lambda _: {"count": objects.discard_partials(tile)})
    return done({})["count"]


def test_partial_objects_of_a_full_one_are_discarded_for_good(objects):
    """All of that one, and nothing of another; again there is nothing to do."""
    for name in (*PARTIAL, *OTHERS):
        objects.put_new(name, name.encode())
    assert discard(objects, TilePath(0, 1000)) == 3
    assert discard(objects, TilePath(0, 1000)) == 0
    assert sorted(objects.names("")) == sorted(OTHERS)
    assert [objects.get(name) for name in PARTIAL] == [None] * 3


def test_nothing_is_discarded_without_the_full_one(objects):
    """Nor by the name of what is partial itself."""
    for name in PARTIAL:
        objects.put_new(name, b"x")
    with pytest.raises(Corrupt, match="tile/0/x001/000 is not there"):
        discard(objects, TilePath(0, 1000))
    objects.put_new("tile/0/x001/000", b"x")
    with pytest.raises(ValueError, match="partial itself"):
        discard(objects, TilePath(0, 1000, 99))
    assert sorted(objects.names("tile/0/x001/000.p/")) == sorted(PARTIAL)


def test_no_version_of_a_partial_object_is_left():
    """A bucket that keeps versions would keep, and bill, what is only hidden behind a marker."""
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="public-log")
        versioned = {"Status": "Enabled"}
        client.put_bucket_versioning(Bucket="public-log", VersioningConfiguration=versioned)
        store = S3Objects("public-log", client)
        for name in ("tile/0/000", "tile/0/000.p/1", "tile/0/000.p/2"):
            store.put_new(name, b"x")
        client.delete_object(Bucket="public-log", Key="tile/0/000.p/2")
        assert store.discard_partials(TilePath(0, 0)) == 3  # with the marker
        answer = client.list_object_versions(Bucket="public-log")
        assert [each["Key"] for each in answer["Versions"]] == ["tile/0/000"]
        assert "DeleteMarkers" not in answer


def test_a_full_object_that_was_hidden_is_not_there():
    """Its older version is, but no reader gets that."""
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="public-log")
        versioned = {"Status": "Enabled"}
        client.put_bucket_versioning(Bucket="public-log", VersioningConfiguration=versioned)
        store = S3Objects("public-log", client)
        for name in ("tile/0/000", "tile/0/000.p/1"):
            store.put_new(name, b"x")
        client.delete_object(Bucket="public-log", Key="tile/0/000")
        with pytest.raises(Corrupt, match="is not there"):
            store.discard_partials(TilePath(0, 0))
        assert store.get("tile/0/000.p/1") == b"x"


@pytest.mark.parametrize("name", ["", "/", "../etc", "tile//0", "tile/../x", ".lock", "a/.b", "Ä"])
def test_no_name_leads_out(objects, name):
    """Whatever a path of a request is."""
    with pytest.raises(BadInput):
        objects.get(name)
    with pytest.raises(BadInput):
        objects.put_new(name, b"")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_write_can_be_done_again(flavour):
    """Wherever it died, and whichever half of the answer was lost."""
    for at in range(3):
        faulty = Faulty(MemoryCloud({}))
        store = MemoryObjects(faulty)
        with faulty.failing(at, flavour):
            for _ in range(2):
                try:
                    store.put_new("tile/0/000", b"one")
                    found = store.get_tagged("checkpoint")
                    store.replace("checkpoint", b"1", found[1] if found else None)
                except ConnectionError:
                    pytest.fail("botocore's own error is another one")
                except Exception:  # noqa: BLE001 - the process ends, and is started again
                    continue
        assert store.get("tile/0/000") == b"one"
        assert store.get("checkpoint") == b"1"


def test_a_directory_is_written_by_many_at_once(tmp_path):
    """One of ten wins the checkpoint, all ten write the same tile; no scratch file is left."""
    store, won = FolderObjects(tmp_path), []

    def write(number):
        store.put_new("tile/0/000", b"same")
        try:
            store.replace("checkpoint", str(number).encode(), None)
        except Conflict:
            return
        won.append(number)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(10)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [str(number).encode() for number in won] == [store.get("checkpoint")]
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".new-")] == []


def test_objects_are_served_as_the_formats_say():
    """AUDIT_LOG §3.3."""
    for name in ("tile/0/000", "tile/entries/000.p/5"):
        assert content_type(name) == "application/octet-stream"
        assert cache_control(name) == "public, max-age=31536000, immutable"
    assert content_type("checkpoint") == content_type("checkpoints/17") == TEXT
    assert cache_control("checkpoint") == "no-cache"
    assert "immutable" in cache_control("checkpoints/17")
