"""The stranger who checks the log from outside believes what is true, and nothing else."""

import ast
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.stranger import merkle
from tests.stranger.naive_log import Signatory, naive_log
from tests.stranger.tiles import Tiles, named, required, spelled
from tests.stranger.untrue import Untrue
from tests.stranger.visit import check_by_tiles, visit

FOLDER = Path(__file__).parents[1] / "stranger"
LOG = Signatory("audit.example.gov/log", "kat")
ALLOWED = {*sys.stdlib_module_names, "cryptography"}
OTHER = Signatory("audit.example.gov/log", "somebody else")

Objects = dict[str, bytes]


def test_it_shares_no_code_with_the_service():
    """Only the standard library, the cipher and itself."""
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                is_own = name.startswith("tests.stranger.")
                assert is_own or name.partition(".")[0] in ALLOWED, (path.name, name)


def test_it_knows_the_tree_of_rfc_6962():
    """Eight leaves whose roots are published."""
    leaves = "|00|10|2021|3031|40414243|5051525354555657|606162636465666768696a6b6c6d6e6f"
    hashes = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in leaves.split("|")]
    assert merkle.root(hashes).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )
    assert merkle.root(hashes[:7]).hex() == (
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    )


def test_it_knows_the_names():
    """The examples of the specification."""
    assert spelled(1234067) == "x001/x234/067"
    assert (named(0, 0), named("entries", 273, 112)) == ("tile/0/000", "tile/entries/273.p/112")
    assert {named(*one) for one in required(256)} == {
        "tile/0/000", "tile/entries/000", "tile/1/000.p/1",
    }  # fmt: skip
    partial = {named(*one) for one in required(70_000) if one[2] < 256}
    assert partial == {
        "tile/0/273.p/112", "tile/entries/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1",
    }  # fmt: skip
    assert sum(one[0] == 0 for one in required(70_000)) == 274


@cache
def _hashes(size: int) -> tuple[bytes, ...]:
    return tuple(merkle.leaf_hash(b"%d" % i) for i in range(size))


@cache
def _log(*sizes: int) -> Objects:
    return naive_log(LOG, [b"%d" % i for i in range(sizes[-1])], sizes)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 100, 255, 256, 257, 512, 777])
def test_its_proofs_by_tiles_hold(size):
    """Of every entry, and from every earlier size."""
    tiles, hashes = Tiles(size, _log(size).get), _hashes(size)
    whole = merkle.root(hashes)
    assert tiles.root() == whole
    for index in range(0, size, max(1, size // 40)):
        proof = tiles.inclusion(index)
        merkle.check_inclusion(hashes[index], index, size, proof, whole)
        with pytest.raises(Untrue):
            merkle.check_inclusion(hashes[index][::-1], index, size, proof, whole)
        proof, old = tiles.consistency(index), merkle.root(hashes[:index])
        merkle.check_consistency(index, old, size, whole, proof)
        if index:
            with pytest.raises(Untrue):
                merkle.check_consistency(index, old[::-1], size, whole, proof)
            with pytest.raises(Untrue):
                merkle.check_consistency(index, old, size, whole[::-1], proof)
    with pytest.raises(Untrue):
        merkle.check_inclusion(hashes[0], 0, size, [*tiles.inclusion(0), whole], whole)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 512])
def test_it_believes_a_true_log(size):
    """Whatever its size; each entry by tiles alone too."""
    objects = _log(size)
    seen = visit(objects.get, LOG.key)
    assert seen.entries == [b"%d" % i for i in range(size)]
    for index in (0, size // 2, size - 1) if size else ():
        check_by_tiles(objects.get, seen.checkpoint, index, b"%d" % index)
        with pytest.raises(Untrue):
            check_by_tiles(objects.get, seen.checkpoint, index, b"another")


SIZES = (0, 3, 200, 300, 513, 600)


def test_it_believes_a_log_that_grew():
    """With every checkpoint it ever had."""
    log = _log(*SIZES)
    visit(log.get, LOG.key, [log[f"checkpoints/{size}"] for size in SIZES])


def _flip(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


def _changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Objects], Objects]:
    return lambda objects: objects | {name: change(objects[name])}


def _without(name: str) -> Callable[[Objects], Objects]:
    return lambda objects: {one: raw for one, raw in objects.items() if one != name}


def _swapped(one: str, other: str) -> Callable[[Objects], Objects]:
    return lambda objects: objects | {one: objects[other], other: objects[one]}


def _another(objects: Objects) -> Objects:
    """A log in which an entry never was: signed by the log itself, whole in all its parts."""
    return naive_log(LOG, [b"%d" % i for i in range(1, 601)], SIZES) | {
        name: raw for name, raw in objects.items() if name.startswith("checkpoints/")
    }


def _shorter(objects: Objects) -> Objects:
    return objects | {"checkpoint": objects["checkpoints/513"]}


LIES: dict[str, Callable[[Objects], Objects]] = {
    "an entry is another": _changed("tile/entries/001", _flip),
    "an entry at the end is another": _changed("tile/entries/002.p/88", _flip),
    "a hash is another": _changed("tile/0/000", _flip),
    "a hash at the edge is another": _changed("tile/0/002.p/88", _flip),
    "a hash above is another": _changed("tile/1/000.p/2", _flip),
    "tiles are swapped": _swapped("tile/0/000", "tile/0/001"),
    "bundles are swapped": _swapped("tile/entries/000", "tile/entries/001"),
    "both are swapped": lambda objects: _swapped("tile/0/000", "tile/0/001")(
        _swapped("tile/entries/000", "tile/entries/001")(objects)
    ),
    "a tile is missing": _without("tile/0/001"),
    "a bundle is missing": _without("tile/entries/000"),
    "a partial tile is missing": _without("tile/1/000.p/2"),
    "a tile is cut": _changed("tile/0/000", lambda raw: raw[:-32]),
    "a tile has more": _changed("tile/0/002.p/88", lambda raw: raw + raw[:32]),
    "a bundle has more": _changed("tile/entries/002.p/88", lambda raw: raw + b"\x00\x00"),
    "a bundle is cut": _changed("tile/entries/002.p/88", lambda raw: raw[:-1]),
    "the checkpoint is missing": _without("checkpoint"),
    "the checkpoint is another size's": _changed(
        "checkpoint", lambda raw: raw.replace(b"\n600\n", b"\n601\n")
    ),
    "somebody else signed": _changed(
        "checkpoint", lambda raw: OTHER.note(raw.decode().partition("\n\n")[0] + "\n")
    ),
    "another origin": _changed(
        "checkpoint", lambda raw: LOG.note(f"other{raw.decode().partition(chr(10) * 2)[0]}\n")
    ),
    "the archived checkpoint is missing": _without("checkpoints/600"),
    "the archived checkpoint is another": _swapped("checkpoints/600", "checkpoints/513"),
    "an earlier checkpoint is not kept": _without("checkpoints/200"),
    "history is rewritten": _another,
    "the log went back": _shorter,
    "an earlier partial tile is gone": _without("tile/1/000.p/1"),
    "an earlier partial tile is another": _changed("tile/1/000.p/1", _flip),
    "something is there beyond the end": lambda objects: objects | {"tile/0/002": b""},
    "a tile of nothing": lambda objects: objects | {"tile/0/000.p/0": b""},
}


@pytest.mark.parametrize("lie", LIES)
def test_it_catches(lie):
    """One thing is wrong in a log that is otherwise as it should be."""
    told = LIES[lie](_log(*SIZES))
    before = [_log(*SIZES)[f"checkpoints/{size}"] for size in SIZES]
    with pytest.raises(Untrue):
        visit(told.get, LOG.key, before)
