"""Which language a caller prefers: Chinese, unless `Accept-Language` says English.

The header is read as RFC 9110, section 12.5.4, has it; what cannot be read asks for nothing.
"""

import re

from chalicelib.errors import LANGUAGES, Language

TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}

_RANGE = re.compile(
    r"(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)[ \t]*(?:;[ \t]*q=([01](?:\.[0-9]{0,3})?))?",
    re.ASCII | re.IGNORECASE,
)
_FULL = 1000


def preferred_language(accept_language: str | None) -> Language:
    """Return the language that an `Accept-Language` header prefers; Chinese where it has neither.

    Of equal weights the first counts. `*` stands for Chinese, and `q=0` for never.
    """
    best: tuple[int, Language] = (0, "zh")
    for part in (accept_language or "")[:1000].split(","):
        match = _RANGE.fullmatch(part.strip(" \t"))
        if match is None:
            continue
        language = _language_of(match[1].lower())
        weight = min(_thousandths(match[2]), _FULL)
        if language is not None and weight > best[0]:
            best = (weight, language)
    return best[1]


def _language_of(tag: str) -> Language | None:
    if tag == "*":
        return "zh"
    primary = tag.partition("-")[0]
    return next((language for language in LANGUAGES if language == primary), None)


def _thousandths(weight: str | None) -> int:
    if weight is None:
        return _FULL
    whole, _, rest = weight.partition(".")
    return int(whole) * _FULL + int(rest.ljust(3, "0"))
