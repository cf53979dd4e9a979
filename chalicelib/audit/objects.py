"""The objects that the public reads: a port, and what each object's bytes are served as.

Names are the paths of AUDIT_LOG §3.3 without prefix: `checkpoint`, `tile/0/000`, `checkpoints/17`,
and two of our own, `rules/<sha256>` and `vkeys/<key id>`. Only `checkpoint` ever changes; whatever
else is there stays as it is for ever. Pure: S3 is in `s3.py`, a directory in `folder.py`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Protocol

from chalicelib.errors import BadInput, Corrupt

CHECKPOINT = "checkpoint"

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

_NAME = re.compile(r"[a-z0-9]+(/[a-z0-9]+(\.p)?)*", re.ASCII)


class Objects(Protocol):
    """Bytes by name. An answer that was lost is no failure: a write may be done again."""

    def get(self, path: str) -> bytes | None:
        """Read an object; None where there is none."""

    def tagged(self, path: str) -> tuple[bytes, str] | None:
        """Read an object with its tag, which changes when its bytes do."""

    def put_new(self, path: str, body: bytes) -> None:
        """Write once. The same bytes there already are success, others raise Corrupt."""

    def replace(self, path: str, body: bytes, tag: str | None) -> None:
        """Write over what had *tag*, or where there was nothing (None); else raise Conflict."""

    def names(self, prefix: str) -> Iterator[str]:
        """All names that begin with *prefix*, in the order of their text."""


def checked(path: str) -> str:
    """Give *path* back; BadInput where it could lead out of the log's own names."""
    if not _NAME.fullmatch(path):
        raise BadInput(f"no name of a public object: {path!r}")
    return path


def reader(objects: Objects) -> Callable[[str], bytes]:
    """Read objects that must be there; raises Corrupt."""

    def read(path: str) -> bytes:
        found = objects.get(path)
        if found is None:
            raise Corrupt(f"{path} is not there")
        return found

    return read


def rules_path(digest: str) -> str:
    """Where the document of the rules with this SHA-256 lies."""
    return f"rules/{digest}"


def content_type(path: str) -> str:
    """The media type of an object (AUDIT_LOG §3.3)."""
    return BYTES if path.startswith(("tile/", "rules/")) else TEXT


def cache_control(path: str) -> str:
    """How long an object may be kept by whoever fetched it (AUDIT_LOG §3.3)."""
    return ASK_AGAIN if path == CHECKPOINT else FOR_EVER
