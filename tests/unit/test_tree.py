"""The Merkle tree against RFC 6962: its vectors, and a word-for-word reading of section 2.1."""

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.log.commit import TreeHead, read_frontier
from chalicelib.log.tlog import tree
from tests.support.log_audit import naive_root

RFC = "/00/10/2021/3031/40414243/5051525354555657/606162636465666768696a6b6c6d6e6f"


def grown(leaves):
    """Append *leaves* one by one."""
    frontier: tuple[bytes, ...] = ()
    for size, leaf in enumerate(leaves):
        frontier = tree.append(size, frontier, tree.leaf_hash(leaf))
    return frontier


def test_roots_of_the_rfc():
    """The eight leaves that every implementation knows."""
    leaves = [bytes.fromhex(text) for text in RFC.split("/")]
    assert len(leaves) == 8
    assert tree.root(grown(leaves)).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )
    assert tree.root(grown(leaves[:7])).hex() == (
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    )


def test_the_log_of_nothing():
    """Its root is SHA-256 of nothing."""
    assert tree.root(()) == hashlib.sha256(b"").digest() == TreeHead().root


def test_the_projects_own_vector():
    """Three leaves of AUDIT_LOG §3.2."""
    leaves = [b'{"v":1}', b'{"v":2}', b'{"v":3}']
    assert [tree.leaf_hash(leaf).hex()[:16] for leaf in leaves] == [
        "0fe7f04cd9688fb9",
        "ce57389683e1c549",
        "02e756306b8240d7",
    ]
    assert tree.root(grown(leaves)).hex() == (
        "71991f52439f9511f9cddf1c2635b3bab64301e934f69a46da18c9d3fd2d8866"
    )


def test_every_size_up_to_300():
    """The frontier's root is the naive one, and it has a node for each bit of the size."""
    leaves = [str(number).encode() for number in range(300)]
    frontier: tuple[bytes, ...] = ()
    for size, leaf in enumerate(leaves):
        assert tree.root(frontier) == naive_root(leaves[:size])
        assert len(frontier) == size.bit_count()
        frontier = tree.append(size, frontier, tree.leaf_hash(leaf))


@given(st.lists(st.binary(max_size=8), max_size=60))
@settings(deadline=None)
def test_what_is_stored_of_a_frontier_is_read_back(leaves):
    """As HEAD keeps it."""
    head = TreeHead(len(leaves), grown(leaves))
    assert read_frontier(head.written()) == head.frontier
    assert head.root == naive_root(leaves)
