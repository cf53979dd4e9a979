"""`/log/check`: one static page that checks a card or a receipt in the reader's own browser.

It is made of the files in `check/`, and loads nothing from elsewhere. Saved to disk it works as it
is; its address may name what to check: `#what=c_….7&vkey=…`.
"""

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent / "check"
CORE = ("note.js", "tree.js", "checks.js", "one_case.js", "receipt.js")  # runs without a page too


class CheckPage(NamedTuple):
    """The page, and the Content-Security-Policy that lets its own script run and no other."""

    html: str
    policy: str


@cache
def check_page() -> CheckPage:
    """Return the page."""
    script = "\n".join([script_core(), _read("page.js")])
    style = _read("page.css")
    html = _read("page.html").replace("{{style}}", style).replace("{{script}}", script)
    policy = (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)};"
        " connect-src *; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return CheckPage(html, policy)


def script_core() -> str:
    """Return what checks, without the page around it."""
    return "\n".join(['"use strict";', *map(_read, CORE)])


def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _source(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
