"""A log as somebody shows it: leaves of a few cases, written and published without our own code.

What an operator does to it is done here too: to the leaves before it is signed, or to the objects
after.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from infra.verify.report import VerifyReport
from infra.verify.run import VerifyingReader, verify_log
from infra.verify.source import FolderSource, Source
from infra.verify.trust import Trust, read_trust
from tests.stranger.naive_log import Signatory, naive_log
from tests.stranger.notes import COSIGNER

BEGAN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NOW = BEGAN + timedelta(hours=2)
LOG = Signatory("log.test/log", "the log's key")
WITNESS = Signatory("witness.test/w", "a witness's key", COSIGNER)

Objects = dict[str, bytes]


def instant(seconds: int) -> str:
    """So many seconds after the beginning, as a leaf has it."""
    return (BEGAN + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")[:-6] + "Z"


def written(leaf: Mapping[str, Any]) -> bytes:
    """A leaf's bytes."""
    return json.dumps(leaf, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Author:
    """Writes leaves, each in its case: numbered, and linked to the one before."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, str]] = {}

    def says(self, case: str, at: int, **more: Any) -> dict[str, Any]:
        """What the next leaf of *case* says, recorded *at* so many seconds."""
        name = "c_" + case.ljust(26, "a")
        n, prev = self._last.get(name, (-1, ""))
        leaf: dict[str, Any] = {
            "v": 1,
            "k": "case.submitted",
            "case": name,
            "n": n + 1,
            "prev": prev,
            "at": instant(at),
            "rec": instant(at),
            "key": "e_" + f"{case}{n + 1}".translate(str.maketrans("0189", "yzxw")).ljust(26, "b"),
            "data": {"region": "370102"},
            "told": True,
            "src": "hall",
            **more,
        }
        if leaf["key"].startswith("duban/"):
            del leaf["src"]  # the service reports it itself
        digest = hashlib.sha256(b"\0" + written(leaf)).digest()
        self._last[name] = (n + 1, b64encode(digest).decode())
        return leaf


def leaves(count: int) -> list[dict[str, Any]]:
    """An honest log: three cases in turns, one leaf a second."""
    author = Author()
    return [author.says("xyz"[at % 3], at) for at in range(count)]


def published(
    leaves: Sequence[Mapping[str, Any] | bytes], sizes: Sequence[int] = (), by: Signatory = LOG
) -> Objects:
    """Sign and publish *leaves*, after they had been published at earlier *sizes*."""
    entries = [leaf if isinstance(leaf, bytes) else written(leaf) for leaf in leaves]
    return naive_log(by, entries, [*sizes, len(entries)])


class Shown:
    """A source that is a dictionary."""

    where = "a dictionary"
    parallel = 2

    def __init__(self, objects: Mapping[str, bytes]) -> None:
        self.objects = objects
        self.asked: list[str] = []

    def get(self, path: str) -> bytes | None:
        """Give the object."""
        self.asked.append(path)
        return self.objects.get(path)

    again = get


def in_folder(folder: Path, objects: Mapping[str, bytes]) -> FolderSource:
    """Lay the objects out in a folder."""
    for path, body in objects.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    return FolderSource(folder)


def trusting(*witnesses: Signatory, quorum: int | None = None) -> Trust:
    """Somebody who has the log's key from elsewhere."""
    return read_trust([vkey(LOG)], [vkey(witness) for witness in witnesses], quorum)


def read(shown: Mapping[str, bytes] | Source, **more: Any) -> VerifyReport:
    """Verify what is shown."""
    source = Shown(shown) if isinstance(shown, Mapping) else shown
    return verify_log(source, VerifyingReader(**{"trust": trusting(), "now": NOW, **more}))


def issues_of(report: VerifyReport) -> list[tuple[str, int | None]]:
    """Return the check and the entry of each issue in *report*."""
    return [(issue.check, issue.index) for issue in report.findings]


def of(report: VerifyReport, check: str) -> Iterator[int | None]:
    """Where *check* found something."""
    return (issue.index for issue in report.findings if issue.check == check)


def vkey(by: Signatory) -> str:
    """The verifier's key of *by*, as it is handed around."""
    raw = bytes([by.key.kind]) + by.key.public
    return f"{by.key.name}+{by.key.id.hex()}+{b64encode(raw).decode()}"
