"""Where the root page is: its relative links need the address to end in a slash.

Pure. Under a stage prefix, `…/api` and `…/api/` are both the root, and only from the second one
does `cards` lead to `…/api/cards`. Every other page is free of this.
"""

from collections.abc import Mapping
from typing import Any


def missing_slash(context: Mapping[str, Any]) -> str:
    """Return the redirect for a root address that lacks its slash; "" if it has it."""
    path = context.get("path") or "/"
    return "" if path.endswith("/") else f"{path.rsplit('/', 1)[-1]}/"


def base_of(context: Mapping[str, Any], headers: Mapping[str, str], *, is_local: bool) -> str:
    """Return the base of relative links, where the request does not show the address's slash.

    That is in the local cloud only: it answers both addresses and reports both with the slash. A
    short address (`infra/local/short_path.py`) is in a header.
    """
    api, stage = context.get("apiId"), context.get("stage")
    if not (is_local and api and stage):
        return ""
    if short := headers.get("x-forwarded-prefix"):
        return f"{short}/"
    is_host = headers.get("host", "").startswith(f"{api}.")
    return f"/{stage}/" if is_host else f"/_aws/execute-api/{api}/{stage}/"
