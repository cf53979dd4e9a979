"""The documents of the rules that a log states, each beside it under its hash."""

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from chalicelib.errors import Corrupt
from chalicelib.log.objects import rules_path
from infra.verify.source import Source

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)

Document = Callable[[str], bytes]
"""Reads the document with this SHA-256, in hexadecimal. Raises Corrupt."""


def document_reader(source: Source) -> Document:
    """Return a function that reads a document of the rules by its SHA-256; it raises Corrupt."""

    def document(digest: str) -> bytes:
        if not _SHA256.fullmatch(digest):  # it comes from a leaf, and is about to be part of a path
            raise Corrupt(f"不是 SHA-256：{digest[:80]!r}", f"no SHA-256: {digest[:80]!r}")
        body = source.get(rules_path(digest))
        if body is None or sha256(body).hexdigest() != digest:
            zh = f"{rules_path(digest)} {'缺失' if body is None else '内容不同'}"
            raise Corrupt(zh, f"{rules_path(digest)} is {'missing' if body is None else 'another'}")
        return body

    return document


def stated_digest(payload: Mapping[str, Any], name: str) -> str | None:
    """Return the digest of the document *name* in a statement of rules; None if it has none."""
    try:
        documents = payload["data"]["documents"]
        return next((str(each["sha256"]) for each in documents if each["name"] == name), None)
    except (LookupError, TypeError):
        return None  # the replay of supervision says that the statement cannot be read
