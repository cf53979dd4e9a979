"""The public part of a log: the newest state that was ever signed, and all entries under it.

Every entry that rebuilds a table was hashed up to a signed root before.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

from chalicelib.errors import BadInput, Corrupt
from chalicelib.log.objects import CHECKPOINT, Objects, strict_reader
from chalicelib.log.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.log.tlog.note import read_note, read_vkey, require_signature
from chalicelib.log.tlog.proof import recompute_root, root_by_tiles
from chalicelib.log.tlog.tile import WIDTH, TilePath, read_bundle
from chalicelib.log.tlog.vkey import Vkey

ARCHIVE = "checkpoints/"


def newest_checkpoint(
    objects: Objects, signed: Checkpoint | None, trusted: Vkey | None
) -> Checkpoint:
    """Return the newest state that was signed, after an audit of all public objects under it.

    The signer's memory counts as much as a note: objects are written before it. Raises BadInput
    where nothing is public, Corrupt where public objects contradict each other or *signed*.
    """
    notes = {path: strict_reader(objects)(path) for path in _notes(objects)}
    states = [signed_checkpoint(objects.get, raw, path, trusted) for path, raw in notes.items()]
    states += [signed] if signed else []
    if not states:
        en = "nothing of this log is public, and nothing was ever signed"
        raise BadInput(zh="此日志没有公布过任何内容，也没有签过名", en=en, where="restore")
    if len({state.origin for state in states}) > 1:
        raise Corrupt("一处有几本日志的检查点", "checkpoints of several logs lie in one place")
    goal = max(states, key=lambda state: state.size)
    read = lru_cache(maxsize=64)(strict_reader(objects))
    if recompute_root(0, goal.size, read) != goal.root:
        raise Corrupt(
            f"已公开的内容与签署的 {goal.size} 条的根不符",
            f"what is public does not hash to the root signed for {goal.size} entries",
        )
    for checkpoint in states:
        if root_by_tiles(checkpoint.size, read) != checkpoint.root:
            size = checkpoint.size
            en = f"the log does not begin with the {size} entries signed before"
            raise Corrupt(f"日志不以此前签署的 {size} 条开头", en)
    return goal


def _notes(objects: Objects) -> list[str]:
    """Return the paths of the served checkpoint and of the newest one in the archive."""
    sizes = [int(name.removeprefix(ARCHIVE)) for name in objects.names(ARCHIVE)]
    served = [] if objects.get(CHECKPOINT) is None else [CHECKPOINT]
    return served + [f"{ARCHIVE}{max(sizes)}" for _ in sizes[:1]]


def signed_checkpoint(
    read: Callable[[str], bytes | None], raw: bytes, path: str, trusted: Vkey | None = None
) -> Checkpoint:
    """Return the checkpoint of the note *raw*; *read* finds the log's keys by their paths.

    Raises Corrupt unless one of them signed it, or the *trusted* one; BadInput for a changed key.
    """
    note = read_note(raw)
    checkpoint = read_checkpoint(note.text)
    key = trusted
    for line in note.lines:
        place = f"vkeys/{line.id.hex()}"
        beside = read(place)
        if key is None and line.name == checkpoint.origin and beside is not None:
            if not is_key(place, beside):
                zh = "内容被改动过，不是这个公钥；请执行 duban log mend 改正，再试"
                en = "was changed and is not this key: run duban log mend, then try again"
                raise BadInput(zh=zh, en=en, where=place)
            key = read_vkey(beside.decode().rstrip("\n"))
    if key is None or key.name != checkpoint.origin:
        zh = f"没有 {checkpoint.origin} 的公钥，无法核对 {path}：请写 --vkey"
        raise Corrupt(zh, f"no key of {checkpoint.origin} to check {path} with: say --vkey")
    require_signature(note, key)
    return checkpoint


def is_key(path: str, raw: bytes) -> bool:
    """Return whether *raw* is the key that *path* names."""
    try:
        vkey = read_vkey(raw.decode().rstrip("\n"))
    except (BadInput, Corrupt, ValueError):
        return False
    return path == f"vkeys/{vkey.id.hex()}"


def leaves(objects: Objects, size: int) -> Iterator[bytes]:
    """Yield all entries under a checkpoint of *size*, in order; `newest_checkpoint` audits them."""
    read = strict_reader(objects)
    for start in range(0, size, WIDTH):
        width = min(WIDTH, size - start)
        yield from read_bundle(read(TilePath(None, start // WIDTH, width).path), width)
