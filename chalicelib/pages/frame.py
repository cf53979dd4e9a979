"""The frame of every page: its style sheet, its headers, and Jinja2 templates that are escaped.

Pure, but for reading those files once. Jinja2 is imported on the first page only, so nothing else
pays for it. The content security policy forbids scripts, fonts and anything from elsewhere.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

_SHARED = ("frame.html", "pieces.html")


@cache
def style() -> str:
    """Return the one style sheet."""
    return _file(__package__, "style.css")


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


def templates(
    folder: str, names: Iterable[str], filters: Mapping[str, Callable[..., Any]]
) -> "Environment":
    """Return the templates called *names* of the package *folder*, with those that all share."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    texts = {name: _file(__package__, name) for name in _SHARED}
    texts |= {name: _file(folder, name) for name in names}
    environment = Environment(
        loader=DictLoader(texts),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment


def _file(folder: str, name: str) -> str:
    return resources.files(folder).joinpath(name).read_text("utf-8")
