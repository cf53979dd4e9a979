"""The public objects in a directory, for one machine; any web server can serve it as it is.

A file appears whole or not at all, and is on the disk when a write returns. Temporary files begin
with a dot and lie at the top; one that a crash left there does no harm.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chalicelib.errors import Conflict, Corrupt
from chalicelib.log.objects import check_path, partials_of
from chalicelib.log.tlog.tile import TilePath


class FolderObjects:
    """Objects as files under *root*, which need not be there yet."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self, path: str) -> bytes | None:
        """Read an object; None where there is none."""
        try:
            return (self._root / check_path(path)).read_bytes()
        except FileNotFoundError:
            return None

    def get_tagged(self, path: str) -> tuple[bytes, str] | None:
        """Read an object; its tag is its SHA-256."""
        body = self.get(path)
        return None if body is None else (body, hashlib.sha256(body).hexdigest())

    def put_new(self, path: str, body: bytes) -> None:
        """Write once, by a link, which fails where the name is taken; other bytes: Corrupt."""
        target = self._root / check_path(path)
        with self._temporary_file(target, body) as temporary:
            try:
                os.link(temporary, target)
            except FileExistsError:
                if target.read_bytes() != body:
                    zh = f"{path} 已公开，而内容不同"
                    raise Corrupt(zh, f"{path} is public with other bytes") from None
            _sync_folder(target.parent)

    def replace(self, path: str, body: bytes, tag: str | None) -> None:
        """Write over what had *tag* (None: over nothing), under a lock that all writers take."""
        target = self._root / check_path(path)
        with self._temporary_file(target, body) as temporary, self._lock():
            current = self.get_tagged(path)
            if (current[1] if current else None) != tag:
                if current and current[0] == body:
                    return
                raise Conflict(f"{path} 已由别处写入", f"{path} was written by somebody else")
            temporary.replace(target)
            _sync_folder(target.parent)

    def names(self, prefix: str) -> Iterator[str]:
        """Yield all names that begin with *prefix*."""
        files = (path for path in self._root.rglob("*") if path.is_file())
        names = (path.relative_to(self._root).as_posix() for path in files)
        yield from sorted(name for name in names if name.startswith(prefix) and name[0] != ".")

    def discard_partials(self, tile: TilePath) -> int:
        """Remove the partial objects of the full *tile*, and their folder; return how many.

        Raises Corrupt where the full one is not there. Crash: some are left, for the same call.
        """
        folder = self._root / check_path(partials_of(tile).rstrip("/"))
        if not (self._root / tile.path).is_file():
            zh = f"{tile.path} 缺失：其不满的分块保留"
            raise Corrupt(zh, f"{tile.path} is not there: its partial objects stay")
        if not folder.is_dir():
            return 0
        files = list(folder.iterdir())
        for file in files:
            file.unlink(missing_ok=True)
        with suppress(OSError):  # somebody else was faster
            folder.rmdir()
        _sync_folder(folder.parent)
        return len(files)

    @contextmanager
    def _temporary_file(self, target: Path, body: bytes) -> Iterator[Path]:
        """Yield a temporary file with *body*, synced to the disk; the block's end removes it."""
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".new-", dir=self._root)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self._root / ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _sync_folder(folder: Path) -> None:
    """Sync *folder*, so that the entry of a new name in it is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
