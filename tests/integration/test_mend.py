"""`duban log mend`: changed public objects are put right, under the policy that the bucket has."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import BadInput, Corrupt
from chalicelib.lambdas.publish import publish
from infra.cli import main
from infra.recovery import public_bucket
from infra.recovery.mending import mend
from infra.recovery.object_check import Mended
from infra.recovery.public_bucket import PublicBucket
from infra.stack import cloud
from infra.stack import services as stage_services
from tests.support import memory_bucket
from tests.support.bucket_policy import deployed_policy
from tests.support.long_log import LongLog
from tests.support.memory_objects import OwnersS3
from tests.support.memory_stage import MemoryWorld, memory_world

START = "2026-11-02T09:00:00"
SIZES = (200, 300, 600)
RULES = b'{"rules": 1}'
RULES_PATH = f"rules/{hashlib.sha256(RULES).hexdigest()}"
# One of each kind: bundle, tile, upper tile, partial of a full one, partial of the last, …
CHANGED = (
    *("tile/entries/000", "tile/0/001", "tile/1/000.p/2", "tile/entries/000.p/200"),
    *("tile/0/002.p/88", RULES_PATH, "checkpoints/300"),
)


@pytest.fixture
def county() -> Iterator[MemoryWorld]:
    """Give a county whose log was published three times."""
    with memory_world(START) as world:
        log = LongLog(world.cloud)
        for size in SIZES:
            log.grow(size)
            publish(world.services)
        world.services.objects.put_new(RULES_PATH, RULES)
        yield world


def owner(county: MemoryWorld) -> PublicBucket:
    """Give the bucket in the hands of its owner, who does not wait."""
    return PublicBucket(memory_bucket.BUCKET, OwnersS3(county.cloud), lambda _seconds: None)


def mended(county: MemoryWorld, *, writes: bool = True) -> Mended:
    """Mend."""
    return mend(county.services, owner(county), writes=writes)


def vkey_of(county: MemoryWorld) -> str:
    """The name of the published key."""
    (name,) = county.services.objects.names("vkeys/")
    return name


def test_where_nothing_is_wrong_nothing_is_written(county):
    """Every object is looked at."""
    before = dict(county.cloud.bucket.objects)
    assert mended(county).was_whole
    assert county.cloud.bucket.objects == before
    assert county.cloud.bucket.older == {"checkpoint": county.cloud.bucket.checkpoints[:-1]}


def test_changed_objects_are_put_right_and_the_policy_is_as_it_was(county):
    """What was written over stays as a version: it is evidence."""
    bucket, names = county.cloud.bucket, (*CHANGED, vkey_of(county))
    right = dict(bucket.objects)
    for name in names:
        bucket.write_over(name, b"another")
    looked = mended(county, writes=False)
    assert (set(looked.wrong), looked.missing, looked.lost) == (set(names), [], [])
    assert bucket.objects["tile/entries/000"] == b"another", "only looked at"
    assert set(mended(county).wrong) == set(names)
    assert bucket.objects == right
    assert bucket.older["tile/0/001"] == [right["tile/0/001"], b"another"]
    assert bucket.policy == deployed_policy()
    assert mended(county).was_whole


def test_the_log_goes_on_once_it_is_mended(county):
    """Publishing stopped by itself while an object at the edge was wrong."""
    county.cloud.bucket.write_over("tile/0/002.p/88", b"x" * 88 * 32)
    log = LongLog(county.cloud)
    log.grow(700)
    with pytest.raises(Corrupt, match="does not hash"):
        publish(county.services)
    assert mended(county).wrong == ["tile/0/002.p/88"]
    published = publish(county.services)
    assert published is not None
    assert published.size == 700


def test_missing_objects_come_back_and_so_does_the_served_checkpoint(county):
    """The newest that was signed, though nobody has cosigned it again."""
    bucket, right = county.cloud.bucket, dict(county.cloud.bucket.objects)
    for name in ("tile/entries/001", "tile/0/002.p/88"):
        del bucket.objects[name]
    bucket.write_over("checkpoint", bucket.checkpoints[0].replace(b"200", b"600"))
    found = mended(county)
    assert (found.missing, found.wrong) == (
        ["tile/entries/001", "tile/0/002.p/88"],
        ["checkpoint"],
    )
    assert bucket.objects == right


def test_without_the_table_the_first_versions_tell_what_is_right(county):
    """The table Log was restored to before; nobody could write a second version by our policy."""
    bucket, right = county.cloud.bucket, dict(county.cloud.bucket.objects)
    bucket.write_over("tile/entries/000", b"another")
    bucket.write_over("tile/0/000", b"another")
    LongLog(county.cloud, other_from=100).grow(600)
    assert mended(county).wrong == ["tile/entries/000", "tile/0/000"]
    assert bucket.objects == right


def test_where_nothing_hashes_to_what_was_signed_nothing_is_written(county):
    """Neither table nor bucket."""
    bucket = county.cloud.bucket
    bucket.objects["tile/entries/000"] = b"another"  # without an older version
    LongLog(county.cloud, other_from=100).grow(600)
    before = dict(bucket.objects)
    with pytest.raises(BadInput, match="neither the table nor the first versions"):
        mended(county)
    assert bucket.objects == before


def test_what_proves_itself_and_has_no_right_version_is_told(county):
    """It is left as it is; exit 1."""
    county.cloud.bucket.objects[RULES_PATH] = b"another"
    assert mended(county).lost == [RULES_PATH]
    assert county.cloud.bucket.objects[RULES_PATH] == b"another"


def test_a_door_left_open_lets_in_the_right_bytes_at_their_place_and_nothing_else(county):
    """Killed between the opening and the closing, mending goes on where it was."""
    bucket, name = county.cloud.bucket, "tile/0/001"
    right, other = bucket.objects[name], bucket.objects["tile/0/000"]
    bucket.write_over(name, b"another")

    class Killed(Exception):
        """As a process that ends."""

    class Dying(OwnersS3):
        """Dies before it writes."""

        def put_object(self, **_request):
            raise Killed

        def get_bucket_policy(self, **request):
            if bucket.policy != deployed_policy():
                raise Killed
            return super().get_bucket_policy(**request)

    with pytest.raises(Killed):
        mend(county.services, PublicBucket(memory_bucket.BUCKET, Dying(county.cloud)), writes=True)
    assert bucket.policy != deployed_policy()
    client = OwnersS3(county.cloud)
    for key, body in ((name, b"mine"), (name, other), ("tile/0/000", right), (RULES_PATH, right)):
        with pytest.raises(ClientError, match="may not"):
            client.put_object(Bucket=memory_bucket.BUCKET, Key=key, Body=body)
    client.put_object(Bucket=memory_bucket.BUCKET, Key="checkpoint", Body=b"as ever")
    bucket.objects["checkpoint"] = bucket.checkpoints[-2]
    assert name in mended(county).wrong
    assert bucket.objects[name] == right
    assert bucket.policy == deployed_policy()


def test_a_policy_that_does_not_hold_everywhere_yet_is_waited_for(county):
    """S3 takes a moment to know it."""
    refusals = [ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")] * 2
    waits: list[float] = []

    class Slow(OwnersS3):
        """Refuses twice."""

        def put_object(self, **request):
            if refusals:
                raise refusals.pop()
            return super().put_object(**request)

    right = county.cloud.bucket.objects["tile/0/001"]
    county.cloud.bucket.write_over("tile/0/001", b"another")
    bucket = PublicBucket(memory_bucket.BUCKET, Slow(county.cloud), waits.append)
    mend(county.services, bucket, writes=True)
    assert county.cloud.bucket.objects["tile/0/001"] == right
    assert len(waits) == 2


@pytest.fixture
def duban(county, monkeypatch, capsys):
    """Give the command, which finds this county."""
    monkeypatch.setattr(stage_services, "services_of", lambda _name: nullcontext(county.services))
    monkeypatch.setattr(cloud, "of_stage", lambda _name: county.cloud)
    monkeypatch.setattr(public_bucket, "signing_client", OwnersS3)

    def run(*arguments):
        code = main.main(["log", "mend", *arguments])
        return code, capsys.readouterr().out

    return run


def test_the_command(county, duban):
    """Looks, mends, looks again; exit 1 where something is wrong."""
    assert duban("--check") == (0, "签名 600 条\n")
    county.cloud.bucket.write_over("tile/0/001", b"another")
    code, printed = duban("--check")
    assert code == 1
    assert printed.endswith("tile/0/001: 字节不符\n")
    code, printed = duban("--json")
    assert code == 0
    assert json.loads(printed) == {"size": 600, "wrong": ["tile/0/001"], "missing": [], "lost": []}
    assert duban("--check")[0] == 0
