"""A sample of files as a page, and its forms as the bodies that the sample's door reads.

Pure. A share is shown with its interval, in percent with one decimal; nothing is rounded before.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.draw.source import random_sources
from chalicelib.sample.acts import DEFECTS

SOURCES = random_sources()
_NUMBERS = ("number", "share")
_COMMITTED = (
    *("population", "from", "until", "region", "department", "item", "outcome"),
    *("source", "turn", "title"),
)


def commit_body(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form commits to; what is no number stays a text, which its door refuses."""
    given = {name: form[name].strip() for name in _COMMITTED if form.get(name, "").strip()}
    numbers = {name: form[name].strip() for name in _NUMBERS if form.get(name, "").strip()}
    return {**given, **{name: _number(text) for name, text in numbers.items()}}


def act_body(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form says of the draw, or of one drawn file."""
    act = form.get("act", "")
    text = form.get("text", "").strip()
    body: dict[str, Any] = {"text": text} if text else {}
    if act == "draw":
        return {**body, "value": form.get("value", "").strip()}
    body["entry"] = form.get("entry", "")
    if act == "exchange":
        return {**body, "reason": form.get("reason", "")}
    findings = [code for code in DEFECTS if form.get(f"finding_{code}")]
    result = form.get("result", "")
    return {**body, "result": result, **({"findings": findings} if findings else {})}


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text  # noqa: PLR2004


def sample_line(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sample with its share of files with defects in percent."""
    share = row["findings"]
    names = ("permille", "lower_permille", "upper_permille")
    percent = {name: _percent(share[name]) for name in names} if share else {}
    return {**row, "findings": {**share, **percent} if share else None}


def _percent(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}%"
