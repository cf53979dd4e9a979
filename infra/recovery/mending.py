"""`duban log mend`: find public objects whose bytes are not what was signed, and put them right.

What is right follows from entries that hash to the signed root: those of the log's table, or else
those that the bucket's first versions hold, for nobody could write a second one without changing
the bucket's policy. Keys, rules and checkpoints prove themselves. Nothing is removed: what somebody
wrote over stays as an older version, to be looked into.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice

from chalicelib.errors import BadInput, Corrupt
from chalicelib.log.objects import Objects
from chalicelib.log.tlog import tree
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.tile import WIDTH, TilePath, bundle, grow, read_bundle, read_tile_path
from chalicelib.log.tlog.wire import HASH
from chalicelib.plumbing.services import Services
from infra.recovery.object_check import Mended, ObjectCheck, is_document
from infra.recovery.public import ARCHIVE, is_key
from infra.recovery.public_bucket import PublicBucket

Leaves = Callable[[], Iterator[bytes]]


def mend(services: Services, bucket: PublicBucket, *, writes: bool) -> Mended:
    """Compare all public objects under what was signed; where *writes*, put them right.

    Raises BadInput where nothing was signed, or neither table nor bucket has the signed entries.
    Crash anywhere: what was put right is right; the same call goes on, and closes the bucket.
    """
    signed = services.signer_memory.last(services.settings.log_origin)
    if signed is None:
        zh, en = "从未签名，无从核对", "nothing was ever signed, so nothing is right"
        raise BadInput(zh=zh, en=en, where="mend")
    if writes:
        bucket.close()
    objects = services.objects
    archived = {int(name.removeprefix(ARCHIVE)): name for name in objects.names(ARCHIVE)}
    notes = {size: name for size, name in archived.items() if size <= signed.size}
    leaves, roots = _right_leaves(services, bucket, signed, {*notes, signed.size})
    walk = ObjectCheck(objects, bucket, Mended(signed.size), roots, writes)
    partials = _partials(objects)
    for tile, body in _right_objects(leaves()):
        walk.expect(tile.path, body)
        for width in partials.pop((tile.level, tile.index), ()):
            if width < tile.width:
                part, right = _cut(tile, body, width)
                walk.expect(part.path, right)
    for path in objects.names("vkeys/"):
        walk.expect_proven(path, partial(is_key, path))
    for path in objects.names("rules/"):
        walk.expect_proven(path, partial(is_document, path))
    for size, path in notes.items():
        walk.expect_proven(path, partial(_is_of, walk, size))
    if notes:
        walk.expect_served([*notes.values()])
    return walk.found


def _is_of(walk: ObjectCheck, size: int, raw: bytes) -> bool:
    return walk.size_of(raw, f"{ARCHIVE}{size}") == size


def _right_leaves(
    services: Services, bucket: PublicBucket, signed: Checkpoint, sizes: set[int]
) -> tuple[Leaves, dict[int, bytes]]:
    """Return the entries that hash to what was *signed*, and the roots at *sizes*."""

    def table() -> Iterator[bytes]:
        rows = islice(services.log_reader.rows(0), signed.size)
        return (row["leaf"].encode() for row in rows)

    for leaves in (table, partial(_first_entries, bucket, signed.size)):
        try:
            roots = _roots(leaves(), sizes)
        except Corrupt:
            continue
        if roots.get(signed.size) == signed.root:
            return leaves, roots
    zh = "日志表和对象的最初版本都与签名不符；请先恢复日志表，或用镜像、见证方留存的副本"
    en = "neither the table nor the first versions hash to what was signed; restore the table Log"
    raise BadInput(zh=zh, en=f"{en} first, or take a mirror's copy", where="mend")


def _first_entries(bucket: PublicBucket, size: int) -> Iterator[bytes]:
    """Yield the entries as the first versions of the bundles have them. Raises Corrupt."""
    for start in range(0, size, WIDTH):
        tile = TilePath(None, start // WIDTH, min(WIDTH, size - start))
        first = next(bucket.versions(tile.path), None)
        if first is None:
            raise Corrupt(f"{tile.path} 缺失", f"{tile.path} is not there")
        yield from read_bundle(first, tile.width)


def _roots(leaves: Iterator[bytes], sizes: set[int]) -> dict[int, bytes]:
    """Return the roots of the logs that the first so many *leaves* make."""
    frontier: tuple[bytes, ...] = ()
    roots = {0: tree.root(())} if 0 in sizes else {}
    for at, leaf in enumerate(leaves):
        frontier = tree.append(at, frontier, tree.leaf_hash(leaf))
        if at + 1 in sizes:
            roots[at + 1] = tree.root(frontier)
    return roots


def _partials(objects: Objects) -> dict[tuple[int | None, int], list[int]]:
    """Return the widths of the partial objects that are there, by level and index."""
    found = defaultdict(list)
    for name in objects.names("tile/"):
        try:
            tile = read_tile_path(name)
        except ValueError:
            continue  # no object of ours: nobody is led to it
        if tile.width < WIDTH:
            found[tile.level, tile.index].append(tile.width)
    return found


def _right_objects(leaves: Iterable[bytes]) -> Iterator[tuple[TilePath, bytes]]:
    """Yield each tile and bundle of the log with *leaves*, and its bytes, in little memory."""
    rest, size = iter(leaves), 0
    partial: dict[int | None, tuple[TilePath, bytes]] = {}
    while run := [*islice(rest, WIDTH)]:
        edge = {tile.path: body for tile, body in partial.values()}
        for path, body in grow(size, edge.__getitem__, run).items():
            tile = read_tile_path(path)
            partial.pop(tile.level, None)
            if tile.width == WIDTH:
                yield tile, body
            else:
                partial[tile.level] = (tile, body)
        size += len(run)
    yield from partial.values()


def _cut(tile: TilePath, body: bytes, width: int) -> tuple[TilePath, bytes]:
    """Return the partial object of the first *width* items of *tile*, whose bytes are *body*."""
    partial = TilePath(tile.level, tile.index, width)
    if tile.level is None:
        return partial, bundle(read_bundle(body, tile.width)[:width])
    return partial, body[: width * HASH]
