"""`.duban/local.json`: where a local stage answers, and with what one gets in."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StageAccess:
    """What the file tells: *url* without a trailing slash, secrets by source, keys by role."""

    url: str
    sources: dict[str, str]
    keys: dict[str, str]

    def write(self, path: Path) -> None:
        """Write the file; it holds secrets, so only its owner may read it."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")


def read(path: Path) -> StageAccess | None:
    """Read the file; None where there is none that says where a stage answers."""
    try:
        said = json.loads(path.read_text("utf-8"))
        return StageAccess(said["url"], said.get("sources", {}), said.get("keys", {}))
    except (OSError, ValueError, KeyError, TypeError):
        return None
