"""The frame of every page: its style sheet, headers, escaped Jinja2 templates, and base of links.

Pure, but for reading those files once. Jinja2 is imported on the first page only, so nothing else
pays for it. The content security policy forbids scripts, fonts and anything from elsewhere.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent


@cache
def style() -> str:
    """Return the one style sheet."""
    return (_FOLDER / "style.css").read_text("utf-8")


@cache
def page_headers() -> dict[str, str]:
    """Return the headers of every page: it may use its own style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'self'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "public, max-age=5",
    }


def templates(folder: Path, filters: Mapping[str, Callable[..., Any]]) -> "Environment":
    """Return the templates in *folder*, with those that all pages share."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader((folder, _FOLDER)),
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment


def missing_slash(context: Mapping[str, Any]) -> str:
    """Return the redirect for a root address that lacks its slash; "" if it has it.

    Under a stage prefix, `…/api` and `…/api/` are both the root, and only from the second one does
    the relative link `cards` lead to `…/api/cards`.
    """
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
