"""A folder that keeps what was fetched: to go on after a break, and to hold a log to its word.

It is laid out as the log itself, so it can be verified, and served, as it is. Its `checkpoint` is
the last one that verified: the next time the log must extend it, and hold what is kept unchanged.
"""

import os
import threading
from pathlib import Path

from chalicelib.errors import BadInput
from infra.verify.source import CHECKPOINT, FolderSource, Source

_CHANGING = (CHECKPOINT, "log.json")


class KeptSource:
    """*source*, of which every object is kept in *folder* once it has been fetched."""

    def __init__(self, source: Source, folder: Path) -> None:
        self.place = source.place
        self.parallel = source.parallel
        self.served = source
        self._files = FolderSource(folder)

    @property
    def folder(self) -> Path:
        """Where things are kept."""
        return self._files.folder

    def get(self, path: str) -> bytes | None:
        """What is kept, else what is fetched; what may change is fetched each time."""
        found = None if path in _CHANGING else self._files.get(path)
        return self.again(path) if found is None else found

    def again(self, path: str) -> bytes | None:
        """Fetch, and keep."""
        found = self.served.get(path)
        if found is not None and path not in _CHANGING:
            self.keep(path, found)
        return found

    def last(self) -> bytes | None:
        """The checkpoint that verified the last time."""
        return self._files.get(CHECKPOINT)

    def keep(self, path: str, body: bytes) -> None:
        """Write a file whole or not at all: what was cut off by a crash has another name."""
        file = self.folder / path
        beside = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(body)
            beside.replace(file)
        except OSError as error:
            raise BadInput(error.strerror or "cannot be written", str(file)) from error
