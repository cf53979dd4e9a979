"""Earlier states of the log, compared with the present one (I1, I8): it only ever grows.

They are checkpoints that the reader kept, the last one of an earlier reading, and those that the
log itself keeps under `checkpoints/<size>`.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from chalicelib.errors import BadInput, Corrupt
from chalicelib.log.tlog.proof import root_by_tiles
from chalicelib.log.tlog.tile import read_tile_path
from chalicelib.log.tlog.wire import HASH
from infra.terminal.files import unreadable
from infra.verify.hashes import Hashes, changed_object
from infra.verify.issue import Issue, remark
from infra.verify.source import FolderSource, KeptSource, Source
from infra.verify.trust import SignedCheckpoint, Trust, read_signed

_ARCHIVE = "checkpoints"


def check_consistency(
    old: SignedCheckpoint, now: SignedCheckpoint, hashes: Hashes
) -> Iterator[Issue]:
    """Check that the log *now*, whose *hashes* were computed, begins with the *old* one."""
    if old.checkpoint.origin != now.checkpoint.origin:
        other = old.checkpoint.origin
        zh, en = f"是另一本日志的检查点：{other}", f"a checkpoint of another log: {other}"
        raise BadInput(zh=zh, en=en, where="--checkpoint")
    if old.size > now.size:
        zh = f"日志倒退：此前签署过 {old.size} 条的检查点，现在只给出 {now.size} 条"
        en = f"the log went back: {old.size} entries were signed before, now it shows {now.size}"
        yield Issue(None, "I8", zh, en)
        return
    try:
        is_same = _root(old.size, now, hashes) == old.checkpoint.root
    except Corrupt as wrong:
        zh = f"无法与此前 {old.size} 条的检查点比对：{wrong.text.zh}"
        en = f"cannot be held against the checkpoint of {old.size}: {wrong}"
        yield Issue(None, "I7", zh, en)
        return
    if not is_same:
        zh = f"历史被改写：前 {old.size} 条的根与此前签署的不同"
        en = f"history was rewritten: another root was signed for the first {old.size} entries"
        yield Issue(None, "I1", zh, en)


def _root(size: int, now: SignedCheckpoint, hashes: Hashes) -> bytes:
    """Return the root of the first *size* entries of the log signed *now*. Raises Corrupt."""
    if size == now.size:
        return now.checkpoint.root
    if hashes.root != now.checkpoint.root:
        raise Corrupt("所提供的与所签署的不符", "what is served is not what is signed")
    return root_by_tiles(size, hashes.read_tile)


def read_kept_checkpoint(file: Path, trust: Trust) -> SignedCheckpoint:
    """Read a checkpoint from a *file* of the reader. Raises BadInput unless the log signed it."""
    try:
        return read_signed(file.read_bytes(), trust)
    except OSError as error:
        raise unreadable(error, file) from error
    except Corrupt as error:
        zh = f"不是这本日志签署的检查点，请核对文件：{error.text.zh}"
        en = f"not a checkpoint that this log signed: {error}"
        raise BadInput(zh=zh, en=en, where=str(file)) from error


def read_archive(
    source: Source, now: SignedCheckpoint, trust: Trust, known: Iterable[int]
) -> tuple[list[SignedCheckpoint], list[Issue]]:
    """Return the signed checkpoints in the log's archive, and an issue for each other one.

    They are those of this size, of all *known* sizes, and of every file in a folder.
    """
    archived, issues = list[SignedCheckpoint](), list[Issue]()
    kept = (file.name for folder in _folders(source) for file in (folder / _ARCHIVE).glob("[0-9]*"))
    sizes = {int(name) for name in kept if name.isdecimal()}
    for size in sorted({now.size, *sizes, *known}):
        path = f"{_ARCHIVE}/{size}"
        raw = source.get(path)
        if raw is None and size == now.size:
            zh, en = f"没有 {path}（本系统的扩展）", f"there is no {path} (an extension of ours)"
            issues.append(remark("I7", zh, en))
        if raw is None:
            continue
        try:
            archived.append(_read_archived(raw, size, trust))
        except Corrupt as wrong:
            zh, en = f"{path} 无效：{wrong.text.zh}", f"{path} is not valid: {wrong}"
            issues.append(Issue(None, "I8", zh, en))
    return archived, issues


def _read_archived(raw: bytes, size: int, trust: Trust) -> SignedCheckpoint:
    """Read the checkpoint of *size* in the archive. Raises Corrupt."""
    old = read_signed(raw, trust)
    if old.size != size:
        raise Corrupt(f"是 {old.size} 条的", f"is of {old.size} entries")
    return old


def check_history(
    source: Source,
    now: SignedCheckpoint,
    kept: Sequence[SignedCheckpoint],
    archived: Sequence[SignedCheckpoint],
    hashes: Hashes,
) -> Iterator[Issue]:
    """Check that the log *now* extends each checkpoint that the reader *kept* or it *archived*."""
    for old in kept:
        yield from check_consistency(old, now, hashes)
    for old in archived:
        if old.note.text in {each.note.text for each in kept}:
            continue
        if old.size <= now.size:
            yield from check_consistency(old, now, hashes)
        else:  # it may wait for its witnesses
            path = f"{_ARCHIVE}/{old.size}"
            en = f"{path} is signed, but not published as the latest yet"
            yield remark("I11", f"{path} 已签署，但尚未作为最新检查点发布", en)
    yield from check_old_tiles(source, now, hashes)


def check_old_tiles(source: Source, now: SignedCheckpoint, hashes: Hashes) -> Iterator[Issue]:
    """Check that partial tiles of earlier sizes are parts of the present ones."""
    for folder in _folders(source):
        for file in sorted((folder / "tile").glob("[0-9]*/**/*.p/*")):
            path = file.relative_to(folder).as_posix()
            try:
                tile = read_tile_path(path)
            except ValueError:
                continue  # a file that is being written, or is none of the log's
            level, end = tile.level or 0, tile.index * 256 + tile.width
            if end > now.size >> (8 * level):
                continue  # of a size that is yet to be published
            if file.read_bytes() != hashes.read_tile(path)[: tile.width * HASH]:
                yield changed_object(path, tile.index * 256 ** (level + 1))


def _folders(source: Source) -> list[Path]:
    """Return the folders that hold files of this log, [] if it is read over HTTP only."""
    return [source.folder] if isinstance(source, FolderSource | KeptSource) else []
