"""A stranger's visit: everything the log shows is read once and must fit together.

In: how to get an object, the log's public key, what was kept of earlier visits. Out: the entries.
Anything that does not fit raises Untrue.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.stranger.leaves import Leaf, check_chains, read_leaf
from tests.stranger.merkle import check_consistency, check_inclusion, leaf_hash, root
from tests.stranger.notes import Checkpoint, Key, read_checkpoint, read_note, signers
from tests.stranger.tiles import FULL, HASH, Get, Tiles, beyond, named, read_bundle, required
from tests.stranger.untrue import Untrue, require


@dataclass(frozen=True)
class Visit:
    """What a log shows at one moment."""

    note: bytes
    checkpoint: Checkpoint
    cosigned: Mapping[Key, int]
    entries: Sequence[bytes]
    hashes: Sequence[bytes]

    def leaves(self) -> list[Leaf]:
        """Read every entry, and follow the chain of each case."""
        read = [read_leaf(entry) for entry in self.entries]
        check_chains(read)
        return read


def signed(
    raw: bytes | None, log: Key, witnesses: Sequence[Key] = ()
) -> tuple[Checkpoint, dict[Key, int]]:
    """Read a checkpoint that the log signed; with the witnesses that cosigned, and when."""
    if raw is None:
        raise Untrue("there is no checkpoint")
    note = read_note(raw)
    names = signers(note, [log, *witnesses])
    require(log in names, "the log did not sign its checkpoint")
    checkpoint = read_checkpoint(note.text)
    require(checkpoint.origin == log.name, f"a checkpoint of {checkpoint.origin}")
    return checkpoint, {key: at for key, at in names.items() if at is not None}


def visit(
    get: Get,
    log: Key,
    before: Sequence[bytes] = (),
    witnesses: Sequence[Key] = (),
    *,
    is_quiet: bool = True,
) -> Visit:
    """Look at everything; *before* are checkpoints that were served earlier.

    Only while the log *is quiet* nothing may be there beyond its end: objects come before the
    checkpoint that needs them.
    """
    note = get("checkpoint")
    checkpoint, cosigned = signed(note, log, witnesses)
    first, _ = signed(get(f"checkpoints/{checkpoint.size}"), log)
    require(first == checkpoint, "the first checkpoint of this size was another one")
    entries, hashes = _entries(get, checkpoint.size)
    require(root(hashes) == checkpoint.root, "the root is not that of the entries")
    _check_tiles(get, checkpoint.size, hashes)
    for name in beyond(checkpoint.size) if is_quiet else ():
        require(get(name) is None, f"{name} is there, beyond {checkpoint.size} entries")
    _check_earlier(get, log, checkpoint, before, hashes)
    return Visit(note or b"", checkpoint, cosigned, entries, hashes)


def _entries(get: Get, size: int) -> tuple[list[bytes], list[bytes]]:
    entries: list[bytes] = []
    for level, number, width in required(size):
        if level == "entries":
            name = named(level, number, width)
            raw = get(name)
            if raw is None:
                raise Untrue(f"{name} is missing")
            entries += read_bundle(raw, width)
    return entries, [leaf_hash(entry) for entry in entries]


def _check_tiles(get: Get, size: int, hashes: Sequence[bytes]) -> None:
    """Every tile holds the hashes of the full subtrees below it, as the entries give them."""
    levels = [b"".join(hashes)]
    while len(levels[-1]) >= FULL * HASH:
        below = levels[-1]
        full = range(0, len(below) - FULL * HASH + 1, FULL * HASH)
        levels.append(b"".join(root(_cut(below[at : at + FULL * HASH])) for at in full))
    for level, number, width in required(size):
        if isinstance(level, int):
            name, start = named(level, number, width), number * FULL * HASH
            wanted = levels[level][start : start + width * HASH]
            require(get(name) == wanted, f"{name} does not fit the entries")


def _cut(raw: bytes) -> list[bytes]:
    return [raw[i : i + HASH] for i in range(0, len(raw), HASH)]


def _check_earlier(
    get: Get, log: Key, now: Checkpoint, before: Sequence[bytes], hashes: Sequence[bytes]
) -> None:
    """What was served earlier is a beginning of this, by the entries and by the tiles' proof."""
    tiles = Tiles(now.size, get)
    for raw in before:
        old, _ = signed(raw, log)
        require(old.size <= now.size, f"the log went back from {old.size} to {now.size}")
        require(root(hashes[: old.size]) == old.root, f"the log of {old.size} was another one")
        proof = tiles.consistency(old.size)
        check_consistency(old.size, old.root, now.size, now.root, proof)
        archived, _ = signed(get(f"checkpoints/{old.size}"), log)
        require(archived == old, f"the kept checkpoint of {old.size} is another one")
        _check_partials(get, old.size, now.size)


def _check_partials(get: Get, old: int, size: int) -> None:
    """The partial tiles of each signed size are served until they are full, and never change."""
    widths = {(level, number): width for level, number, width in required(size)}
    for level, number, width in required(old):
        wider = widths[level, number]
        if width < wider < FULL:
            name = named(level, number, width)
            raw, whole = get(name), get(named(level, number, wider)) or b""
            if raw is None:
                raise Untrue(f"{name} is not served any more")
            require(whole.startswith(raw), f"{name} is another beginning")
            read_bundle(raw, width) if level == "entries" else require(
                len(raw) == width * HASH, f"{name} has {len(raw)} bytes"
            )


def check_by_tiles(get: Get, checkpoint: Checkpoint, index: int, entry: bytes) -> int:
    """Prove by tiles alone that *entry* is at *index*; say how many tiles that took."""
    tiles = Tiles(checkpoint.size, get)
    proof = tiles.inclusion(index)
    check_inclusion(leaf_hash(entry), index, checkpoint.size, proof, checkpoint.root)
    return tiles.reads
