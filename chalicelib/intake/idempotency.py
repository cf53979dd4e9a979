"""The `Idempotency-Key` of a request: who does not know whether it was heard sends it again.

Pure. A text that whoever asks has made up for one thing that it wants done, as the draft has it
(draft-ietf-httpapi-idempotency-key-header): a structured string in quotes, or the bare text, which
many clients send. It counts for one key's holder and one case; two holders may choose alike.
"""

import hashlib
import re

from chalicelib.errors import Rejected

HEADER = "Idempotency-Key"
MAX_KEY = 128

_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"')  # RFC 8941, section 3.3.3
_BARE = re.compile(r"[A-Za-z0-9!#$%&'*+./:=?@^_`|~-]+", re.ASCII)  # no comma: one header, one key


def read_key(header: str | None) -> str:
    """Read what the header says; empty where there is none. 422 where it is no key."""
    if header is None:
        return ""
    text = header.strip(" \t")
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        text = re.sub(r'\\(["\\])', r"\1", quoted.group(1))
    elif not _BARE.fullmatch(text):
        raise Rejected(422, f"{HEADER} is a text of printable ASCII, in quotes", field=HEADER)
    if len(text) > MAX_KEY:
        raise Rejected(422, f"{HEADER} has at most {MAX_KEY} characters", field=HEADER)
    return text


def name_of(key: str, holder: str) -> str:
    """Name what is asked for under *key* by *holder*: always as long, and tells neither."""
    return f"key/{hashlib.sha256(f'{holder} {key}'.encode('ascii')).hexdigest()[:32]}"
