"""Reads a lock file: what is pinned to what, and by which hashes."""

import re
from pathlib import Path

_PIN = re.compile(r"([a-z0-9-]+)==([^ ;]+)(?: ;[^\\]*)? \\$")


def read_lock(path: Path) -> dict[str, str]:
    """Give the versions by name; every line must be a pin, a hash or a comment."""
    versions: dict[str, str] = {}
    hashed: set[str] = set()
    name = ""
    for line in path.read_text().splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("--hash=sha256:"):
            hashed.add(name)
            continue
        pin = _PIN.fullmatch(text)
        assert pin, f"{path.name}: {line}"
        name = pin.group(1)
        versions[name] = pin.group(2)
    assert set(versions) == hashed
    return versions
