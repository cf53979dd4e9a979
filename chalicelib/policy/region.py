"""Regions (区划) by their code: which lies within which.

Division codes (GB/T 2260) nest by their digits: 43 and 430000 are Hunan, 433101 lies within. Other
names of regions cover only themselves.
"""

import re

_CODE = re.compile(r"\d{6}", re.ASCII)
_AREA = re.compile(r"\d{2,12}", re.ASCII)


def is_area(code: str) -> bool:
    """Return whether *code* is that of a region, or the first digits of it."""
    return _AREA.fullmatch(code) is not None


def covers(area: str, region: str) -> bool:
    """Return whether *region* is *area*, or a place within it."""
    if area == region:
        return True
    digits = stem(area)
    return digits.isdigit() and region.isdigit() and stem(region).startswith(digits)


def stem(code: str) -> str:
    """Drop what a six-digit code only fills up with: 430000 → 43, 433100 → 4331."""
    if not _CODE.fullmatch(code):
        return code
    return code[:2] if code.endswith("0000") else code.removesuffix("00")
