"""The public objects in a directory, for one machine; any web server can serve it as it is.

A file appears whole or not at all, and is on the disk when a write returns. Temporary files begin
with a dot and lie at the top; one that a crash left there is in nobody's way.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.audit.objects import checked
from chalicelib.errors import Conflict, Corrupt


class FolderObjects:
    """Objects as files under *root*, which need not be there yet."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self, path: str) -> bytes | None:
        """Read an object; None where there is none."""
        try:
            return (self._root / checked(path)).read_bytes()
        except FileNotFoundError:
            return None

    def tagged(self, path: str) -> tuple[bytes, str] | None:
        """Read an object; its tag is its SHA-256."""
        body = self.get(path)
        return None if body is None else (body, _tag(body))

    def put_new(self, path: str, body: bytes) -> None:
        """Write once, by a link, which fails where the name is taken; other bytes: Corrupt."""
        target = self._root / checked(path)
        with self._written(target, body) as written:
            try:
                os.link(written, target)
            except FileExistsError:
                if target.read_bytes() != body:
                    raise Corrupt(f"{path} is public with other bytes") from None
            _settle(target.parent)

    def replace(self, path: str, body: bytes, tag: str | None) -> None:
        """Write over what had *tag* (None: over nothing), under a lock that all writers take."""
        target = self._root / checked(path)
        with self._written(target, body) as written, self._locked():
            found = self.tagged(path)
            if (found[1] if found else None) != tag:
                if found and found[0] == body:
                    return
                raise Conflict(f"{path} was written by somebody else")
            written.replace(target)
            _settle(target.parent)

    def names(self, prefix: str) -> Iterator[str]:
        """All names that begin with *prefix*."""
        files = (path for path in self._root.rglob("*") if path.is_file())
        found = (path.relative_to(self._root).as_posix() for path in files)
        yield from sorted(one for one in found if one.startswith(prefix) and one[0] != ".")

    @contextmanager
    def _written(self, target: Path, body: bytes) -> Iterator[Path]:
        """Give a file with *body* that is on the disk; what is left of it goes with the block."""
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
    def _locked(self) -> Iterator[None]:
        with (self._root / ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _tag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _settle(folder: Path) -> None:
    """Have the folder's own entry of a new name on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
