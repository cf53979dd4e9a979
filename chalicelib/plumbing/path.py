"""Path parameters as they were meant: neither gateway nor Chalice decodes them (chalice#511)."""

import re
from urllib.parse import unquote

from chalicelib.errors import Rejected

_PRINTABLE = re.compile(r"[\x20-\x7e]{1,600}")


def decoded(parameter: str) -> str:
    """Decode a percent-encoded path parameter. What could be nobody's id is simply not found."""
    text = unquote(parameter)
    if not _PRINTABLE.fullmatch(text):
        raise Rejected(404, "there is nothing of that name")
    return text
