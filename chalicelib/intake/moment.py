"""Instants as strangers write them: in RFC 3339, or a day alone, of the years 1990 to 2199.

How far ahead a time may lie depends on now: see `bounds.py`.
"""

from chalicelib import instant

YEARS = range(1990, 2200)


def normalise_instant(text: str) -> str:
    """Return the instant *text* in UTC with milliseconds. Raises NoInstant."""
    parsed = instant.parse(text)
    if parsed.year not in YEARS:
        raise _outside()
    return instant.text(parsed)


def normalise_instant_or_day(text: str) -> str:
    """Return *text* as `normalise_instant` does, or unchanged if a date. Raises NoInstant."""
    if not instant.is_date(text):
        return normalise_instant(text)
    if int(text[:4]) not in YEARS:
        raise _outside()
    return text


def _outside() -> instant.NoInstant:
    first, last = YEARS.start, YEARS.stop - 1
    return instant.NoInstant(
        zh=f"超出 {first} 年至 {last} 年", en=f"outside the years {first} to {last}"
    )
