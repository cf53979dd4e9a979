"""When something happened, as strangers write it: an RFC 3339 instant of a plausible year."""

from chalicelib import instant

YEARS = range(1970, 2200)


def normal(text: str) -> str:
    """Read *text* and write it in UTC with milliseconds. Raises ValueError."""
    read = instant.parse(text)
    if read.year not in YEARS:
        raise ValueError(f"outside the years {YEARS.start} to {YEARS.stop - 1}")
    return instant.text(read)
