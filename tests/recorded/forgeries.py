"""What `duban verify` finds in the log of a week after somebody who has its key has changed it."""

import json
import tarfile
from collections.abc import Callable
from typing import Any

from tests.recorded.digests import HERE
from tests.support.replayed import Leaf, verified

WEEK = HERE / "week.tar.xz"

# Kind of a fact, which of that kind, and what its data say then; None: it is left out.
_CHANGES: dict[str, tuple[str, int, dict[str, Any] | None]] = {
    "honest": ("", 0, None),
    "due_moved": ("card.issued", 3, {"due_at": "2025-10-10T09:30:00.000Z"}),
    "level_raised": ("card.issued", 8, {"level": "red"}),
    "warning_left_out": ("warning.issued", 2, None),
    "card_left_out": ("card.issued", 5, None),
    "number_skipped": ("card.numbered", 4, {"number": 99}),
    "verdict_turned": ("card.rechecked", 0, {"verdict": "stands"}),
    "escalation_left_out": ("case.escalated", 0, None),
    "case_decided_at_once": ("case.decided", 3, {"outcome": "refused"}),
    "other_rules": ("card.issued", 1, {"policy": "statutory:sha256:00"}),
    "role_changed": ("card.responded", 0, {"role": "inspector"}),
}


def outputs() -> dict[str, str]:
    """Return the report about the log of the week, once for each change to its leaves."""
    files = _files()
    rules = {name: body for name, body in files.items() if name.startswith("rules/")}
    leaves = _leaves(files)
    found = {}
    for name, (kind, number, change) in _CHANGES.items():
        report = verified(_changed(leaves, kind, number, change), rules)
        found[name] = json.dumps(report.written(), ensure_ascii=False, indent=1)
    return found


def _changed(
    leaves: list[Leaf], kind: str, number: int, change: dict[str, Any] | None
) -> list[Leaf]:
    """Return *leaves* with fact *number* of a *kind* changed or left out."""
    if not kind:
        return leaves
    places = [place for place, leaf in enumerate(leaves) if leaf["k"] == kind]
    place = places[number]
    leaf = leaves[place]
    put = [] if change is None else [{**leaf, "data": {**leaf["data"], **change}}]
    return [*leaves[:place], *put, *leaves[place + 1 :]]


def _files() -> dict[str, bytes]:
    """Read the kept log: its objects by their names."""
    with tarfile.open(WEEK) as kept:
        read: Callable[[tarfile.TarInfo], Any] = kept.extractfile
        return {one.name.removeprefix("week/"): read(one).read() for one in kept}


def _leaves(files: dict[str, bytes]) -> list[Leaf]:
    """Read the leaves out of the bundles, each with its length before it, in order."""
    found = []
    for name in sorted(name for name in files if name.startswith("tile/entries/")):
        raw = files[name]
        while raw:
            end = 2 + int.from_bytes(raw[:2], "big")
            found.append(json.loads(raw[2:end]))
            raw = raw[end:]
    return found
