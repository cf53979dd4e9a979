"""Tiles and bundles: their names, which there are, and what is in them (C2SP tlog-tiles)."""

import hashlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.tile import (
    MAX_ENTRY,
    WIDTH,
    TilePath,
    bundle,
    grow,
    new_tiles,
    read_bundle,
    read_hashes,
    read_tile_path,
)
from tests.support import plain_tree
from tests.support.trials import times

NOTHING: dict[str, bytes] = {}
SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 513]


def entries(count):
    """Give entries that are all different, the first one empty."""
    return [b"entry %d" % number if number else b"" for number in range(count)]


def from_scratch(leaves):
    """Every object of a log of *leaves*, by the words of the specification."""
    objects = {}
    span, level = 1, 0  # a hash of this level is over so many entries
    while len(leaves) // span:
        hashes = [
            plain_tree.mth(leaves[at * span : (at + 1) * span]) for at in range(len(leaves) // span)
        ]
        for at in range(0, len(hashes), 256):
            run = hashes[at : at + 256]
            name = f"tile/{level}/{at // 256:03d}" + (f".p/{len(run)}" if len(run) < 256 else "")
            objects[name] = b"".join(run)
        span, level = span * 256, level + 1
    for at in range(0, len(leaves), 256):
        run = leaves[at : at + 256]
        name = f"tile/entries/{at // 256:03d}" + (f".p/{len(run)}" if len(run) < 256 else "")
        objects[name] = b"".join(len(one).to_bytes(2, "big") + one for one in run)
    return objects


def test_the_names_of_the_specification():
    """1234067 is the example of C2SP tlog-tiles and of AUDIT_LOG §3.3."""
    assert TilePath(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert TilePath(None, 1_234_067, 5).path == "tile/entries/x001/x234/067.p/5"
    assert TilePath(63, 0, 1).path == "tile/63/000.p/1"
    assert TilePath(2, 1000).path == "tile/2/x001/000"


@given(
    st.one_of(st.none(), st.integers(0, 63)), st.integers(0, (1 << 55) - 1), st.integers(1, WIDTH)
)
@example(None, 999_999, 256)
@example(None, 1_000_000, 255)
@settings(deadline=None)
def test_a_name_is_read_back(level, index, width):
    """Whatever the place."""
    tile = TilePath(level, index, width)
    assert read_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    "text",
    [
        "", "tile", "tile/0", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/64/000",
        "tile/-1/000", "tile/+1/000", "tile/0/000/", "/tile/0/000", "tile//000", "tile/0/x000",
        "tile/0/x000/000", "tile/0/001/000", "tile/0/x001/x000", "tile/0/000.p", "tile/0/000.p/",
        "tile/0/000.p/0", "tile/0/000.p/05", "tile/0/000.p/256", "tile/0/000.p/999",
        "tile/0/000.p/5/", "tile/0/000.q/5", "tile/0/000p/5", "tile/0/000.p/x05",
        "tile/Entries/000", "tile/entries/-01", "tile/entries/ 01", "tile/0/000\n", "tile/0/٠٠٠",
        "tile/0/x１23/000",
        "tile/0/000.p/5\n", "tile/8/0/000", "tile/0/x001/x234/067.p/0", "tile/0/../000",
        "tile/0/x001/X234/067", "tile/0/" + "x999/" * 7 + "000",
    ],
)  # fmt: skip
def test_no_other_text_is_a_name(text):
    """Nor is one that only looks like it."""
    with pytest.raises(ValueError, match="not the name of a tile"):
        read_tile_path(text)


@given(st.sampled_from(["tile/0/x001/234.p/5", "tile/entries/067", "tile/12/000"]), st.data())
@settings(deadline=None, max_examples=times(150))
def test_a_changed_name_is_another_place_or_none(name, data):
    """Never the same place by two names."""
    at = data.draw(st.integers(0, len(name) - 1))
    other = data.draw(st.characters(max_codepoint=0x2FFF, exclude_characters=name[at]))
    changed = name[:at] + other + name[at + 1 :]
    try:
        tile = read_tile_path(changed)
    except ValueError:
        return
    assert tile.path == changed
    assert tile != read_tile_path(name)


def test_what_a_log_of_70000_consists_of():
    """The example of C2SP tlog-tiles."""
    tiles = new_tiles(0, 70_000)
    by_level = {level: [p for p in tiles if p.level == level] for level in (None, 0, 1, 2, 3)}
    for level in (None, 0):
        assert by_level[level] == [TilePath(level, n) for n in range(273)] + [
            TilePath(level, 273, 112)
        ]
    assert by_level[1] == [TilePath(1, 0), TilePath(1, 1, 17)]
    assert by_level[2] == [TilePath(2, 0, 1)]
    assert by_level[3] == []
    assert len(tiles) == 2 * 274 + 2 + 1


def test_what_a_log_of_256_consists_of():
    """A full tile, and the first hash of the level above."""
    assert [tile.path for tile in new_tiles(0, 256)] == [
        "tile/entries/000",
        "tile/0/000",
        "tile/1/000.p/1",
    ]


@pytest.mark.parametrize("size", SIZES)
def test_tiles_are_as_the_specification_defines_them(size):
    """Made in one go from nothing."""
    leaves = entries(size)
    made = grow(0, NOTHING.__getitem__, leaves)
    assert made == from_scratch(leaves)
    assert sorted(made) == sorted(tile.path for tile in new_tiles(0, size))


@given(st.lists(st.integers(0, 300), min_size=1, max_size=6))
@example([255, 1, 1, 255, 0, 256, 1])
@settings(deadline=None, max_examples=times(25))
def test_a_log_grown_in_steps_has_the_tiles_of_one_made_at_once(steps):
    """After each step: what is new is what `places` names, and nothing written changes."""
    store: dict[str, bytes] = {}
    leaves = entries(sum(steps))
    size = 0
    for step in steps:
        before, size = size, size + step
        made = grow(before, store.__getitem__, leaves[before:size])
        assert sorted(made) == sorted(tile.path for tile in new_tiles(before, size))
        assert not made.keys() & store.keys()
        store |= made
    for path, raw in from_scratch(leaves).items():
        assert store[path] == raw


def test_level_two_is_begun_at_65536():
    """And only partial tiles at the edge are read for it."""
    read = []

    def edge(path):
        read.append(path)
        return objects[path]

    leaves = entries(65_537)
    objects = grow(0, edge, leaves[:65_535])
    assert read == []
    made = grow(65_535, edge, leaves[65_535:])
    assert read == ["tile/entries/255.p/255", "tile/0/255.p/255", "tile/1/000.p/255"]
    row = b"".join(
        hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves[65_280:65_536]
    )  # the last tile of level 0
    assert made["tile/0/255"] == row
    assert made["tile/0/256.p/1"] == hashlib.sha256(b"\x00" + leaves[65_536]).digest()
    assert made["tile/2/000.p/1"] == plain_tree.mth(leaves[:65_536])
    assert made["tile/1/000"][-32:] == plain_tree.mth(leaves[65_280:65_536])


@given(st.lists(st.binary(max_size=40), max_size=12))
@settings(deadline=None)
def test_a_bundle_is_read_back(leaves):
    """And with one entry more or less than it has, it is none."""
    raw = bundle(leaves)
    assert read_bundle(raw, len(leaves)) == leaves
    for width in (len(leaves) + 1, len(leaves) - 1):
        with pytest.raises(Corrupt):
            read_bundle(raw, width)


def test_an_entry_has_at_most_16_bits_of_length():
    """The longest one is written."""
    assert bundle([b"x" * MAX_ENTRY])[:3] == b"\xff\xffx"
    with pytest.raises(Corrupt, match="65535"):
        bundle([b"x" * (MAX_ENTRY + 1)])


@pytest.mark.parametrize("raw", [b"\x00", b"\x00\x02x", b"\x00\x01xx", b"\x00\x01x\x00", b"\xff"])
def test_a_cut_bundle_is_refused(raw):
    """Whatever number of entries is expected."""
    for width in range(4):
        with pytest.raises(Corrupt):
            read_bundle(raw, width)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_tile_of_another_length_is_refused(length):
    """A tile of one hash has 32 bytes."""
    with pytest.raises(Corrupt, match="1 hashes"):
        read_hashes(bytes(length), 1)
    objects = {"tile/entries/000.p/1": b"\x00\x01x", "tile/0/000.p/1": bytes(length)}
    with pytest.raises(Corrupt, match="1 hashes"):
        grow(1, objects.__getitem__, [b"y"])
