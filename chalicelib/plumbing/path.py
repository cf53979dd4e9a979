"""Decodes path parameters: clients, gateways and views do not agree on who decodes them.

API Gateway and Chalice hand them on as they were sent (chalice#511), the local cloud decodes them
once on the way. And an encoded slash counts as a slash for some; `%252F` gets through everywhere.
"""

import re
from urllib.parse import unquote

_PRINTABLE = re.compile(r"[\x20-\x7e]{1,600}")


def decode_readings(parameter: str) -> list[str]:
    """Return the readings of *parameter*, the likeliest first: decoded once, not at all, twice.

    Readings that can be no id are left out, so the list may be empty.
    """
    once = unquote(parameter)
    candidates = dict.fromkeys((once, parameter, unquote(once)))
    return [text for text in candidates if _PRINTABLE.fullmatch(text)]
