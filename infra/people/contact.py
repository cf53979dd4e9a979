"""Reads how a person is reached as people write it: telephone numbers and mail addresses. Pure.

A number of mainland China alone is one: a mobile of 11 digits, or a landline with its area code,
each with or without +86. A number that a digit was lost of (a workbook cuts a leading 0, and shows
long numbers as 1.38E+10) reaches somebody else or nobody, so it is refused and never mended.
"""

import re

from infra.replay.written_time import tidy

LONGEST_MAIL = 254  # RFC 5321, 4.5.3.1
_LONGEST_LOCAL = 64
_COUNTRY = re.compile(r"(?:\+|00)86[ -]?|86[ -]?(?=1[3-9]\d{9}$)", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(
    r"\(?(0?(?:10|2\d))\)?[ -]?(\d{8})|\(?(0?[3-9]\d{2})\)?[ -]?(\d{7,8})", re.ASCII
)
_EXTENSION = re.compile(r"[ -]*(?:转|分机|ext\.?|[-#])[ :]*(\d{1,6})$", re.ASCII | re.IGNORECASE)
_GROUPED = re.compile(r"(1[3-9]\d)[ -](\d{4})[ -](\d{4})", re.ASCII)
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,59})"
)


def read_telephone(text: str) -> str | None:
    """Return the number in its one spelling: `13800000000`, `0743-8223456`; None: it is none.

    An extension follows the number: `0743-8223456-801`.
    """
    text = tidy(text)
    number = _COUNTRY.sub("", text, count=1) if _COUNTRY.match(text) else text
    has_country = number != text
    mobile = _GROUPED.sub(r"\1\2\3", number)
    if _MOBILE.fullmatch(mobile):
        return mobile
    whole = _LANDLINE.fullmatch(number)
    extension = None if whole else _EXTENSION.search(number)
    landline = whole or (extension and _LANDLINE.fullmatch(number[: extension.start()]))
    if not landline:
        return None
    area, digits = (each for each in landline.groups() if each)
    if not (area.startswith("0") or has_country):
        return None
    dialled = f"0{area.removeprefix('0')}-{digits}"
    return f"{dialled}-{extension[1]}" if extension else dialled


def read_mail(text: str) -> str | None:
    """Return the address, without blanks around it; None: it is none, or more than one."""
    text = tidy(text)
    local, at, domain = text.rpartition("@")
    is_short = len(text) <= LONGEST_MAIL and len(local) <= _LONGEST_LOCAL
    is_address = at and is_short and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)
    return text if is_address else None
