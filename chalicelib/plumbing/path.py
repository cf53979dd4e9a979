"""Path parameters as they were meant: between a client and a view, nobody agrees who decodes them.

API Gateway and Chalice hand them on as they were sent (chalice#511), the local cloud decodes them
once on the way. And an encoded slash counts as a slash for some; `%252F` gets through everywhere.
"""

import re
from urllib.parse import unquote

_PRINTABLE = re.compile(r"[\x20-\x7e]{1,600}")


def readings(parameter: str) -> list[str]:
    """Give what *parameter* may mean, the likeliest first: decoded once, not at all, twice.

    What could be nobody's id is left out, so the list may be empty.
    """
    once = unquote(parameter)
    given = dict.fromkeys((once, parameter, unquote(once)))
    return [text for text in given if _PRINTABLE.fullmatch(text)]
