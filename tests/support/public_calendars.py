"""Finds the calendars of the npm package chinese-days; none of them is in the repository.

`make inside` asks npm for the package (MIT), and a test reads it as it came.
"""

import hashlib
import os
import tarfile
from base64 import b64encode
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = "chinese-days-1.5.7.tgz"
# As npm writes it into a lock file.
INTEGRITY = (
    "8Z/afgDTct5jsoTLQTOZfpDl7w4pJH4jpr3DLxy6HING9U/e0EV7yiNxF/HVXp/c+eQFfFqv+HQZ/QDaIVJ1Vw=="
)


@cache
def _read_package(package: Path) -> dict[str, bytes]:
    content = package.read_bytes()
    assert b64encode(hashlib.sha512(content).digest()).decode() == INTEGRITY, package
    with tarfile.open(package) as files:
        return {
            member.name.removeprefix("package/dist/"): taken.read()
            for member in files
            if member.name.endswith(".ics") and (taken := files.extractfile(member))
        }


def public_calendars() -> dict[str, bytes]:
    """The files in iCalendar by their names; skips where the package is not here."""
    package = Path(os.environ.get("DUBAN_CALENDARS") or ROOT / "build") / PACKAGE
    if not package.is_file():
        pytest.skip(f"no {package} (npm pack chinese-days@1.5.7; DUBAN_CALENDARS names its folder)")
    return _read_package(package)
