"""A folder that keeps fetched objects: to go on after a break, and to see whether a log changes.

It is laid out as the log itself, so it can be verified and served. Its `checkpoint` and `log.json`
are the last ones that verified: the next time the log must extend the one, and keep the promises of
the other. `fetched.json` says when which size was shown: no later entry may be recorded before.
"""

import json
import os
import threading
from datetime import datetime
from pathlib import Path

from chalicelib.errors import BadInput
from chalicelib.instant import parse, text
from infra.verify.source import CHECKPOINT, FolderSource, HttpSource, Source

_CHANGING = (CHECKPOINT, "log.json")
_FETCHED = "fetched.json"


class KeptSource:
    """*source*, of which every object is kept in *folder* once it has been fetched."""

    def __init__(self, source: Source, folder: Path) -> None:
        self.where = source.where
        self.parallel = source.parallel
        self.served = source
        self._files = FolderSource(folder)

    @property
    def folder(self) -> Path:
        """The folder of the kept objects."""
        return self._files.folder

    def get(self, path: str) -> bytes | None:
        """Return the kept object, else fetch it; objects that may change are fetched each time."""
        body = None if path in _CHANGING else self._files.get(path)
        return self.again(path) if body is None else body

    def again(self, path: str) -> bytes | None:
        """Fetch the object and keep it."""
        body = self.served.get(path)
        if body is not None and path not in _CHANGING:
            self.keep(path, body)
        return body

    def kept(self, path: str) -> bytes | None:
        """Return an object as it was kept, None where it was not."""
        return self._files.get(path)

    def fetched(self) -> dict[int, str]:
        """Return when each size was last fetched from an address. Raises BadInput: damaged."""
        try:
            dates: dict[str, str] = json.loads(self._files.get(_FETCHED) or b"{}")
            return {int(size): text(parse(at)) for size, at in dates.items()}
        except (ValueError, AttributeError, TypeError) as error:
            zh, en = "已损坏，删去此文件即可继续", "is damaged; remove this file to go on"
            raise BadInput(zh=zh, en=en, where=str(self.folder / _FETCHED)) from error

    def keep_date(self, size: int, at: datetime) -> None:
        """Store that an address, not a folder, showed *size* entries *at* an instant."""
        if isinstance(self.served, HttpSource):
            dates = self.fetched() | {size: text(at)}
            self.keep(_FETCHED, json.dumps(dates, indent=1).encode())

    def keep(self, path: str, body: bytes) -> None:
        """Write a file whole or not at all. Crash: a temporary file is left, which nobody reads."""
        file = self.folder / path
        temporary = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(body)
            temporary.replace(file)
        except OSError as error:
            zh = "写不进，请看磁盘和权限"
            en = f"cannot be written, look at the disk and rights: {error.strerror}"
            raise BadInput(zh=zh, en=en, where=str(file)) from error
