"""A restoration that dies or is raced, and tables that are damaged: the end is the same."""

from contextlib import suppress

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from chalicelib.errors import Conflict
from chalicelib.lambdas.seal import seal
from chalicelib.log.commit import TreeHead
from infra.recovery.restoring import restore
from tests.support.faulty import FLAVOURS
from tests.support.memory_stage import memory_world
from tests.support.published import START, grow
from tests.support.set_back import SetBack

READS = {"GetItem", "Query", "Scan", "GetObject", "ListObjectsV2"}
DEATHS = (BotoCoreError, PynamoDBException)


@pytest.fixture
def lived():
    """Give the county."""
    with memory_world(START) as made:
        yield SetBack(made)


def test_a_restoration_may_die_at_any_write(lived):
    """And is done again from the start, with the same end."""
    lived.bring_back("Log", "Facts", "Cases", "Signed")
    grow(lived.county, 5)
    faulty, before = lived.county.faulty, lived.county.save()
    with faulty.failing(-1, "before"):
        restore(lived.county.services, writes=True)
    writes = [at for at, operation in enumerate(faulty.calls) if operation not in READS]
    assert len(writes) > 12
    for number, at in enumerate(writes):
        before()
        with faulty.failing(at, FLAVOURS[number % len(FLAVOURS)]), suppress(*DEATHS):
            restore(lived.county.services, writes=True)
        assert faulty.failed
        lived.restore()
        lived.check()


def test_who_seals_meanwhile_stops_or_is_stopped(lived):
    """Whoever comes first; and the other's try leaves nothing that is not put right later."""
    lived.bring_back("Log")
    log = lived.county.services.log
    read = log.head()
    log.refill(read.size, "[]")
    with pytest.raises(Conflict):
        seal(lived.county.services, ["hall:1", "hall:4"])
    assert log.head() == read
    log.discard(read.size, read.size)
    grow(lived.county, 5)
    with pytest.raises(Conflict):
        log.refill(read.size, "[]")
    with pytest.raises(Conflict):
        log.move(read, TreeHead())
    lived.restore()
    lived.check()


def turn(items):
    """A cursor that is ahead: a fact would never be sealed."""
    key = next(key for key in items if key[0].startswith("CUR#"))
    items[key] = {**items[key], "next": {"N": "9"}}


def drop(items):
    """A cursor that is gone: facts would be sealed twice."""
    del items[next(key for key in items if key[0].startswith("CUR#"))]


def overlap(items):
    """A batch within another."""
    items["BATCH#0", f"{1:016d}"] = {
        **items["BATCH#0", f"{0:016d}"],
        "sk": {"S": f"{1:016d}"},
    }


def unroot(items):
    """A head that the rows do not hash to."""
    items["HEAD", "HEAD"] = {**items["HEAD", "HEAD"], "frontier": {"S": "A" * 43 + "="}}


def unbatch(items):
    """A batch less."""
    del items[next(key for key in items if key[0].startswith("BATCH#"))]


@pytest.mark.parametrize("damage", [turn, drop, overlap, unroot, unbatch])
def test_a_table_that_is_not_one_is_made_again(lived, damage):
    """Though all that is public may be in it."""
    damage(lived.items["test-Log"])
    assert not restore(lived.county.services, writes=False).sound
    lived.restore()
    lived.check()
