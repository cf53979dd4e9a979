"""What the service writes, step by step, is what the stranger writes at once, and the other way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.log.tlog import proof
from chalicelib.log.tlog.tile import grow
from tests.stranger import merkle
from tests.stranger.naive_log import Signatory, naive_log
from tests.stranger.tiles import Tiles
from tests.stranger.visit import visit
from tests.support.trials import times

BY = Signatory("log.test/log", "a log")
ENTRIES = [b"%d" % i for i in range(1200)]
HASHES = [merkle.leaf_hash(entry) for entry in ENTRIES]


def _is_part(name: str) -> bool:
    return name.startswith("tile/")


@settings(max_examples=times(12), deadline=None)
@given(st.lists(st.integers(1, 600), min_size=1, max_size=6))
def test_a_log_grown_in_any_steps_is_the_one_written_at_once(steps):
    """Every object of every size, byte for byte, and none besides."""
    objects: dict[str, bytes] = {}
    sizes = [0]
    for step in steps:
        before, size = sizes[-1], min(sizes[-1] + step, len(ENTRIES))
        made = grow(before, objects.__getitem__, ENTRIES[before:size])
        assert all(objects.get(name, raw) == raw for name, raw in made.items())
        objects |= made
        assert proof.recompute_root(before, size, objects.__getitem__) == merkle.root(HASHES[:size])
        sizes.append(size)
    wanted = naive_log(BY, ENTRIES[: sizes[-1]], sizes)
    assert objects == {name: raw for name, raw in wanted.items() if _is_part(name)}
    visit((wanted | objects).get, BY.key, [wanted[f"checkpoints/{size}"] for size in sizes])


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512, 700, 1200])
def test_each_believes_the_others_proofs(size):
    """They are the same, hash for hash."""
    log = naive_log(BY, ENTRIES[:size], [size])
    tiles, root = Tiles(size, log.get), merkle.root(HASHES[:size])
    assert proof.root_by_tiles(size, log.__getitem__) == root == tiles.root()
    for at in range(0, size, max(1, size // 25)):
        path = proof.inclusion(at, size, log.__getitem__)
        assert path == tiles.inclusion(at)
        merkle.check_inclusion(HASHES[at], at, size, path, root)
        proof.check_inclusion(HASHES[at], at, size, path, root)
        grown, old = proof.consistency(at, size, log.__getitem__), merkle.root(HASHES[:at])
        assert grown == tiles.consistency(at)
        merkle.check_consistency(at, old, size, root, grown)
        proof.check_consistency(at, old, size, root, grown)


def test_a_proof_of_a_large_log_takes_few_tiles():
    """Two for each level at most, wherever it is."""
    size = 70_000
    log = naive_log(BY, [b"%d" % i for i in range(size)], [size])
    for index in (0, 255, 256, 65_535, 65_536, size - 1):
        read: list[str] = []

        def noted(name: str, read: list[str] = read) -> bytes:
            read.append(name)
            return log[name]

        assert proof.inclusion(index, size, noted) == Tiles(size, log.get).inclusion(index)
        assert len(set(read)) == len(read) <= 6
