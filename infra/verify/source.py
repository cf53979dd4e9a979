"""Where a log is read from: an address or a folder, under the names of C2SP tlog-tiles.

Nothing that a source gives is believed: every object is checked against the signed root. Whoever
serves it may be hostile: an endless body, or a few kilobytes of gzip that grow to gigabytes, must
cost a reader no more than one clear line.
"""

import json
import os
import re
import threading
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

import urllib3

from chalicelib.errors import BadInput, Corrupt
from chalicelib.instant import parse, text
from chalicelib.log.objects import rules_path
from infra.terminal.files import unreadable, unwritable

CHECKPOINT = "checkpoint"
LARGEST = 1 << 25  # bytes; a bundle of 256 entries of 64 KiB has half of it

_PARALLEL = 8
_CHANGING = (CHECKPOINT, "log.json")
_FETCHED = "fetched.json"
_ABSENT = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_ASKED_FOR = "gzip, identity"  # C2SP tlog-tiles: clients should name both
_GZIP = ("gzip", "x-gzip")
_PLAIN = ("", "identity")
_GZIP_ONLY = zlib.MAX_WBITS | 16
_RETRIES = urllib3.Retry(
    total=5,
    backoff_factor=0.2,
    status_forcelist=(429, 500, 502, 503, 504),
    raise_on_status=False,
)


_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)

Document = Callable[[str], bytes]
"""Reads the document of the rules with this SHA-256, in hexadecimal. Raises Corrupt."""


class Source(Protocol):
    """A log as somebody serves it at *where*; *parallel* objects are best asked for at a time."""

    where: str
    parallel: int

    def get(self, path: str) -> bytes | None:
        """Return the object *path*, None where there is none. Raises BadInput: nobody answers."""

    def again(self, path: str) -> bytes | None:
        """Return the object as it is served now, not as it was given or kept before."""


class HttpSource:
    """A log at an address."""

    parallel = _PARALLEL

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self.where = url.rstrip("/")
        self._http = urllib3.PoolManager(
            maxsize=_PARALLEL,
            retries=_RETRIES,
            timeout=urllib3.Timeout(connect=5, read=40),
            headers={"Accept-Encoding": _ASKED_FOR, **(headers or {})},
        )

    def get(self, path: str) -> bytes | None:
        """Fetch the object; C2SP tlog-tiles answers 403, 404 or 410 where there is none."""
        url = f"{self.where}/{path}"
        try:
            answer = self._http.request("GET", url, preload_content=False)
            body = _read_body(answer, url)
        except urllib3.exceptions.HTTPError as error:
            zh = f"没有答复：请检查地址和网络（{type(error).__name__}）"
            en = f"no answer: look at the address and the network ({type(error).__name__})"
            raise BadInput(zh=zh, en=en, where=url) from error
        if answer.status in _ABSENT:
            return None
        if answer.status != HTTPStatus.OK:
            zh, en = f"答复 {answer.status}，请稍后再试", f"answered {answer.status}"
            raise BadInput(zh=zh, en=en, where=url)
        return body

    again = get


class FolderSource:
    """A log that somebody copied, or that is kept in a folder."""

    parallel = 1

    def __init__(self, folder: Path) -> None:
        self.where = str(folder)
        self.folder = folder

    def get(self, path: str) -> bytes | None:
        """Read the file."""
        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise unreadable(error, self.folder / path) from error

    again = get


def is_url(where: str) -> bool:
    """Return whether *where* is an address, not a folder."""
    return where.startswith(("http://", "https://"))


def source_at(where: str) -> Source:
    """Return the log at *where*, an address or a folder, or under its `/log`. Raises BadInput."""
    for named in (where.rstrip("/"), f"{where.rstrip('/')}/log"):
        source: Source = HttpSource(named) if is_url(where) else FolderSource(Path(named))
        if source.get(CHECKPOINT) is not None:
            return source
    zh, en = "此处和其 /log 下都没有检查点，请核对地址", "no checkpoint here, nor under /log"
    raise BadInput(zh=zh, en=en, where=where)


def _read_body(answer: urllib3.BaseHTTPResponse, url: str) -> bytes:
    """Return the body of *answer*, uncompressed, of LARGEST bytes at most. Raises BadInput."""
    raw = answer.read(LARGEST + 1, decode_content=False)
    if len(raw) > LARGEST:
        answer.close()
        zh, en = f"内容超过 {LARGEST} 字节，不再读取", f"larger than {LARGEST} bytes"
        raise BadInput(zh=zh, en=en, where=url)
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if coding in _PLAIN:
        return raw
    if coding not in _GZIP:
        zh, en = f"压缩方式 {coding[:40]!r} 并非所求", f"is encoded as {coding[:40]!r}, unasked"
        raise BadInput(zh=zh, en=en, where=url)
    return _uncompress(raw, url)


def _uncompress(raw: bytes, url: str) -> bytes:
    """Undo gzip of one member, the only form that servers use."""
    decoder = zlib.decompressobj(_GZIP_ONLY)
    try:
        body = decoder.decompress(raw, LARGEST + 1)
    except zlib.error as error:
        raise BadInput(zh="gzip 内容有误", en=f"not sound gzip: {error}", where=url) from error
    if len(body) > LARGEST:
        zh = f"{len(raw)} 字节的 gzip 解压后超过 {LARGEST} 字节，不再解压"
        raise BadInput(zh=zh, en=f"{len(raw)} bytes of gzip are more than {LARGEST}", where=url)
    if not decoder.eof or decoder.unused_data:
        zh, en = "gzip 内容不完整，或尾部另有内容", "gzip is cut, or something follows"
        raise BadInput(zh=zh, en=en, where=url)
    return body


class KeptSource:
    """*source*, of which every object is kept in *folder* once it has been fetched.

    So a reading goes on after a break, and sees whether the log changes. The folder is laid out as
    the log itself: it can be verified and served. Its `checkpoint` and `log.json` are the last ones
    that verified: the log must extend the one, and keep the promises of the other. `fetched.json`
    says when which size was shown: no later entry may be recorded before.
    """

    def __init__(self, source: Source, folder: Path) -> None:
        self.where = source.where
        self.parallel = source.parallel
        self.served = source
        self.folder = folder
        self._files = FolderSource(folder)

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
            with suppress(OSError):
                temporary.unlink()
            raise unwritable(error, file) from error


def document_reader(source: Source) -> Document:
    """Return a function that reads a document of the rules by its SHA-256; it raises Corrupt."""

    def document(digest: str) -> bytes:
        if not _SHA256.fullmatch(digest):  # it comes from a leaf, and is about to be part of a path
            raise Corrupt(f"不是 SHA-256：{digest[:80]!r}", f"no SHA-256: {digest[:80]!r}")
        body = source.get(rules_path(digest))
        if body is None or sha256(body).hexdigest() != digest:
            zh = f"{rules_path(digest)} {'缺失' if body is None else '内容不同'}"
            raise Corrupt(zh, f"{rules_path(digest)} is {'missing' if body is None else 'another'}")
        return body

    return document


def stated_digest(payload: Mapping[str, Any], name: str) -> str | None:
    """Return the digest of the document *name* in a statement of rules; None if it has none."""
    try:
        documents = payload["data"]["documents"]
        return next((str(each["sha256"]) for each in documents if each["name"] == name), None)
    except (LookupError, TypeError):
        return None  # the replay of supervision says that the statement cannot be read
