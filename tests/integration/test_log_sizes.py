"""The service's own publisher makes logs that the stranger believes, of every size that matters."""

import pytest

from chalicelib.lambdas.publish import publish
from chalicelib.log.folder_objects import FolderObjects
from tests.stranger.notes import read_key
from tests.stranger.sources import Folder
from tests.stranger.visit import check_by_tiles, visit
from tests.support.long_log import LongLog
from tests.support.memory_stage import memory_world
from tests.support.public_log import log_key

START = "2026-11-02T09:00:00"
SIZES = (0, 1, 2, 255, 256, 257, 512, 65_536, 70_000)


@pytest.mark.parametrize("sizes", [SIZES, *[(size,) for size in SIZES[:-2]]], ids=str)
def test_the_stranger_believes(sizes):
    """A log that had checkpoints at these sizes: all entries, tiles, proofs and old checkpoints."""
    with memory_world(START) as county:
        log, notes = LongLog(county.cloud), []
        objects = county.cloud.bucket.objects
        for size in sizes:
            log.grow(size)
            made = publish(county.services)
            assert made is not None
            assert (made.size, made.root) == (size, log.root)
            notes.append(objects["checkpoint"])
        seen = visit(objects.get, log_key(county), notes)
        assert seen.entries == log.entries
        for index in {0, 255, 256, len(log.entries) // 2, len(log.entries) - 1}:
            if 0 <= index < len(log.entries):
                reads = check_by_tiles(objects.get, seen.checkpoint, index, log.entries[index])
                assert reads <= 6


def test_a_folder_shows_the_same(tmp_path):
    """The publisher writes into a directory, and the stranger reads its files."""
    with memory_world(START) as county:
        services = county.services
        vars(services)["objects"] = FolderObjects(
            tmp_path
        )  # where the services keep what they made
        log, notes, folder = LongLog(county.cloud), [], Folder(tmp_path)
        for size in (0, 3, 257, 600):
            log.grow(size)
            publish(services)
            notes.append(folder("checkpoint") or b"")
        (vkey,) = (tmp_path / "vkeys").iterdir()
        key = read_key(vkey.read_text().removesuffix("\n"))
        assert visit(folder, key, notes).entries == log.entries
        assert county.cloud.bucket.objects == {}
