"""`.duban/local.json`: the address of a local stage, and the credentials for it."""

import json
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

NAME = "local.json"
DEPARTMENT = "市场监督管理局"  # the one whose key the file has


class StageAccess(Struct, frozen=True):
    """The content of the file: *url* without a trailing slash, secrets by source, keys by role."""

    url: str
    sources: dict[str, str]
    keys: dict[str, str]

    def write(self, path: Path) -> None:
        """Write the file; it holds secrets, so only its owner may read it."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")


def read_access(path: Path) -> StageAccess | None:
    """Read the file; None where it is absent or cannot be read."""
    try:
        document = json.loads(path.read_text("utf-8"))
        return StageAccess(document["url"], document.get("sources", {}), document.get("keys", {}))
    except (OSError, ValueError, KeyError, TypeError):
        return None
