"""Decodes path parameters, once: there is one reading of an id (ADR 0046).

API Gateway and Chalice hand a parameter on as it was sent (chalice#511), so `%2F` is no border of
the path, and what stands between two borders is decoded here and nowhere else. The local cloud is
made to do the same (infra/local/ministack.py).
"""

import re
from urllib.parse import unquote

MOST = 600

_PRINTABLE = re.compile(r"[\x20-\x7e]+")


def decode_parameter(parameter: str) -> str:
    """Return the text of a path *parameter*; empty where no id of ours reads like that."""
    text = unquote(parameter[: 3 * MOST + 1])
    return text if len(text) <= MOST and _PRINTABLE.fullmatch(text) else ""
