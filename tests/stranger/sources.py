"""Where a stranger reads a log: over HTTP, or in a folder that somebody copied."""

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.stranger.untrue import Untrue, require

_YEAR = "public, max-age=31536000, immutable"
_BYTES = "application/octet-stream"
_TEXT = "text/plain; charset=utf-8"
_HEADERS = (  # of which path, what type it has and how long it may be kept
    (r"checkpoint", _TEXT, {"no-cache", "max-age=2"}),
    (r"tile/.*", _BYTES, {_YEAR}),
    (r"checkpoints/[0-9]+", _TEXT, {_YEAR}),
    (r"log\.json", "application/json", {"max-age=3600", "public, max-age=3600"}),
    (r"entry/.*", "application/json", {"no-store"}),
    (r"proof/[0-9]+", _TEXT, {"no-store"}),
)
_ABSENT = {403, 404, 410}


class Folder:
    """A copy of a log in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, path: str) -> bytes | None:
        """Read one object."""
        file = self._folder / path
        return file.read_bytes() if file.is_file() else None


@dataclass(frozen=True)
class Answer:
    """What a server answered; the names of the headers are small."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Web:
    """A log behind a URL. Like many programs it sends no Accept header, and no Accept-Encoding."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._kind, self._host, self._prefix = kind, parts.netloc, parts.path.rstrip("/")

    def ask(self, path: str) -> Answer:
        """Ask for *path* once."""
        connection = self._kind(self._host, timeout=30)
        try:
            connection.putrequest("GET", f"{self._prefix}/{path}", skip_accept_encoding=True)
            connection.endheaders()
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read())
        finally:
            connection.close()

    def __call__(self, path: str) -> bytes | None:
        """Read one object, and look at how it is served."""
        answer = self.ask(path)
        if answer.status in _ABSENT:
            return None
        if answer.status != http.HTTPStatus.OK:
            raise Untrue(f"{path}: status {answer.status}")
        for pattern, kind, kept in _HEADERS:
            if re.fullmatch(pattern, path):
                told = (
                    answer.headers.get("content-type", ""),
                    answer.headers.get("cache-control", ""),
                )
                require(told[0] == kind, f"{path} is {told[0]}")
                require(told[1] in kept, f"{path} may be kept: {told[1]}")
        return answer.body
