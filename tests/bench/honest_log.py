"""A public log of any length that is true: some cases lived in this process, told again and again.

Each copy of a case has a name of its own, events of its own and its own chain of hashes; times and
all the rest are those of the case that was lived. What the log says of itself stands in it once.
"""

import hashlib
import re
from base64 import b32encode, b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from chalicelib.lambdas import reconcile
from chalicelib.lambdas.publish import publish
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.note import Note, sign_note
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.log.tlog.tile import grow
from chalicelib.log.tlog.tree import join_hashes, leaf_hash
from tests.support.memory_stage import MemoryWorld, memory_world

START = "2026-11-02T08:00:00"
LIVED = 10  # cases
HEARING = {"procedure": "hearing", "approved": {"amount": 5, "unit": "wd"}}
LIFE = (
    ("stage.entered", "2026-11-02T10:00:00", {"stage": "acceptance", "post": "window 3"}),
    ("stage.left", "2026-11-02T11:00:00", {"stage": "acceptance"}),
    ("stage.entered", "2026-11-02T12:00:00", {"stage": "review", "post": "desk 7"}),
    ("case.suspended", "2026-11-02T14:00:00", HEARING),
    ("case.resumed", "2026-11-03T09:00:00", {"procedure": "hearing"}),
    ("stage.left", "2026-11-03T15:00:00", {"stage": "review"}),
    ("case.decided", "2026-11-03T16:00:00", {"outcome": "granted"}),
)
ORIGIN = "log.test/log"
SIGNER = SeedSigner(hashlib.sha256(b"kat").digest())

_NAME = re.compile(rb'"c_[a-z2-7]{26}"|e_[a-z2-7]{26}|"prev":"[^"]*"')
_CASE = re.compile(rb'"case":"(c_[a-z2-7]{26})"')


def write_log(folder: Path, size: int) -> datetime:
    """Lay a log of *size* entries, or a few less, out in *folder*; say when its last was recorded.

    It ends an hour after its cases, with what it says of itself.
    """
    objects, until = _lived()
    told = _entries(objects)
    leaves = list(_told_again(told, size))
    size = len(leaves)
    nothing: dict[str, bytes] = {}
    made = grow(0, nothing.__getitem__, leaves)
    made |= {path: body for path, body in objects.items() if path.startswith("rules/")}
    text = Checkpoint(ORIGIN, size, join_hashes([leaf_hash(leaf) for leaf in leaves])).text
    note = Note(text, (sign_note(text, ORIGIN, SIGNER),)).written
    for path, body in {**made, f"checkpoints/{size}": note, "checkpoint": note}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    return until


def _lived() -> tuple[dict[str, bytes], datetime]:
    """Live some cases, and publish them as the service does: the objects."""
    with memory_world(START) as county:
        for minutes in (1, 1, 1):  # the rules are stated before anything is judged by them
            reconcile.run({})
            county.wall.forward(minutes=minutes)
            county.pump.drain()
        _pass_time(county, "2026-11-02T09:00:00")
        for number in range(LIVED):
            county.accept("2026-11-02T09:00:00", str(number), promise="20wd", title="住宅")
        county.tick()
        for kind, at, data in LIFE:
            _pass_time(county, at)
            for number in range(LIVED):
                county.report(kind, at, str(number), **data)
            county.tick()
        _pass_time(county, "2026-11-03T17:00:00")
        publish(county.services)
        return dict(county.cloud.bucket.objects), county.wall.at


def _pass_time(county: MemoryWorld, at: str) -> None:
    """Let the schedules run until *at*, a few times an hour, so that the log tells it is alive."""
    until = datetime.fromisoformat(at + "+08:00")
    while county.wall.at < until:
        county.wall.at = min(until, county.wall.at + timedelta(minutes=20))
        reconcile.run({})
        county.tick()


def _entries(objects: dict[str, bytes]) -> list[bytes]:
    """Read the leaves out of the bundles, in order."""
    found: list[bytes] = []
    paths = sorted(path for path in objects if path.startswith("tile/entries/"))
    for path in (one for one in paths if _is_last(one, paths)):
        raw = objects[path]
        while raw:
            end = 2 + int.from_bytes(raw[:2], "big")
            found.append(raw[2:end])
            raw = raw[end:]
    return found


def _is_last(path: str, paths: Sequence[str]) -> bool:
    """Whether no wider bundle has the same place."""
    tile, _, width = path.partition(".p/")
    wider = [
        int(one.partition(".p/")[2] or 256) for one in paths if one.partition(".p/")[0] == tile
    ]
    return int(width or 256) == max(wider)


def _told_again(told: Sequence[bytes], size: int) -> Iterator[bytes]:
    """Tell each leaf of a lived case as often as there is room for in *size* leaves."""
    own = {_case(leaf) for leaf in told if b'"own":' in leaf}
    lived = [leaf for leaf in told if _case(leaf) not in own]
    copies = (size - (len(told) - len(lived))) // len(lived)
    last: dict[tuple[bytes, int], str] = {}
    for leaf in told:
        for copy in range(copies if _case(leaf) not in own else 1):
            key = (_case(leaf), copy)
            said = leaf if _case(leaf) in own else _renamed(leaf, copy, last.get(key, ""))
            last[key] = b64encode(leaf_hash(said)).decode()
            yield said


def _case(leaf: bytes) -> bytes:
    match = _CASE.search(leaf)
    assert match
    return match[1]


def _renamed(leaf: bytes, copy: int, prev: str) -> bytes:
    """Give the leaf's case and events names of their own, and the chain its link."""

    def other(match: re.Match[bytes]) -> bytes:
        found = match[0]
        if found.startswith(b'"prev"'):
            return f'"prev":"{prev}"'.encode()
        mark, name = (b'"c_', found[3:-1]) if found.startswith(b'"') else (b"e_", found[2:])
        made = b32encode(hashlib.sha256(name + b"%d" % copy).digest())[:26].lower()
        return mark + made + (b'"' if mark == b'"c_' else b"")

    return _NAME.sub(other, leaf)
