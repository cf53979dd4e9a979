"""Signing: whatever is asked, and whoever asks, two histories never get a signature."""

from hashlib import sha256

import pytest

from chalicelib.errors import Corrupt
from chalicelib.lambdas import publish as publishing
from chalicelib.lambdas import sign
from chalicelib.log.signing import SignRequest
from chalicelib.log.tlog import tile
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.proof import consistency
from tests.support.log_audit import naive_root
from tests.support.memory_stage import memory_world
from tests.support.published import ORIGIN, START, backdate, edited, grow, publish, shown


@pytest.fixture
def county():
    """Give an empty county."""
    with memory_world(START) as made:
        yield made


def test_the_signer_refuses_an_edited_past_even_with_tiles_that_agree(county):
    """Whoever edits the tables can build a whole other log of it, and gets no signature."""
    grow(county, 1)
    before = publish(county)
    grow(county, 2)
    leaves = edited(county, backdate)
    made = tile.grow(0, lambda path: b"", leaves)
    forged = Checkpoint(ORIGIN, len(leaves), naive_root(leaves))
    proof = consistency(before.size, forged.size, made.__getitem__)
    answer = sign.run(SignRequest(forged, before.size, proof).payload())
    assert "does not begin with" in answer["refused"]
    assert county.services.signer_memory.last(ORIGIN) == before


def test_the_signer_signs_again_what_it_signed(county):
    """The same bytes: whoever lost the answer asks again."""
    grow(county, 1)
    checkpoint = publish(county)
    request = SignRequest(checkpoint, checkpoint.size, ()).payload()
    assert sign.run(request) == sign.run(request)
    assert "signature" in sign.run(request)


@pytest.mark.parametrize(
    ("size", "origin", "why"),
    [(3, ORIGIN, "two roots"), (3, "another.test/log", "signs log.test")],
)
def test_what_the_signer_refuses(county, size, origin, why):
    """Other entries, another log."""
    signed = Checkpoint(ORIGIN, 3, sha256(b"3").digest())
    county.services.signer_memory.advance(None, signed)
    answer = sign.run(SignRequest(Checkpoint(origin, size, sha256(b"x").digest()), 3, ()).payload())
    assert why in answer["refused"]
    assert county.services.signer_memory.last(ORIGIN) == signed


def test_the_signer_says_where_it_stands(county):
    """So that the proof can begin there."""
    county.services.signer_memory.advance(None, Checkpoint(ORIGIN, 3, sha256(b"3").digest()))
    wanted = Checkpoint(ORIGIN, 5, sha256(b"5").digest())
    assert sign.run(SignRequest(wanted, 2, ()).payload()) == {"size": 3}


def test_fewer_entries_are_not_signed(county):
    """Who asks learns that more were, so that one who is only late raises no alarm."""
    county.services.signer_memory.advance(None, Checkpoint(ORIGIN, 3, sha256(b"3").digest()))
    wanted = Checkpoint(ORIGIN, 1, sha256(b"1").digest())
    assert sign.run(SignRequest(wanted, 1, ()).payload()) == {"size": 3}


@pytest.mark.parametrize("said", [{}, {"checkpoint": "x", "old": 0, "proof": []}, {"old": "0"}])
def test_nonsense_is_refused(county, said):
    """And nothing is remembered of it."""
    assert set(sign.run(said)) == {"refused"}
    assert county.services.signer_memory.last(ORIGIN) is None


def test_a_signer_that_lost_its_memory_does_not_begin_again(county):
    """A log that has a checkpoint was signed before."""
    grow(county, 1)
    before = publish(county)
    county.cloud.items["test-Signed"].clear()
    grow(county, 2)
    with pytest.raises(Corrupt, match="nothing was ever signed, yet"):
        publishing.run({})
    assert shown(county) == before
