"""Opens a log, gzipped or not, and returns how far it has been read.

Any error of the file becomes one BadInput line with its path.
"""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from chalicelib.errors import BadInput
from infra.terminal.files import unreadable

_GZIP = b"\x1f\x8b"


class LogFile:
    """An open log: *stream* gives its content, *position* counts bytes of the file itself."""

    def __init__(self, path: Path, raw: BinaryIO) -> None:
        """Detect by the first bytes of *raw*, the open file at *path*, whether it is gzipped."""
        self.path = path
        self.size = path.stat().st_size
        self._raw = raw
        self._zipped = raw.read(2) == _GZIP
        if path.suffix == ".gz" and not self._zipped:
            zh = "文件名以 .gz 结尾，内容却不是 gzip"
            en = "not gzipped, although its name ends in .gz"
            raise BadInput(zh=zh, en=en, where=str(path))
        self.stream = raw
        self.rewind()

    def rewind(self) -> None:
        """Go back to the begin of the content."""
        self._raw.seek(0)
        if self._zipped:
            self.stream = cast("BinaryIO", gzip.GzipFile(fileobj=self._raw))

    @property
    def position(self) -> int:
        """The number of bytes of the file that have been read."""
        return self._raw.tell()


@contextmanager
def open_log(path: Path) -> Iterator[LogFile]:
    """Open the log at *path* for reading; any failure to read it becomes BadInput."""
    try:
        with path.open("rb") as raw:
            yield LogFile(path, raw)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInput(zh="gzip 已损坏", en=f"broken gzip: {error}", where=str(path)) from error
    except zipfile.BadZipFile as error:
        raise BadInput(
            zh="工作簿已损坏", en=f"the workbook is damaged: {error}", where=str(path)
        ) from error
    except OSError as error:
        raise unreadable(error, path) from error
