"""What is public of a county in memory, checked by rule; and somebody who edits its tables."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.lambdas import publish as publishing
from chalicelib.log.commit import TreeHead
from chalicelib.log.tlog import tree
from chalicelib.log.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.log.tlog.note import read_note, read_vkey, require_signature
from chalicelib.log.tlog.tile import TilePath, new_tiles, read_bundle
from chalicelib.log.tlog.tree import leaf_hash
from tests.support.batches import Rows, is_batch, rows_of, with_rows
from tests.support.log_audit import naive_root
from tests.support.memory_stage import MemoryWorld

START = "2026-11-02T09:00:00"
ORIGIN = "log.test/log"


def publish(county: MemoryWorld) -> Checkpoint:
    """Run the function once, as its schedule does."""
    publishing.run({})
    return shown(county)


def shown(county: MemoryWorld) -> Checkpoint:
    """Read what is public, and check every object that it needs (I7), by rule and not by code."""
    objects = county.cloud.bucket.objects
    note = read_note(objects["checkpoint"])
    require_signature(
        note, read_vkey(objects[f"vkeys/{note.lines[0].id.hex()}"].decode().rstrip("\n"))
    )
    checkpoint = read_checkpoint(note.text)
    leaves: list[bytes] = []
    for index in range(-(-checkpoint.size // 256)):
        width = min(256, checkpoint.size - 256 * index)
        leaves += read_bundle(objects[TilePath(None, index, width).path], width)
        assert objects[TilePath(0, index, width).path] == b"".join(map(leaf_hash, leaves[-width:]))
    assert checkpoint.root == naive_root(leaves), "I9"
    assert {tile.path for tile in new_tiles(0, checkpoint.size)} <= set(objects), "I7"
    assert read_note(objects[f"checkpoints/{checkpoint.size}"]).text == note.text
    return checkpoint


def rows(county: MemoryWorld) -> list[Mapping[str, Any]]:
    """Give what is committed."""
    return list(county.services.log_reader.rows(0))


def grow(county: MemoryWorld, *cases: int) -> None:
    """Let some cases be accepted, and their facts committed."""
    for case in cases:
        county.accept(START, str(case))
    county.pump.drain()


def edited(county: MemoryWorld, change: Callable[[Rows], None]) -> list[bytes]:
    """Let somebody with every right over the tables edit the batches; give all leaves then."""
    batches = county.cloud.items["test-Log"]
    found, leaves = [], []
    for key, item in sorted(batches.items()):
        if is_batch(item):
            entries = rows_of(item)
            found.append((key, item, entries))
            leaves += entries
    change(leaves)
    for key, item, entries in found:
        batches[key] = with_rows(item, entries)
    return [row["leaf"].encode() for row in leaves]


def rehead(county: MemoryWorld, leaves: list[bytes]) -> None:
    """Give the log's head the root over other *leaves*."""
    frontier: tuple[bytes, ...] = ()
    for size, leaf in enumerate(leaves):
        frontier = tree.append(size, frontier, tree.leaf_hash(leaf))
    items = county.cloud.items["test-Log"]
    key = ("HEAD", "HEAD")
    head = TreeHead(len(leaves), frontier)
    items[key] = {
        **items[key],
        "size": {"N": str(head.size)},
        "frontier": {"S": head.written()},
    }


def backdate(leaves: Rows) -> None:
    """Change an old fact."""
    leaves[0]["leaf"] = leaves[0]["leaf"].replace("2026-11-02T01:00:00", "2026-10-02T01:00:00")
