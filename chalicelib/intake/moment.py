"""When something happens, as strangers write it: an RFC 3339 instant, or a day, of our times."""

from chalicelib import instant

YEARS = range(1970, 2200)


def normal(text: str) -> str:
    """Read *text* and write it in UTC with milliseconds. Raises ValueError."""
    read = instant.parse(text)
    if read.year not in YEARS:
        raise ValueError(f"outside the years {YEARS.start} to {YEARS.stop - 1}")
    return instant.text(read)


def normal_or_day(text: str) -> str:
    """Read *text* as `normal` does, or leave it if it is a date alone. Raises ValueError."""
    if not instant.is_date(text):
        return normal(text)
    if int(text[:4]) not in YEARS:
        raise ValueError(f"outside the years {YEARS.start} to {YEARS.stop - 1}")
    return text
