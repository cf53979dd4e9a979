"""Which language a caller prefers: Chinese, unless `Accept-Language` says English.

The header is read as RFC 9110, section 12.5.4, has it; what cannot be read asks for nothing.
"""

import re
from collections.abc import Mapping

from chalicelib.errors import Language

TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}

_RANGE = re.compile(
    r"(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)[ \t]*(?:;[ \t]*q=([01](?:\.[0-9]{0,3})?))?",
    re.ASCII | re.IGNORECASE,
)
_LANGUAGES: Mapping[str, Language] = {"*": "zh", "zh": "zh", "en": "en"}
_LONGEST = 1000  # characters of the header that are read


def preferred_language(accept_language: str | None) -> Language:
    """Return the language that an `Accept-Language` header prefers; Chinese where it has neither.

    Of equal weights the first counts. `*` stands for Chinese, and `q=0` for never.
    """
    best: tuple[float, Language] = (0.0, "zh")
    for part in (accept_language or "")[:_LONGEST].split(","):
        if match := _RANGE.fullmatch(part.strip(" \t")):
            language = _LANGUAGES.get(match[1].lower().partition("-")[0])
            weight = min(float(match[2] or 1), 1.0)
            if language is not None and weight > best[0]:
                best = (weight, language)
    return best[1]
