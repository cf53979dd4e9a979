"""The documents of the rules beside a log, each under its hash: it is what its name says."""

import re
from collections.abc import Callable
from hashlib import sha256

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
