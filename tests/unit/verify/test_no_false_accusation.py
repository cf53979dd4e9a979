"""What a verifier must not take for a fault of the log (F-67, F-70)."""

from pathlib import Path

import pytest

from tests.support.attacks import attack
from tests.support.shown_log import (
    Objects,
    in_folder,
    issues_of,
    leaves,
    published,
    read,
)

SAID = leaves(520)
SIZES = (1, 200, 255, 257, 300, 511, 513)


def without_partials(objects: Objects) -> Objects:
    """The log after it removed each partial tile and bundle whose full one is public."""
    return {
        path: body
        for path, body in objects.items()
        if ".p/" not in path or path.partition(".p/")[0] not in objects
    }


@pytest.mark.parametrize("size", SIZES)
def test_a_partial_tile_that_its_full_one_replaced(size: int, tmp_path: Path) -> None:
    """F-67: the checkpoint is of an earlier size, as a cache may have it."""
    objects = published(SAID, SIZES)
    shown = {**without_partials(objects), "checkpoint": objects[f"checkpoints/{size}"]}
    assert len(shown) < len(objects)
    assert issues_of(read(shown)) == []
    assert issues_of(read(in_folder(tmp_path, shown))) == []
    assert issues_of(read(shown, since=size - 1)) == []


@attack("another full tile or bundle in the place of a partial one", "any reader")
@pytest.mark.parametrize("path", ["tile/entries/000", "tile/0/000"])
def test_a_full_tile_that_holds_something_else(path: str) -> None:
    """It is held against the root like the partial one."""
    objects = published(SAID, (200,))
    shown = {**without_partials(objects), "checkpoint": objects["checkpoints/200"]}
    other = published(leaves(519)[::-1])[path]
    assert issues_of(read({**shown, path: other})) != []
    del shown[path]
    assert ("I7", 0) in issues_of(read(shown))
