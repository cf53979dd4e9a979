"""Whoever may write the bucket, the tables or even sign with the log's key is caught from outside.

The log is the service's own, with three checkpoints; the one who is to be deceived kept an old one.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from pynamodb.exceptions import PynamoDBException

from chalicelib.errors import Corrupt
from chalicelib.lambdas import publish as publishing
from chalicelib.lambdas.publish import publish
from tests.stranger.naive_log import Signatory, naive_log
from tests.stranger.untrue import Untrue
from tests.stranger.visit import visit
from tests.support.long_log import LongLog
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.public_log import log_key

START = "2026-11-02T09:00:00"
SIZES = (200, 300, 600)
OPERATOR = Signatory("log.test/log", "kat")  # the test stage's key is in the operator's hands

Objects = dict[str, bytes]


class Published:
    """A log that was published, and what somebody kept of each visit."""

    def __init__(self, county: MemoryWorld) -> None:
        self.county = county
        self.log = LongLog(county.cloud)
        self.objects: Objects = county.cloud.bucket.objects
        self.kept: list[bytes] = []
        for size in SIZES:
            self.log.grow(size)
            publish(county.services)
            self.kept.append(self.objects["checkpoint"])
        self.key = log_key(county)

    def look(self, *kept: bytes, is_quiet: bool = True) -> None:
        """Visit, with what was *kept*."""
        visit(self.county.cloud.bucket.objects.get, self.key, kept, is_quiet=is_quiet)

    def rewritten(self, change: Callable[[list[bytes]], list[bytes]]) -> Objects:
        """A whole other log of the same name, signed with the same key, faultless in itself."""
        entries = change(list(self.log.entries))
        return naive_log(OPERATOR, entries, [len(entries)])


@pytest.fixture
def published() -> Iterator[Published]:
    """Give a published log."""
    with memory_world(START) as county:
        yield Published(county)


def test_a_true_log_is_believed(published):
    """With all that was kept."""
    assert published.key == OPERATOR.key
    published.look(*published.kept)


def swap(objects: Objects) -> None:
    """Swap two full tiles with their bundles."""
    for kind in ("0", "entries"):
        one, other = f"tile/{kind}/000", f"tile/{kind}/001"
        objects[one], objects[other] = objects[other], objects[one]


def flip(objects: Objects) -> None:
    """One bit of an entry."""
    raw = objects["tile/entries/000"]
    objects["tile/entries/000"] = raw[:100] + bytes([raw[100] ^ 1]) + raw[101:]


def lose(objects: Objects) -> None:
    """A bundle."""
    del objects["tile/entries/001"]


def freeze(objects: Objects) -> None:
    """Show an old checkpoint for ever."""
    objects["checkpoint"] = objects["checkpoints/200"]


def forget(objects: Objects) -> None:
    """Have it that there never was this checkpoint."""
    del objects["checkpoints/300"]


@pytest.mark.parametrize("lie", [swap, flip, lose, freeze, forget])
def test_who_may_write_the_bucket_is_caught(published, lie):
    """The storage is not trusted: at once, or by whoever was there before."""
    lie(published.objects)
    with pytest.raises(Untrue):
        published.look(*published.kept)


def leave_out(entries: list[bytes]) -> list[bytes]:
    """As if the yellow card had never been."""
    return entries[:50] + entries[51:]


def backdate(entries: list[bytes]) -> list[bytes]:
    """Another instant in an old entry."""
    return [entries[0].replace(b"2026-11-09", b"2026-11-08"), *entries[1:]]


def reorder(entries: list[bytes]) -> list[bytes]:
    """Two neighbours the other way round."""
    return [entries[1], entries[0], *entries[2:]]


def cut(entries: list[bytes]) -> list[bytes]:
    """The last ones are gone, and others came."""
    return [*entries[:-3], *entries[:3]]


@pytest.mark.parametrize("change", [leave_out, backdate, reorder, cut])
def test_who_holds_the_key_is_caught_by_one_kept_checkpoint(published, change):
    """Nothing is wrong with the other log but that it is another; so somebody must remember."""
    published.county.cloud.bucket.objects = published.rewritten(change)
    published.look()
    with pytest.raises(Untrue):
        published.look(published.kept[-1])


def test_a_split_view_is_seen_when_two_compare(published):
    """Each of two audiences sees a faultless log; the checkpoint of one convicts the other's."""
    seen = published.kept[-1]
    other = published.rewritten(lambda entries: [*entries[:599], b"{}", entries[599]])
    visit(other.get, published.key)
    with pytest.raises(Untrue):
        visit(other.get, published.key, [seen])
    with pytest.raises(Untrue):
        visit(published.objects.get, published.key, [other["checkpoint"]])


@pytest.mark.parametrize("lie", [swap, flip, lose])
def test_the_service_does_not_go_on_over_what_it_cannot_prove(published, lie):
    """Or it does where it need not look; then the stranger still sees the lie."""
    lie(published.objects)
    published.log.grow(700)
    try:
        publish(published.county.services)
    except Corrupt:
        assert published.objects["checkpoint"] == published.kept[-1]
    with pytest.raises(Untrue):
        published.look()


@pytest.mark.parametrize("step", [publishing.STEP, 50])
def test_an_old_checkpoint_put_back_is_replaced(published, step, monkeypatch):
    """By who publishes next: nothing else was signed, so the newer one is made again."""
    monkeypatch.setattr(publishing, "STEP", step)
    freeze(published.objects)
    published.log.grow(700)
    made = publish(published.county.services)
    assert made is not None
    assert made.size == 700
    published.look(*published.kept)


def test_a_checkpoint_taken_away_comes_back(published):
    """The signer remembers, and signs the same again."""
    del published.objects["checkpoint"]
    publish(published.county.services)
    assert published.objects["checkpoint"] == published.kept[-1]
    published.look(*published.kept)


@pytest.mark.parametrize("size", [650, 700, 750])
def test_a_table_set_back_behind_the_signer_is_refused(published, size):
    """It goes on as another log, though nobody but the signer saw what was signed last."""
    county = published.county
    published.log.grow(700)
    restore = county.save()
    with county.faulty.failing(-1, "before"):
        publish(county.services)
    signed = county.faulty.calls.index("PutItem")
    restore()
    with county.faulty.failing(signed, "after"), suppress(PynamoDBException):
        publish(county.services)
    assert county.faulty.failed == "PutItem"
    LongLog(county.cloud, other_from=600).grow(size)
    with pytest.raises(Corrupt):
        publish(county.services)
    assert county.cloud.bucket.objects["checkpoint"] == published.kept[-1]
    published.look(*published.kept, is_quiet=False)
