"""The shell of seal: gather, decide, apply."""

from collections.abc import Mapping
from typing import Any


def run(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take one invocation's *event*; nothing is done with it yet."""
    return {"batchItemFailures": [], "records": len(event.get("Records", ()))}
