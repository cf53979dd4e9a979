"""The values in a line of the log's text formats: whole numbers, base64 and names.

Each is written in one way only. A text that two readers could read differently is refused, and so
is a second way to write a value. All functions here raise Corrupt, with the text that they refuse.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error

from chalicelib.errors import Corrupt

MAX_SIZE = (1 << 63) - 1  # of a log, and of a time in seconds (C2SP tlog-cosignature)
HASH = 32  # bytes of a SHA-256

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def base64(raw: bytes) -> str:
    """Write *raw* in base64 (RFC 4648 section 4), with padding."""
    return b64encode(raw).decode("ascii")


def unbase64(text: str, length: int | None = None) -> bytes:
    """Read base64 as `base64` writes it, of exactly *length* bytes where that is given."""
    try:
        raw = b64decode(text, validate=True)
    except (Error, ValueError) as error:
        raise Corrupt(f"不是 base64：{text[:60]!r}", f"not base64: {text[:60]!r}") from error
    if base64(raw) != text:  # bits that mean nothing are set
        zh = f"不是 base64 的规范写法：{text[:60]!r}"
        raise Corrupt(zh, f"not the one way to write it in base64: {text[:60]!r}")
    if length is not None and len(raw) != length:
        zh = f"有 {len(raw)} 字节，应为 {length}：{text[:60]!r}"
        raise Corrupt(zh, f"{len(raw)} bytes instead of {length}: {text[:60]!r}")
    return raw


def decimal(text: str) -> int:
    """Read a whole number below 2^63: no sign, no space, no leading zero."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise Corrupt(f"不是十进制数：{text[:60]!r}", f"not a decimal number: {text[:60]!r}")
    return int(text)


def key_name(text: str) -> str:
    """Return *text* if it may name a key (C2SP signed-note): not empty, no space, no plus."""
    if not text or "+" in text or any(char.isspace() or char < " " for char in text):
        raise Corrupt(f"不是公钥的名称：{text[:60]!r}", f"not the name of a key: {text[:60]!r}")
    return text
