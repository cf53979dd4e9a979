"""The objects that the public reads: a port, and the media type and caching of each object.

Names are the paths of AUDIT_LOG §3.3 without prefix: `checkpoint`, `tile/0/000`, `checkpoints/17`,
and two of our own, `rules/<sha256>` and `vkeys/<key id>`. Only `checkpoint` ever changes. Only a
partial tile or bundle is ever removed, once its full one is public (`lambdas/discard.py`). Every
other object stays for ever. Pure: S3 is in `s3_objects.py`, a directory in `folder_objects.py`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Protocol

from chalicelib.errors import BadInput, Corrupt
from chalicelib.log.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.log.tlog.note import read_note
from chalicelib.log.tlog.tile import WIDTH, TilePath

CHECKPOINT = "checkpoint"

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

_NAME = re.compile(r"[a-z0-9]+(/[a-z0-9]+(\.p)?)*", re.ASCII)


class Objects(Protocol):
    """Bytes by name. A write whose answer was lost may be done again."""

    def get(self, path: str) -> bytes | None:
        """Read an object; None where there is none."""

    def get_tagged(self, path: str) -> tuple[bytes, str] | None:
        """Read an object with its tag, which changes when its bytes do."""

    def put_new(self, path: str, body: bytes) -> None:
        """Write once. The same bytes there already are success, others raise Corrupt."""

    def replace(self, path: str, body: bytes, tag: str | None) -> None:
        """Write over what had *tag*, or where there was nothing (None); else raise Conflict."""

    def names(self, prefix: str) -> Iterator[str]:
        """Yield all names that begin with *prefix*, in the order of their text."""

    def discard_partials(self, tile: TilePath) -> int:
        """Remove for good the partial objects that grew into the full *tile*; return how many.

        Raises Corrupt where the full one is not there, and removes nothing. Done again, it removes
        what is left.
        """


def check_path(path: str) -> str:
    """Return *path*; raises BadInput where it could lead out of the log's own names."""
    if not _NAME.fullmatch(path):
        raise BadInput(
            zh=f"不是公开文件的名称：{path!r}", en=f"no name of a public object: {path!r}"
        )
    return path


def partials_of(tile: TilePath) -> str:
    """Return what the names of all partial objects of the full *tile* begin with. ValueError."""
    if tile.width != WIDTH:
        raise ValueError(f"{tile.path} is partial itself")
    return f"{tile.path}.p/"


def strict_reader(objects: Objects) -> Callable[[str], bytes]:
    """Return a function that reads an object by its path; it raises Corrupt where none is."""

    def read(path: str) -> bytes:
        body = objects.get(path)
        if body is None:
            raise Corrupt(f"{path} 缺失", f"{path} is not there")
        return body

    return read


def rules_path(digest: str) -> str:
    """Return the path of the document of the rules with this SHA-256."""
    return f"rules/{digest}"


def content_type(path: str) -> str:
    """Return the media type of an object (AUDIT_LOG §3.3)."""
    return BYTES if path.startswith(("tile/", "rules/")) else TEXT


def cache_control(path: str) -> str:
    """Return how long a client may keep an object: its Cache-Control (AUDIT_LOG §3.3)."""
    return ASK_AGAIN if path == CHECKPOINT else FOR_EVER


def published(objects: Objects) -> Checkpoint | None:
    """Return the public checkpoint, by one read; None where there is none yet.

    Nothing is verified: it is for gauges, not for proofs. Raises Corrupt: not a checkpoint.
    """
    body = objects.get(CHECKPOINT)
    return read_checkpoint(read_note(body).text) if body else None


def published_size(objects: Objects) -> int:
    """Return how many entries are public, as `published`."""
    checkpoint = published(objects)
    return checkpoint.size if checkpoint else 0
