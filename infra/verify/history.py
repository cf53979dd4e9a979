"""What the log said before, held against what it says now (I1, I8): it only ever grows.

Before means: checkpoints that the reader kept, the last one of an earlier reading, and those that
the log itself keeps under `checkpoints/<size>`.
"""

from collections.abc import Iterator
from pathlib import Path

from chalicelib.audit.tlog.proof import root_by_tiles
from chalicelib.audit.tlog.tile import read_path
from chalicelib.audit.tlog.wire import HASH
from chalicelib.errors import BadInput, Corrupt
from infra.verify.finding import Issue, remark
from infra.verify.hashes import Hashes, changed
from infra.verify.kept import KeptSource
from infra.verify.source import FolderSource, Source
from infra.verify.trust import SignedCheckpoint, Trust, read_signed

_ARCHIVE = "checkpoints"


def grown(old: SignedCheckpoint, now: SignedCheckpoint, hashes: Hashes) -> Iterator[Issue]:
    """Whether the log *now* begins with what it was, whose *hashes* were computed."""
    if old.checkpoint.origin != now.checkpoint.origin:
        raise BadInput(f"a checkpoint of another log, {old.checkpoint.origin}", "--checkpoint")
    if old.size > now.size:
        yield Issue(
            None,
            "I8",
            f"日志倒退：此前签署过 {old.size} 条的检查点，现在只给出 {now.size} 条",
            f"the log went back: {old.size} entries were signed before, now it shows {now.size}",
        )
        return
    try:
        is_same = _root(old.size, now, hashes) == old.root
    except Corrupt as wrong:
        zh = f"无法与此前 {old.size} 条的检查点比对：{wrong}"
        en = f"cannot be held against the checkpoint of {old.size}: {wrong}"
        yield Issue(None, "I7", zh, en)
        return
    if not is_same:
        yield Issue(
            None,
            "I1",
            f"历史被改写：前 {old.size} 条的根与此前签署的不同",
            f"history was rewritten: another root was signed for the first {old.size} entries",
        )


def _root(size: int, now: SignedCheckpoint, hashes: Hashes) -> bytes:
    """The root of the first *size* entries of what is signed *now*. Raises Corrupt."""
    if size == now.size:
        return now.root
    if hashes.root != now.root:
        raise Corrupt("what is served is not what is signed")
    return root_by_tiles(size, hashes.read)


def kept_by_reader(file: Path, trust: Trust) -> SignedCheckpoint:
    """A checkpoint that the reader kept in a *file*. Raises BadInput unless the log signed it."""
    try:
        return read_signed(file.read_bytes(), trust)
    except OSError as error:
        raise BadInput(error.strerror or "cannot be read", str(file)) from error
    except Corrupt as error:
        raise BadInput(str(error), str(file)) from error


def archive(source: Source, now: SignedCheckpoint, trust: Trust, hashes: Hashes) -> Iterator[Issue]:
    """The checkpoints that the log keeps: of this size, and of those whose names are known."""
    if source.get(f"{_ARCHIVE}/{now.size}") is None:
        yield remark(
            "I7",
            f"没有 {_ARCHIVE}/{now.size}（本系统的扩展）",
            f"there is no {_ARCHIVE}/{now.size} (an extension of ours)",
        )
    for size in sorted({now.size, *_sizes(source)}):
        found = source.get(f"{_ARCHIVE}/{size}")
        if found is not None:
            yield from _archived(size, found, now, trust, hashes)


def _archived(
    size: int, raw: bytes, now: SignedCheckpoint, trust: Trust, hashes: Hashes
) -> Iterator[Issue]:
    path = f"{_ARCHIVE}/{size}"
    try:
        old = read_signed(raw, trust)
        if old.size != size:
            raise Corrupt(f"is of {old.size} entries")  # noqa: TRY301 - said as all that is wrong
    except Corrupt as wrong:
        yield Issue(None, "I8", f"{path} 无效：{wrong}", f"{path} is not valid: {wrong}")
        return
    if size <= now.size:
        yield from grown(old, now, hashes)
    else:  # signed, but held back until enough witnesses have cosigned it
        yield remark(
            "I11",
            f"{path} 已签署，但尚未作为最新检查点发布",
            f"{path} is signed, but not published as the latest yet",
        )


def old_tiles(source: Source, now: SignedCheckpoint, hashes: Hashes) -> Iterator[Issue]:
    """Partial tiles that were fetched for earlier sizes, or lie beside others: parts of today's."""
    for folder in _folders(source):
        for file in sorted((folder / "tile").glob("[0-9]*/**/*.p/*")):
            path = file.relative_to(folder).as_posix()
            try:
                tile = read_path(path)
            except ValueError:
                continue  # a file that is being written, or is none of the log's
            level, end = tile.level or 0, tile.index * 256 + tile.width
            if end > now.size >> (8 * level):
                continue  # of a size that is yet to be published
            if file.read_bytes() != hashes.read(path)[: tile.width * HASH]:
                yield changed(path, tile.index * 256 ** (level + 1))


def _sizes(source: Source) -> Iterator[int]:
    for folder in _folders(source):
        names = (file.name for file in (folder / _ARCHIVE).glob("[0-9]*"))
        yield from (int(name) for name in names if name.isdecimal())


def _folders(source: Source) -> list[Path]:
    """The folders in which things of this log lie, where there are some."""
    return [source.folder] if isinstance(source, FolderSource | KeptSource) else []
