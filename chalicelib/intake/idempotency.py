"""The `Idempotency-Key` of a request: a client without an answer sends the request again.

Pure. The client makes up one text for one act (draft-ietf-httpapi-idempotency-key-header): a
structured string in quotes, or the bare text, which many clients send. It counts for the holder of
one access key and one case; two holders may choose the same text.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.errors import Rejected

HEADER = "Idempotency-Key"
MAX_KEY = 128

_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"')  # RFC 8941, section 3.3.3
_BARE = re.compile(r"[A-Za-z0-9!#$%&'*+./:=?@^_`|~-]+", re.ASCII)  # no comma: one header, one key


def read_idempotency_key(header: str | None) -> str:
    """Return the key in *header*; empty where there is none. 422 where it is no key."""
    if header is None:
        return ""
    text = header.strip(" \t")
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        text = re.sub(r'\\(["\\])', r"\1", quoted.group(1))
    elif not _BARE.fullmatch(text):
        zh = f"{HEADER} 是加引号的可打印 ASCII 文字。"
        en = f"{HEADER} is a text of printable ASCII, in quotes"
        raise Rejected(422, zh=zh, en=en, field=HEADER)
    if len(text) > MAX_KEY:
        zh, en = f"{HEADER} 最多 {MAX_KEY} 个字符。", f"{HEADER} has at most {MAX_KEY} characters"
        raise Rejected(422, zh=zh, en=en, field=HEADER)
    return text


def name_request(key: str, holder: str) -> str:
    """Return the name of the request under *key* of *holder*: a hash, which reveals neither."""
    return f"key/{hashlib.sha256(f'{holder} {key}'.encode('ascii')).hexdigest()[:32]}"


@contextmanager
def refuse_other_use(about: str) -> Iterator[None]:
    """Refuse with the header's name (409) what refuses the event under a key: it has another."""
    try:
        yield
    except Rejected as refusal:
        zh = {"card": "这张牌", "case": "这个办件", "lead": "这条线索", "sample": "这次抽查"}.get(
            about, about
        )
        raise Rejected(
            409,
            zh=f"此 {HEADER} 已用于{zh}的另一请求。",
            en=f"this {HEADER} has been used for something else about this {about}",
            field=HEADER,
        ) from refusal
