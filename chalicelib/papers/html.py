"""Renders a paper as a page of HTML: the template that lies beside this file, escaped by default.

Pure, but for reading that file and its style sheet once. Jinja2 is imported with the first page. No
script, no link, nothing from elsewhere: the page can be saved, printed and mailed as it is.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.clock import chinese
from chalicelib.papers.paper import Paper

if TYPE_CHECKING:
    from jinja2 import Template


def render_html(paper: Paper) -> str:
    """Return the *paper* as a page of HTML."""
    return _template().render(
        paper=paper, css=_file("paper.css"), date=chinese.write_day(paper.date)
    )


@cache
def content_policy() -> str:
    """Return the Content-Security-Policy: the page may load its own style sheet, nothing else."""
    digest = base64.b64encode(hashlib.sha256(_file("paper.css").encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_file("paper.html"))


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")
