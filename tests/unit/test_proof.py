"""Proofs by tiles: the published vectors, RFC 6962 word for word, and what must not be believed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Corrupt
from chalicelib.log.tlog import tree
from chalicelib.log.tlog.proof import (
    check_consistency,
    check_inclusion,
    consistency,
    inclusion,
    leaf_hash_by_tiles,
    recompute_root,
    root_by_tiles,
)
from chalicelib.log.tlog.tile import TilePath, grow, new_tiles
from tests.support import plain_tree
from tests.support.plain_tree import RFC
from tests.support.trials import times

NOTHING: dict[str, bytes] = {}

# Nodes of the tree over the eight entries, by level and index, as in the certificate-transparency
# and transparency-dev/merkle repositories (testonly/constants.go).
N00 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
N01 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
N02 = "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"
N04 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
N05 = "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658"
N10 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
N11 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N12 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
N13 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N20 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
N21 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    N00,
    N10,
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    N20,
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

# (index, size, proof) and (old, size, proof): merkle_tree_test.cc of certificate-transparency,
# also testdata/{inclusion,consistency}/*/happy-path.json of transparency-dev/merkle.
INCLUSIONS = [
    (0, 1, []),
    (0, 8, [N01, N11, N21]),
    (5, 8, [N04, N13, N20]),
    (2, 3, [N10]),
    (1, 5, [N00, N11, N04]),
]
CONSISTENCIES = [
    (1, 1, []),
    (1, 8, [N01, N11, N21]),
    (6, 8, [N12, N13, N20]),
    (2, 5, [N11, N04]),
    (6, 7, [N12, "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f", N20]),
]


def reader(leaves):
    """Read the tiles of a log of *leaves*."""
    return grow(0, NOTHING.__getitem__, leaves).__getitem__


def hashed(texts):
    """Read hashes in hex."""
    return [bytes.fromhex(text) for text in texts]


def entries(count):
    """Give entries that are all different."""
    return [b"%d" % number for number in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_published_tree(size):
    """By tiles and by the row of hashes."""
    leaves = RFC[:size]
    assert root_by_tiles(size, reader(leaves)).hex() == ROOTS[size]
    assert tree.join_hashes([tree.leaf_hash(leaf) for leaf in leaves]).hex() == ROOTS[size]


def test_hashes_of_the_published_hasher():
    """From rfc6962_test.go."""
    assert tree.leaf_hash(b"L123456").hex() == (
        "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    )
    assert tree.node_hash(b"N123", b"N456").hex() == (
        "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSIONS)
def test_published_proofs_of_inclusion(index, size, proof):
    """They are made, and they are believed."""
    made = inclusion(index, size, reader(RFC[:size]))
    assert made == hashed(proof)
    leaf = plain_tree.mth([RFC[index]])
    check_inclusion(leaf, index, size, made, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "size", "proof"), CONSISTENCIES)
def test_published_proofs_of_consistency(old, size, proof):
    """They are made, and they are believed."""
    made = consistency(old, size, reader(RFC[:size]))
    assert made == hashed(proof)
    check_consistency(old, bytes.fromhex(ROOTS[old]), size, bytes.fromhex(ROOTS[size]), made)


def test_the_example_of_the_rfc():
    """RFC 6962 section 2.1.3: seven leaves and their inner nodes, by its letters."""
    leaves = entries(7)
    a, b, c, d, e, f, j = (plain_tree.mth([leaf]) for leaf in leaves)
    g, h, i = tree.node_hash(a, b), tree.node_hash(c, d), tree.node_hash(e, f)
    k, m = tree.node_hash(g, h), tree.node_hash(i, j)  # the RFC calls the latter l
    read = reader(leaves)
    assert root_by_tiles(7, read) == tree.node_hash(k, m)
    assert inclusion(0, 7, read) == [b, h, m]
    assert inclusion(3, 7, read) == [c, g, m]
    assert inclusion(4, 7, read) == [f, j, k]
    assert inclusion(6, 7, read) == [i, k]
    assert consistency(3, 7, read) == [c, d, g, m]
    assert consistency(4, 7, read) == [m]
    assert consistency(6, 7, read) == [i, j, k]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 64, 65])
def test_every_proof_of_a_small_log(size):
    """As the definitions of RFC 6962 say."""
    leaves = entries(size)
    read, root = reader(leaves), plain_tree.mth(leaves)
    for index in range(size):
        proof = inclusion(index, size, read)
        assert proof == plain_tree.path(index, leaves)
        assert leaf_hash_by_tiles(index, size, read) == plain_tree.mth([leaves[index]])
        check_inclusion(plain_tree.mth([leaves[index]]), index, size, proof, root)
    for old in range(1, size + 1):
        proof = consistency(old, size, read)
        assert proof == plain_tree.proof(old, leaves)
        check_consistency(old, plain_tree.mth(leaves[:old]), size, root, proof)


@given(st.integers(1, 2000), st.data())
@settings(deadline=None, max_examples=times(40))
def test_proofs_of_any_log(size, data):
    """They are the RFC's, and no bit of them may be another."""
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    leaves = entries(size)
    read, root = reader(leaves), plain_tree.mth(leaves)
    leaf, old_root = plain_tree.mth([leaves[index]]), plain_tree.mth(leaves[:old])
    included, consistent = inclusion(index, size, read), consistency(old, size, read)
    assert root_by_tiles(size, read) == root
    assert included == plain_tree.path(index, leaves)
    assert consistent == plain_tree.proof(old, leaves)
    check_inclusion(leaf, index, size, included, root)
    check_consistency(old, old_root, size, root, consistent)

    bit = data.draw(st.integers(0, 255))
    for given_hashes, check in [
        ([leaf, root, *included], lambda a: check_inclusion(a[0], index, size, a[2:], a[1])),
        (
            [old_root, root, *consistent],
            lambda a: check_consistency(old, a[0], size, a[1], a[2:]),
        ),
    ]:
        for at in range(len(given_hashes)):
            wrong = list(given_hashes)
            wrong[at] = flipped(wrong[at], bit)
            with pytest.raises(Corrupt):
                check(wrong)
        for wrong in ([*given_hashes, root], [*given_hashes[:-1], b""], [*given_hashes[:2], leaf]):
            if wrong != given_hashes:
                with pytest.raises(Corrupt):
                    check(wrong)
        if len(given_hashes) > 2:
            with pytest.raises(Corrupt):
                check(given_hashes[:-1])


def flipped(raw, bit):
    """Turn one bit of 256."""
    return (int.from_bytes(raw, "big") ^ (1 << bit)).to_bytes(32, "big")


def test_another_place_is_not_believed():
    """The same proof for another index or another size, save where the RFC's walk is the same."""
    leaves = entries(13)
    read, root = reader(leaves), plain_tree.mth(leaves)
    proof, leaf = inclusion(5, 13, read), plain_tree.mth([leaves[5]])
    for index in set(range(-1, 15)) - {5}:
        with pytest.raises(Corrupt):
            check_inclusion(leaf, index, 13, proof, root)
    for size in (0, 4, 5, 6, 8, 17, 1 << 40):
        with pytest.raises(Corrupt):
            check_inclusion(leaf, 5, size, proof, root)


def test_nothing_is_the_beginning_of_everything():
    """From 0 and from itself no hash is needed; none is allowed either, nor another root."""
    root, other = plain_tree.mth(RFC), plain_tree.mth(RFC[:3])
    check_consistency(0, tree.EMPTY, 8, root, [])
    check_consistency(0, tree.EMPTY, 0, tree.EMPTY, [])
    check_consistency(8, root, 8, root, [])
    for old, old_root, size, new_root, proof in [
        (0, other, 8, root, []),
        (0, tree.EMPTY, 8, root, [other]),
        (0, tree.EMPTY, 8, tree.EMPTY, []),
        (0, tree.EMPTY, 0, other, []),
        (0, b"", 8, root, []),
        (8, other, 8, root, []),
        (8, root, 8, root, [other]),
        (9, root, 8, root, []),
        (-1, tree.EMPTY, 8, root, []),
        (3, other, 8, root, []),
        (4, plain_tree.mth(RFC[:4]), 8, root, []),
    ]:
        with pytest.raises(Corrupt):
            check_consistency(old, old_root, size, new_root, proof)


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_there_is_no_proof_past_the_end(index):
    """Whoever asks for one has made a mistake."""
    for make in (inclusion, leaf_hash_by_tiles):
        with pytest.raises(ValueError, match="no entry"):
            make(index, 3, NOTHING.__getitem__)
    with pytest.raises(ValueError, match="no continuation"):
        consistency(4, 3, NOTHING.__getitem__)


def test_reads_grow_with_the_logarithm():
    """At most two tiles for each level, each read once: 3 levels at 70,000 entries."""
    leaves = entries(70_000)
    objects = grow(0, NOTHING.__getitem__, leaves)
    read: list[str] = []

    def counting(path):
        read.append(path)
        return objects[path]

    root = root_by_tiles(70_000, counting)
    assert read == ["tile/2/000.p/1", "tile/1/001.p/17", "tile/0/273.p/112"]
    for number in (0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999):
        read.clear()
        proof = inclusion(number, 70_000, counting)
        assert len(read) == len(set(read)) <= 6
        check_inclusion(plain_tree.mth([leaves[number]]), number, 70_000, proof, root)
        read.clear()
        consistency(number, 70_000, counting)
        assert len(read) == len(set(read)) <= 6
    old = root_by_tiles(257, reader(leaves[:257]))
    check_consistency(257, old, 70_000, root, consistency(257, 70_000, counting))


@pytest.mark.parametrize(("before", "size"), [(0, 600), (100, 600), (255, 512), (256, 513)])
def test_whatever_is_about_to_be_served_is_looked_at(before, size):
    """A bit anywhere in a new object gives another root, or none at all."""
    leaves = entries(size)
    store = grow(0, NOTHING.__getitem__, leaves[:before])
    store |= grow(before, store.__getitem__, leaves[before:])
    assert recompute_root(before, size, store.__getitem__) == plain_tree.mth(leaves)
    for tile in new_tiles(before, size):
        raw = store[tile.path]
        for at in (0, len(raw) // 2, len(raw) - 1):
            wrong = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
            try:
                found = recompute_root(before, size, {**store, tile.path: wrong}.__getitem__)
            except Corrupt:
                continue
            assert found != plain_tree.mth(leaves)


def test_swapped_tiles_are_noticed():
    """Each is right in itself, and lies where another belongs."""
    store = grow(0, NOTHING.__getitem__, entries(600))
    for level in (None, 0):
        one, other = TilePath(level, 0).path, TilePath(level, 1).path
        swapped = {**store, one: store[other], other: store[one]}
        with pytest.raises(Corrupt, match="does not hash"):
            recompute_root(0, 600, swapped.__getitem__)
    assert recompute_root(0, 0, NOTHING.__getitem__) == tree.EMPTY
